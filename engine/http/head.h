#pragma once

#include <expected>
#include <string_view>

#include "engine/http/limits.h"
#include "engine/http/message.h"
#include "engine/http/refusal.h"

namespace antiphon::http {

/// Finds where a head ends in bytes as they arrive, and refuses early what no head contains: bare
/// CR or LF, folded lines, control characters, too many bytes.
class HeadScanner {
 public:
  explicit HeadScanner(std::size_t head_bytes_max) : head_bytes_max_(head_bytes_max) {}

  /// @param received  everything since the head's first byte; longer at each call
  /// @return the head's length with its empty line; 0 while that has not come
  std::expected<std::size_t, Refusal> scan(std::string_view received);

  /// How many bytes to take away before the head: some clients end a body with a line too many
  /// (RFC 9112, 2.2). Once.
  std::size_t skip_blank_line(std::string_view received);

 private:
  std::size_t head_bytes_max_;
  bool has_skipped_ = false;
  std::size_t line_start_ = 0;
  std::size_t scanned_ = 0;
};

/// A request's head, read and checked.
struct RequestHead {
  Request request;
  bool keeps_alive = true;
  bool is_http_1_0 = false;
  bool expects_continue = false;
};

/// @param head  what HeadScanner found, with the empty line
std::expected<RequestHead, Refusal> parse_request_head(std::string_view head, const Limits& limits);

struct ResponseHead {
  int status = 0;
  bool keeps_alive = true;
  Headers headers;
};

/// The same for an answer, with the same strictness about lines; the refusal's status says nothing.
std::expected<ResponseHead, Refusal> parse_response_head(std::string_view head);

/// How long a body is by its headers (RFC 9112, 6).
struct BodyLength {
  std::optional<std::uint64_t> content_length;
  bool is_chunked = false;
};

/// Refuses everything that two readers could understand differently (request smuggling): both
/// lengths, one twice, a transfer coding other than exactly "chunked".
std::expected<BodyLength, Refusal> parse_body_length(const Headers& headers);

}  // namespace antiphon::http
