#pragma once

#include <cstdint>
#include <string_view>

namespace antiphon::live {

/// Checks text that comes in pieces, and fails at the first byte that no text can have there.
class Utf8Check {
 public:
  /// Whether everything up to here can be the beginning of well-formed UTF-8.
  bool feed(std::string_view piece);
  /// Whether no character is left unfinished.
  bool is_complete() const { return missing_ == 0; }

 private:
  bool begin(std::uint8_t byte);

  int missing_ = 0;             ///< continuation bytes to come
  std::uint8_t lowest_ = 0x80;  ///< of the next one: excludes overlong forms and surrogates
  std::uint8_t highest_ = 0xbf;
};

}  // namespace antiphon::live
