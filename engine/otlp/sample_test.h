#pragma once

#include <deque>
#include <set>

#include "engine/async/network.h"
#include "engine/async/task_group.h"
#include "engine/schema/json.h"

namespace antiphon::otlp {

/// What a collector does with one request, or with the attempt to connect.
struct Reply {
  enum class Kind { answer, cut, stall, refuse };
  Kind kind = Kind::answer;
  std::string text;  ///< of an answer, head and body
};

inline Reply answer(int status, std::string body, std::string headers = "") {
  return {.text = fmt::format("HTTP/1.1 {} Said\r\nContent-Type: application/json\r\n"
                              "Content-Length: {}\r\n{}\r\n{}",
                              status, body.size(), headers, body)};
}

/// A span as a collector read it.
struct ReadSpan {
  std::string name;
  std::string trace_id;
  std::string span_id;
  std::string parent_id;
};

/// A collector that speaks OTLP/HTTP with JSON and misbehaves as it is told, then takes everything.
/// It is as strict as the real ones: a request that is not in its form gets 400 and is remembered.
class ScriptedCollector final : public Network {
 public:
  std::unique_ptr<Listener> listen(const Endpoint&) override { return nullptr; }
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override;

  /// Ends what still talks.
  Task<> stop();

  std::deque<Reply> script;
  std::string base_path;  ///< before /v1/traces
  std::vector<Instant> requests_at;
  std::vector<std::string> bodies;
  std::vector<std::string> heads;
  std::vector<ReadSpan> spans;          ///< of the requests that were answered with 2xx
  std::vector<std::string> complaints;  ///< what was not in the form

 private:
  Task<> serve(std::shared_ptr<Stream> stream);
  Reply next_reply();
  std::vector<ReadSpan> read(const std::string& head, const std::string& body);

  TaskGroup servers_{[](const std::exception_ptr&) {}};
};

}  // namespace antiphon::otlp
