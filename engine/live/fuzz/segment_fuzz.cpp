// A segment of any bytes is read up to the first that is wrong; what was read is written the same.
#include "engine/live/log_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::live;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto segment = parse_segment(bytes);
  if (segment.good_bytes + segment.cut_bytes != size) __builtin_trap();
  if (segment.records.empty()) return 0;
  std::string written(segment_magic);
  for (const LogRecord& record : segment.records) write_record(written, record);
  if (written != bytes.substr(0, segment.good_bytes)) __builtin_trap();
  return 0;
}
