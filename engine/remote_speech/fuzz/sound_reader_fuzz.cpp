// Arbitrary bytes as what a speech server sends: how they are cut does not change what is heard.

#include "engine/base/error.h"
#include "engine/remote_speech/sound_reader.h"

namespace antiphon::remote_speech {
namespace {

// The sound and how it ended.
std::string wav(std::string_view bytes, std::size_t piece) {
  WavReader reader;
  std::string all;
  try {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
      auto samples = reader.feed(bytes.substr(0, piece));
      all.append(reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(Sample));
    }
    reader.finish();
    return all + fmt::format(" whole {}", reader.sample_rate());
  } catch (const Error&) {
    return "refused";
  }
}

void events(std::string_view bytes) {
  http::LineSplitter lines;
  http::EventAssembler assembler;
  SpeechEvents sound;
  lines.feed(bytes);
  lines.end();
  try {
    while (auto line = lines.next()) {
      if (auto event = assembler.add(*line)) sound.add(*event);
    }
  } catch (const Error&) {
  }
}

}  // namespace
}  // namespace antiphon::remote_speech

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::remote_speech;
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (wav(bytes, 1 + data[0]) != wav(bytes, bytes.size() + 1)) __builtin_trap();
  events(bytes);
  return 0;
}
