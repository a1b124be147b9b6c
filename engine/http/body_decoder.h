#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "engine/http/refusal.h"

namespace antiphon::http {

/// Takes the bytes of one body out of a connection's bytes. Pure: no sockets, no time.
///
/// A chunked body (RFC 9112, 7.1):
///   chunk*  "0" extension? CRLF  (trailer CRLF)*  CRLF
///   chunk = size in hex, extension?, CRLF, so many bytes, CRLF
/// Extensions and trailers are read past and dropped.
class BodyDecoder {
 public:
  static BodyDecoder none() { return BodyDecoder(State::done, 0); }
  static BodyDecoder sized(std::uint64_t bytes) {
    return BodyDecoder(bytes ? State::data : State::done, bytes);
  }
  static BodyDecoder chunked() { return BodyDecoder(State::size, 0, true); }
  /// Of an answer without a length: everything until the other side ends.
  static BodyDecoder until_end() { return BodyDecoder(State::data, UINT64_MAX); }

  struct Step {
    std::size_t consumed = 0;  ///< bytes of `in` that are used up
    std::size_t produced = 0;  ///< bytes written to `out`
  };
  /// Stops when `in` is used up, `out` is full or the body has ended.
  std::expected<Step, Refusal> decode(std::string_view in, std::span<char> out);

  bool is_done() const { return state_ == State::done; }
  /// Whether the other side may end here without having broken off.
  bool may_end() const { return is_done() || left_ == UINT64_MAX; }

  static constexpr std::size_t line_bytes_max = 4096;  ///< of a size line or trailer
  static constexpr std::size_t trailers_max = 32;

 private:
  enum class State { size, data, data_end, trailer, done };
  BodyDecoder(State state, std::uint64_t left, bool is_chunked = false)
      : state_(state), left_(left), is_chunked_(is_chunked) {}

  std::expected<std::size_t, Refusal> take_line(std::string_view in);
  std::expected<void, Refusal> end_line();
  std::expected<void, Refusal> read_size();

  State state_;
  std::uint64_t left_;  // of the body or chunk
  bool is_chunked_;
  bool line_done_ = false;
  std::size_t trailers_ = 0;
  std::string line_;
};

}  // namespace antiphon::http
