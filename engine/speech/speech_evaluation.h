#pragma once

#include <string>

#include "engine/eval/evaluation.h"
#include "engine/schema/describe.h"

namespace antiphon::speech {

/// What is to be recognised: a text said by a voice, or a recording.
struct SpokenCase {
  std::string text;
  std::string voice = "flite:slt";
  std::string file;
  std::string language = "en";
};

inline auto describe(schema::Tag<SpokenCase>) {
  return schema::object<SpokenCase>("SpokenCase", "What is to be recognised")
      .field("text", &SpokenCase::text, "What the voice says; not with a file",
             schema::max_length(500))
      .field("voice", &SpokenCase::voice,
             "flite:VOICE (slt, rms, awb, kal16) or espeak:LANGUAGE (en-us)",
             schema::max_length(40))
      .field("file", &SpokenCase::file, "A recording in any format that ffmpeg decodes",
             schema::max_length(4096))
      .field("language", &SpokenCase::language,
             "Of what is said; recognisers that do not know it are not asked",
             schema::min_length(2), schema::max_length(16))
      .all_defaulted();
}

struct SpokenLabel {
  std::string text;
};

inline auto describe(schema::Tag<SpokenLabel>) {
  return schema::object<SpokenLabel>("SpokenLabel", "What a person would write down")
      .field("text", &SpokenLabel::text, "The words", schema::max_length(2000));
}

/// `antiphon eval speech`: word and character error rate, real-time factor, and how many stable
/// words stay, of each rung of the embedded recogniser and of each server that is set up, and of
/// each language that there is (E-97).
extern const eval::Evaluation evaluate_speech;

}  // namespace antiphon::speech
