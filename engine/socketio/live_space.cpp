#include "engine/socketio/live_space.h"

#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "engine/socketio/live_socket.h"

namespace antiphon::socketio {
namespace {

// What a client connects with: the app's own fields, and those that its library adds.
struct Auth {
  std::optional<std::string> token;
  std::optional<std::string> session_id;
  std::optional<std::string> pid;
  std::optional<std::string> offset;
};
auto describe(schema::Tag<Auth>) {
  return schema::object<Auth>("SocketAuth", "What a client connects with")
      .field("token", &Auth::token, "Unless the request carried one", schema::max_length(4096))
      .field("sessionId", &Auth::session_id, "The live session", schema::max_length(64))
      .field("pid", &Auth::pid, "From the connection before", schema::max_length(160))
      .field("offset", &Auth::offset, "Of the last event that it brought", schema::max_length(64));
}

// A pid is no secret and gives nothing: who brings it shows its token again. It holds what is
// needed to go on, so that nothing must be remembered, also over a restart.
struct PersistentId {
  std::string session_id;
  std::string socket_id;

  static std::optional<PersistentId> parse(std::string_view text) {
    std::size_t mark = text.find('~');
    if (mark == std::string_view::npos) return std::nullopt;
    return PersistentId{std::string(text.substr(0, mark)), std::string(text.substr(mark + 1))};
  }
  std::string text() const { return session_id + '~' + socket_id; }
};

}  // namespace

Task<Accepted> LiveSpace::connect(std::shared_ptr<Socket> socket, ConnectRequest request) {
  auto auth = schema::parse<Auth>(schema::to_json(request.auth), schema::ParseOptions::outside());
  auto principal = std::move(request.principal);
  if (auth.token) principal = co_await route_.authenticate(*auth.token);
  if (!principal) throw Error(Code::unauthenticated, "The token is missing or not good.");
  if (!principal->may(route_.permission)) {
    throw Error(Code::forbidden, fmt::format("This needs the permission {}.", route_.permission));
  }
  auto before = PersistentId::parse(auth.pid.value_or(""));
  std::string session_id = auth.session_id.value_or(before ? before->session_id : "");
  if (session_id.empty()) {
    if (!route_.opens_sessions) throw Error(Code::not_found, "`auth.sessionId` names no session.");
    session_id = live_.here().open(route_.app, principal->tenant, principal->id)->id();
  }
  std::optional<live::Position> from;
  if (before && before->session_id == session_id) {
    from = live::parse_position(auth.offset.value_or(""));
  }
  auto feed = co_await live::open_feed(live_, route_, live::Feed::Kind::attached, *principal,
                                       session_id, from);
  PersistentId now{session_id, feed->recovered() ? before->socket_id : socket->id()};
  Accepted accepted{.id = now.socket_id, .pid = now.text()};
  accepted.handler = std::make_shared<LiveSocket>(std::move(socket), live_.home(session_id).core(),
                                                  std::move(feed), std::move(principal));
  co_return accepted;
}

}  // namespace antiphon::socketio
