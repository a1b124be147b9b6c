#include "apps/director/take/choice.h"

#include <algorithm>

namespace antiphon::director {
std::vector<Choice> choices_of(const std::vector<FoundClip>& clips,
                               const OpinionsByAsset& opinions) {
  std::vector<Choice> choices;
  for (const FoundClip& clip : clips) {
    Opinion opinion = opinion_of(opinions, clip.asset->id);
    if (opinion.standing == Standing::banned) continue;
    Choice choice{clip, opinion, weigh(clip.hit.confidence, opinion)};
    auto place =
        std::ranges::upper_bound(choices, choice.confidence, std::greater(), &Choice::confidence);
    choices.insert(place, std::move(choice));
  }
  if (choices.size() > choices_max) choices.resize(choices_max);
  return choices;
}

std::vector<Candidate> candidates_of(const std::vector<Choice>& choices) {
  std::vector<Candidate> list;
  for (const Choice& choice : choices) {
    const Asset& asset = *choice.clip.asset;
    list.push_back({asset.id, choice.confidence, asset.topic});
  }
  return list;
}

void put_first(std::vector<Choice>& choices, std::string_view asset_id) {
  auto found = std::ranges::find(choices, asset_id,
                                 [](const Choice& choice) { return choice.clip.asset->id; });
  if (found != choices.end()) std::rotate(choices.begin(), found, found + 1);
}

SuggestedClip suggested(const Choice& choice) {
  const Asset& asset = *choice.clip.asset;
  return {.asset_id = asset.id,
          .url = media_path(asset.id),
          .thumbnail_url = thumbnail_path(asset.id),
          .title = asset.title,
          .duration = asset.duration.count() / 1000.0,
          .confidence = choice.confidence,
          .thumb = choice.opinion.thumb,
          .standing = choice.opinion.standing};
}

OverlayCommand overlay_of(const Choice& choice) {
  OverlayCommand command = overlay_of(*choice.clip.asset);
  command.confidence = choice.confidence;
  command.why.matches = matches_of(choice.clip.hit);
  command.why.search_confidence = choice.clip.hit.confidence;
  command.why.meaning_share = choice.clip.hit.similarity_share;
  command.why.thumb = choice.opinion.thumb;
  command.why.standing = choice.opinion.standing;
  return command;
}

OverlayCommand overlay_of(const Asset& asset) {
  return {.asset_id = asset.id,
          .video_url = media_path(asset.id),
          .title = asset.title,
          .topic = asset.topic,
          .duration = asset.duration.count() / 1000.0,
          .confidence = 1};
}

}  // namespace antiphon::director
