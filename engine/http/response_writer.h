#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/async/stream.h"
#include "engine/async/time_limit.h"
#include "engine/http/file_answer.h"
#include "engine/http/message.h"
#include "engine/http/request_stages.h"
#include "engine/http/server.h"
#include "engine/http/stream_packer.h"
#include "engine/metrics/tally.h"

namespace antiphon::http {

/// Status line and headers with the empty line: for those who took a socket over and answer on it.
std::string head_text(int status, const Headers& headers);

/// The header lines alone, with the empty line.
std::string fields_text(const Headers& headers);

/// "Sun, 01 Mar 2026 08:15:30 GMT" (RFC 9110, 5.6.7).
std::string http_date(Timestamp time);

/// What the writers of one core share.
struct Outgoing {
  std::size_t packed_streams = 0;  ///< under way
  metrics::Tally bytes;            ///< that went out, heads included
};

/// Writes answers to one connection.
class ResponseWriter {
 public:
  /// All outlive the writer.
  ResponseWriter(Stream& stream, const ServerOptions& options, Outgoing& outgoing)
      : stream_(stream), options_(options), outgoing_(outgoing) {}

  /// How the connection frames the next answer.
  struct Framing {
    bool is_http_1_0 = false;
    bool keeps_alive = true;  ///< may be taken back: a body without a length ends by closing
    RequestStages* stages = nullptr;  ///< outlive the writing; null: nobody asked
  };
  /// Completes the headers and writes what goes out at once, which mostly is all of an answer that
  /// is text. Gives whether it was; else write_rest() goes on.
  bool write_now(Response& response, const Request& request, Framing framing);
  /// @param request  outlives the task
  Task<> write_rest(Response response, const Request* request);
  /// Both. @param request  outlives the task
  Task<> write(Response response, const Request* request, Framing framing);

  /// Whether another answer may follow this one.
  bool keeps_alive() const { return framing_.keeps_alive; }
  int status() const { return status_; }

 private:
  void tell_stages(Headers& headers) const;
  bool write_text_now(Response& response, const Request& request);
  Task<> write_file(Response response, const Request* request);
  Task<> write_streamed(Response response, const Request* request);
  class Packing;
  Task<> write_packed(StreamPacker* packer, std::string bytes);
  Task<> write_piece(std::string bytes);
  Task<> send(std::string head, std::string_view body);
  void append_head(std::string& text, const Response& response,
                   std::optional<std::uint64_t> length) const;

  Stream& stream_;
  const ServerOptions& options_;
  Outgoing& outgoing_;
  Framing framing_;
  bool is_chunked_ = false;
  int status_ = 0;
  // Of a text that did not go out at once.
  std::string head_left_;
  std::size_t body_sent_ = 0;
  std::size_t body_bytes_ = 0;                    // that are sent at all
  TimeLimit limit_{[this] { stream_.close(); }};  // for the client to take a piece
};

}  // namespace antiphon::http
