#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/async/task.h"
#include "engine/http/headers.h"
#include "engine/schema/json.h"
#include "engine/trace/context.h"

namespace antiphon::http {

enum class Method { get, head, post, put, patch, del, options };

/// "GET", "DELETE"
std::string_view to_text(Method method);
/// Nothing for a method that is not served.
std::optional<Method> parse_method(std::string_view text);
/// Whether input comes in the body, not in the query.
constexpr bool takes_body(Method method) {
  return method == Method::post || method == Method::put || method == Method::patch;
}

/// Names and decoded values in the order they came: of a query, or of a path template.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Reads "a=1&b=x%20y". @throws Error{Code::invalid} for broken percent-encoding or text that is
/// not UTF-8
Parameters parse_query(std::string_view query);

/// The bytes of a body as they arrive.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// At least one byte, 0 at the end. @throws Error{Code::too_large} beyond the route's limit,
  /// Error{Code::invalid} for broken framing, Error{Code::timeout} when it comes too slowly
  virtual Task<std::size_t> read_some(std::span<char> into) = 0;
};

class UploadSpace;

/// One request, its head read and checked. Belongs to the core of its connection.
struct Request {
  Method method = Method::get;
  std::string path;   ///< still percent-encoded, begins with "/", without "." and ".." parts
  std::string query;  ///< as sent, without the "?"
  Headers headers;
  std::string peer;                             ///< address of the other side: "127.0.0.1"
  bool is_secure = false;                       ///< came over TLS, here or at the proxy in front
  trace::Context trace = {};                    ///< of `traceparent`, or begun here
  std::optional<std::uint64_t> content_length;  ///< nothing: no body, or chunked
  bool is_chunked = false;
  Parameters parameters;           ///< of the path template
  BodyReader* body = nullptr;      ///< null: none; lives until the handler has ended
  UploadSpace* uploads = nullptr;  ///< where the files of forms go; null: nowhere

  bool has_body() const { return is_chunked || content_length.value_or(0) > 0; }
  /// The value of `{name}` in the path template; "" when the template has none.
  const std::string& parameter(std::string_view name) const;

  /// As BodyReader::read_some.
  Task<std::size_t> read_some(std::span<char> into) const;
  /// The whole body, which the route's limit bounds.
  Task<std::string> read_all() const;
};

/// Reads the body to its end and drops it. @param request  outlives the task
Task<> skip_body(const Request* request);

/// A file as an answer; Range, If-None-Match and If-Range are answered from it.
struct File {
  std::filesystem::path path;
  std::string content_type = "application/octet-stream";
  std::string etag;  ///< with its quotes; empty: made of size and time of change
  std::string cache_control = "no-cache";
};

/// Sends a piece of a streamed body and waits until the client can take more.
using BodyWriter = std::function<Task<>(std::string bytes)>;
/// Writes a body of unknown length. Its throwing cuts the connection, so that the client knows.
using StreamedBody = std::function<Task<>(BodyWriter write)>;

struct Response {
  int status = 200;
  Headers headers = {};
  std::variant<std::string, File, StreamedBody> body = {};
};

/// A text body with its type.
Response text(std::string body, std::string_view content_type = "text/plain; charset=utf-8");
/// JSON that is text already.
Response json_text(std::string json, int status = 200);
/// A described value as JSON.
template <class T>
Response json(const T& value, int status = 200) {
  return json_text(schema::to_json(value), status);
}
/// 307 to another path.
Response redirect(std::string_view location);

/// "Not Found"; "Unknown" for a number without a registered phrase.
std::string_view reason_phrase(int status);

}  // namespace antiphon::http
