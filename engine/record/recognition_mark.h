#pragma once

#include <string>

#include "engine/schema/describe.h"
#include "engine/speech/recogniser.h"

namespace antiphon::record {

/// What a recording keeps of a result of speech recognition: which result it was and when its sound
/// had come in, but not its words, which are recognised again.
struct RecognitionMark {
  std::string kind;  ///< partial, stable, final; lost; end: there is no more
  std::uint64_t utterance = 0;
  std::uint64_t begin_sample = 0;
  std::uint64_t end_sample = 0;
  std::int64_t heard_at = 0;  ///< nanoseconds of the steady clock
  std::string rung;           ///< "" where the recogniser has none
  std::string reason;         ///< of a lost utterance
  std::string message;        ///< likewise
};

inline auto describe(schema::Tag<RecognitionMark>) {
  return schema::object<RecognitionMark>("RecognitionMark", "Which result came")
      .field("kind", &RecognitionMark::kind, "partial, stable, final, lost or end")
      .field("utterance", &RecognitionMark::utterance, "Counted from 0", schema::defaulted)
      .field("beginSample", &RecognitionMark::begin_sample, "Of it in the stream",
             schema::defaulted)
      .field("endSample", &RecognitionMark::end_sample, "Heard up to here", schema::defaulted)
      .field("heardAt", &RecognitionMark::heard_at, "When that sound had come in",
             schema::defaulted)
      .field("rung", &RecognitionMark::rung, "Decision of the ladder", schema::defaulted)
      .field("reason", &RecognitionMark::reason, "Why it was lost", schema::defaulted)
      .field("message", &RecognitionMark::message, "The same for people", schema::defaulted);
}

/// What a handler that hears puts on its session's tape for each result that it gets.
inline constexpr std::string_view recognition_fact = "recognition";

/// @param result  nothing: the stream has ended
RecognitionMark mark_of(const std::optional<speech::Recognition>& result);

/// The lost utterance that is marked; `kind` is lost.
speech::LostUtterance lost_of(const RecognitionMark& mark);

}  // namespace antiphon::record
