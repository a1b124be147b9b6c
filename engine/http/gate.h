#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/call.h"
#include "engine/base/error.h"
#include "engine/http/message.h"
#include "engine/http/upload.h"

namespace antiphon::http {

/// How costly a route is to us; the gate knows what each class allows (E-73).
enum class RateClass { none, read, write, create, upload, live, sign_in, model };

std::string_view to_text(RateClass rate_class);

/// The permission of a route that is open to everybody.
inline constexpr std::string_view public_permission = "public";

/// What is declared of a route, once (E-11): the gate, metrics, audit and OpenAPI read it.
struct RouteInfo {
  Method method = Method::get;
  std::string path;                       ///< template: "/api/v1/director/sessions/{sessionId}"
  std::vector<std::string> aliases = {};  ///< further templates with the same names (E-16)
  std::string permission;                 ///< "director:session:create", or "public"
  RateClass rate = RateClass::read;
  std::string summary = {};             ///< one line for the reader of /docs
  std::string description = {};         ///< more, where one line is not enough
  int success = 0;                      ///< status of success; 0: by the reply type (200, 201, 204)
  std::size_t body_bytes_max = 0;       ///< 0: Limits::body_bytes_max
  std::string name = {};                ///< stable name; empty: made of method and path
  const schema::Type* reply = nullptr;  ///< JSON that a handler of raw answers gives, for OpenAPI
  std::string media_type = {};          ///< of a raw answer that is not JSON: "image/jpeg"
  bool is_hidden = false;               ///< left out of OpenAPI: pages, aliases of pages
  /// Ends the handler, and what it streams, as soon as the client leaves: for answers that cost
  /// somebody something while they come. A client that ends its side alone has left too.
  bool ends_with_client = false;
  /// How an error is told; null: as a problem.
  Response (*refuse)(const Error& error, std::string_view trace_id) = nullptr;
  bool is_takeover = false;  ///< set by the router: the handler takes the socket
  /// The files of a route that takes a form; `body_bytes_max` then counts the whole form, and is
  /// made of theirs when it is not given.
  std::vector<UploadRule> uploads = {};
  /// Whether an Idempotency-Key is heeded (E-13); nothing: by a POST of the class `create` and
  /// by one that takes files.
  std::optional<bool> takes_key = {};
};

/// A route's handler with its types erased. The request lives until its task has ended.
using Handle = std::function<Task<Response>(Call, const Request&)>;

/// The call in which a handler will run, or why not.
using Admission = std::expected<Call, Error>;

/// Decides who may do what; http asks it before every handler. app/ has the one that knows
/// identity.
class Gate {
 public:
  virtual ~Gate() = default;

  /// What strangers can cause in volume is returned, not thrown. Both references live until done().
  virtual Task<Admission> admit(const RouteInfo& route, const Request& request) = 0;
  /// The same where it is known without waiting; nothing: ask admit(). As it is, nothing.
  virtual std::optional<Admission> admit_now(const RouteInfo& route, const Request& request);

  /// Runs the handler of an admitted request, or answers in its place. As it is, runs it. All
  /// references live until done().
  virtual Task<Response> serve(const RouteInfo& route, Call call, const Request& request,
                               const Handle& handle);

  /// Told once for each admitted call, after the answer is sent or the taken socket's handler
  /// ended.
  virtual void done(const RouteInfo& route, const Call& call, int status) = 0;
};

/// Lets everybody in, as nobody: for programs that serve no data of anyone's, and tests.
class OpenGate final : public Gate {
 public:
  explicit OpenGate(Duration time_max = std::chrono::seconds(30)) : time_max_(time_max) {}
  Task<Admission> admit(const RouteInfo& route, const Request& request) override;
  std::optional<Admission> admit_now(const RouteInfo& route, const Request& request) override;
  void done(const RouteInfo&, const Call&, int) override {}

 private:
  Duration time_max_;
};

}  // namespace antiphon::http
