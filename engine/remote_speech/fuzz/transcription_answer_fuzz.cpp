// Arbitrary bytes as what a transcription server answers, whole and as events: words in order, or a
// failure, never more.

#include "engine/base/error.h"
#include "engine/remote_speech/transcription_answer.h"

namespace antiphon::remote_speech {
namespace {

void check(const Heard& heard, double sound_s) {
  if (!heard) return;
  if (heard->words.size() > heard_words_max) __builtin_trap();
  std::uint32_t latest = 0;
  for (const Word& word : heard->words) {
    bool is_good = !word.text.empty() && word.start_ms >= latest && word.end_ms >= word.start_ms &&
                   word.end_ms <= sound_s * 1000 + 1;
    if (word.confidence && !(*word.confidence >= 0 && *word.confidence <= 1)) is_good = false;
    if (!is_good) __builtin_trap();
    latest = word.end_ms;
  }
}

}  // namespace
}  // namespace antiphon::remote_speech

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::remote_speech;
  if (size < 2) return 0;
  Asked asked{.sound_s = data[0] / 10.0, .language = data[1] % 2 ? "ja" : "en"};
  if (data[1] % 4 >= 2) asked.compression_threshold = 2.4;
  std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  check(parse_transcription(body, asked), asked.sound_s);
  fault_told_by(body);

  antiphon::http::LineSplitter lines;
  antiphon::http::EventAssembler assembler;
  TranscriptEvents transcript(asked);
  lines.feed(body);
  lines.end();
  while (auto line = lines.next()) {
    if (auto event = assembler.add(*line)) transcript.add(*event);
  }
  check(transcript.finish(), asked.sound_s);
  return 0;
}
