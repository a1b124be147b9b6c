#include "engine/record/recognition_mark.h"

namespace antiphon::record {
namespace {

using Reason = speech::LostUtterance::Reason;

RecognitionMark mark_of(const speech::Transcript& heard) {
  return {.kind = std::string(to_text(heard.kind)),
          .utterance = heard.utterance,
          .begin_sample = heard.begin_sample,
          .end_sample = heard.end_sample,
          .heard_at = std::chrono::nanoseconds(heard.heard_at.time_since_epoch()).count(),
          .rung = heard.rung ? std::string(to_text(*heard.rung)) : ""};
}

}  // namespace

RecognitionMark mark_of(const std::optional<speech::Recognition>& result) {
  if (!result) return {.kind = "end"};
  if (*result) return mark_of(**result);
  const speech::LostUtterance& lost = result->error();
  return {.kind = "lost",
          .utterance = lost.utterance,
          .begin_sample = lost.begin_sample,
          .reason = std::string(to_text(lost.reason)),
          .message = lost.message};
}

speech::LostUtterance lost_of(const RecognitionMark& mark) {
  bool stalled = mark.reason == to_text(Reason::stalled);
  return {.reason = stalled ? Reason::stalled : Reason::crashed,
          .message = mark.message,
          .utterance = mark.utterance,
          .begin_sample = mark.begin_sample};
}

}  // namespace antiphon::record
