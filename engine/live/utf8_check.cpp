#include "engine/live/utf8_check.h"

namespace antiphon::live {

bool Utf8Check::feed(std::string_view piece) {
  // Most text is ASCII; a loop without a way out takes many bytes at a time.
  unsigned char all = 0;
  for (char letter : piece) all |= static_cast<unsigned char>(letter);
  if (missing_ == 0 && all < 0x80) return true;

  for (char letter : piece) {
    auto byte = static_cast<std::uint8_t>(letter);
    if (missing_ == 0) {
      if (byte >= 0x80 && !begin(byte)) return false;
      continue;
    }
    if (byte < lowest_ || byte > highest_) return false;
    lowest_ = 0x80;
    highest_ = 0xbf;
    --missing_;
  }
  return true;
}

// The table of well-formed sequences (Unicode, 3.9, D92).
bool Utf8Check::begin(std::uint8_t byte) {
  if (byte < 0xc2 || byte > 0xf4) return false;
  missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  if (byte == 0xe0) lowest_ = 0xa0;
  if (byte == 0xed) highest_ = 0x9f;
  if (byte == 0xf0) lowest_ = 0x90;
  if (byte == 0xf4) highest_ = 0x8f;
  return true;
}

}  // namespace antiphon::live
