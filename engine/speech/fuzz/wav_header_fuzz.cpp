#include "engine/speech/media_source.h"
#include "engine/speech/wav_header.h"

// The beginning of an uploaded file: judged, never more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon;
  std::string_view head(reinterpret_cast<const char*>(data), size);
  speech::name_of_other_content(head);
  speech::find_wav_fault(head, size);
  speech::find_wav_fault(head, size + 100'000);
  return 0;
}
