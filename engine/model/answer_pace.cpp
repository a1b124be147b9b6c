#include "engine/model/answer_pace.h"

#include <algorithm>

namespace antiphon::model {

void AnswerPace::begin_wait(Instant now) {
  wait_began_ = now;
  bytes_before_ = bytes_;
}

void AnswerPace::end_wait(Instant now) {
  if (bytes_before_ > 0) waited_ += now - wait_began_;
}

void AnswerPace::see(std::size_t bytes, Instant now) {
  if (bytes == bytes_) return;
  bytes_ = bytes;
  last_token_ = now;
}

AnswerPace::Limit AnswerPace::limit() const {
  if (bytes_ == 0) return {asked_ + limits_.first_token_time, "its first token took too long."};
  Limit gap{std::max(last_token_, wait_began_) + limits_.gap_time,
            "nothing came after a token for too long."};
  if (limits_.bytes_per_second_min == 0) return gap;
  auto earned =
      std::chrono::seconds(static_cast<std::int64_t>(bytes_) / limits_.bytes_per_second_min);
  Instant since = bytes_before_ > 0 ? wait_began_ : last_token_;
  Limit rate{since + limits_.rate_grace + earned - waited_, "its tokens come too slowly."};
  return rate.at < gap.at ? rate : gap;
}

}  // namespace antiphon::model
