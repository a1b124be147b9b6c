#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bench/load/target.h"

namespace antiphon::bench {

/// A client's kept HTTP/1.1 connection, as small as a load generator needs it: one request at a
/// time, answers with a length or in chunks. Throws std::runtime_error for whatever is not as RFC
/// 9112 has it.
class HttpConnection {
 public:
  using OnBody = std::function<void(std::string_view bytes)>;

  explicit HttpConnection(const Target& target);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  /// @param request  head and body, at most what the kernel takes at once
  void send(std::string_view request);
  /// Reads what is there and hands over what is whole of the body: each chunk, or all of it.
  /// @return whether the answer is whole
  bool read(const OnBody& on_body);

  int descriptor() const { return descriptor_; }
  /// Of the answer whose head has come last.
  int status() const { return status_; }
  /// Whether another request may follow it.
  bool keeps_alive() const { return keeps_alive_; }
  /// Whether the server ended a kept connection in place of an answer, as it may at any time
  /// between two (RFC 9112, 9.5).
  bool is_stale() const { return is_stale_; }

 private:
  bool take_head();
  bool take_chunks(const OnBody& on_body);
  bool take_sized(const OnBody& on_body);

  int descriptor_;
  std::string in_;  ///< what has come and was not taken yet
  bool has_head_ = false;
  int status_ = 0;
  bool keeps_alive_ = true;
  bool is_stale_ = false;
  bool is_chunked_ = false;
  std::size_t length_ = 0;  ///< of a body that is not chunked
};

}  // namespace antiphon::bench
