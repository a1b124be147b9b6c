#pragma once

#include "engine/base/read_room.h"
#include "engine/model/answer_pace.h"
#include "engine/model/answer_reader.h"
#include "engine/model/chat_model.h"
#include "engine/model/provider_link.h"

namespace antiphon::model {

/// What may follow the reason of an answer's end: usage, [DONE], the end of the body. Beyond it the
/// answer is whole without them.
inline constexpr Duration tail_time = std::chrono::seconds(1);
/// For the body to end once nothing more is expected, so that the connection can be kept.
inline constexpr Duration ending_time = std::chrono::milliseconds(50);

/// The answer of a provider over HTTP: the reader makes pieces of what comes, the pace says how
/// long that may take.
class ProviderStream final : public ChatStream {
 public:
  ProviderStream(std::unique_ptr<http::ClientAnswer> answer, AnswerReader reader, AnswerPace pace,
                 FailureVoice voice, Instant deadline);

  Task<Provided<std::optional<ChatDelta>>> next() override;
  const ChatEnd& end() const override;

 private:
  using Stage = ProviderFailure::Stage;

  Task<> wait_for_piece();
  Task<> receive();
  void note_progress();
  Task<> take_rest();
  AnswerPace::Limit limit() const;
  bool is_decided() const;
  void close();
  std::optional<ProviderFailure> find_failure() const;
  ProviderFailure failure_of(const http::ClientFailure& lost) const;
  Stage stage() const;

  std::unique_ptr<http::ClientAnswer> answer_;  // null when it is over
  AnswerReader reader_;
  AnswerPace pace_;
  FailureVoice voice_;
  Instant deadline_;
  std::optional<Instant> finished_at_;  // when the reason of the end was seen
  std::optional<ChatDelta> piece_;
  ReadRoom room_{ReadRoom::usual_bytes};
  bool has_body_ended_ = false;
  std::optional<http::ClientFailure> lost_;
  std::string_view limit_passed_;
  std::optional<ProviderFailure> failure_;
  ChatEnd end_;
};

}  // namespace antiphon::model
