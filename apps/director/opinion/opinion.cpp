#include "apps/director/opinion/opinion.h"

namespace antiphon::director {
namespace {

constexpr double thumb_up_share = 0.3;
constexpr double thumb_down_share = 0.5;
// Above what any coverage asks for, below what no search is.
constexpr double pinned_confidence = 0.9;

}  // namespace

Opinion opinion_of(const OpinionsByAsset& opinions, const std::string& asset_id) {
  auto found = opinions.find(asset_id);
  return found == opinions.end() ? Opinion{} : found->second;
}

Opinion with_thumb(Opinion before, Thumb thumb) {
  before.thumb = thumb;
  return before;
}

Opinion with_standing(Opinion before, Standing standing, bool is_so) {
  if (is_so) {
    before.standing = standing;
  } else if (before.standing == standing) {
    before.standing = Standing::free;
  }
  return before;
}

double weigh(double confidence, Opinion opinion) {
  if (opinion.standing == Standing::banned) return 0;
  double weighed = confidence;
  if (opinion.thumb == Thumb::up) weighed += (1 - confidence) * thumb_up_share;
  if (opinion.thumb == Thumb::down) weighed *= thumb_down_share;
  if (opinion.standing == Standing::pinned && confidence >= pinned_confidence_min) {
    weighed = pinned_confidence + (1 - pinned_confidence) * weighed;
  }
  return weighed;
}

}  // namespace antiphon::director
