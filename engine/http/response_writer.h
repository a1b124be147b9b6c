#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/async/stream.h"
#include "engine/async/time_limit.h"
#include "engine/http/file_answer.h"
#include "engine/http/message.h"
#include "engine/http/server.h"

namespace antiphon::http {

/// Status line and headers with the empty line: for those who took a socket over and answer on it.
std::string head_text(int status, const Headers& headers);

/// The header lines alone, with the empty line.
std::string fields_text(const Headers& headers);

/// "Sun, 01 Mar 2026 08:15:30 GMT" (RFC 9110, 5.6.7).
std::string http_date(Timestamp time);

/// Writes answers to one connection.
class ResponseWriter {
 public:
  /// Both outlive the writer.
  ResponseWriter(Stream& stream, const ServerOptions& options)
      : stream_(stream), options_(options) {}

  /// How the connection frames the next answer.
  struct Framing {
    bool is_http_1_0 = false;
    bool keeps_alive = true;  ///< may be taken back: a body without a length ends by closing
  };
  /// Completes the headers and writes the whole answer. Gives whether the connection can go on.
  Task<bool> write(Response response, const Request* request, Framing framing);

  /// Whether a byte of an answer has gone out, so that no other can be given in its place.
  bool has_begun() const { return has_begun_; }
  int status() const { return status_; }
  void begin_next() { has_begun_ = false; }

 private:
  Task<bool> write_text(Response response, const Request* request);
  Task<bool> write_file(Response response, const Request* request);
  Task<bool> write_streamed(Response response, const Request* request);
  Task<> write_piece(std::string bytes);
  Task<> send(std::string head, std::string_view body);
  std::string head_of(const Response& response, std::optional<std::uint64_t> length,
                      std::size_t room = 0);
  std::string_view date();

  Stream& stream_;
  const ServerOptions& options_;
  Framing framing_;
  bool is_chunked_ = false;
  bool has_begun_ = false;
  int status_ = 0;
  std::chrono::sys_seconds dated_{};  // what date_ says
  std::string date_;
  TimeLimit limit_{[this] { stream_.close(); }};  // for the client to take a piece
};

}  // namespace antiphon::http
