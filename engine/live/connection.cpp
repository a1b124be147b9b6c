#include "engine/live/connection.h"

#include <boost/asio/this_coro.hpp>
#include <limits>

#include "engine/async/call.h"
#include "engine/base/error.h"
#include "engine/live/handshake.h"
#include "engine/live/native_connection.h"
#include "engine/live/wire_limits.h"

namespace antiphon::live {
namespace {

constexpr std::array protocols_served{native_protocol};

WebSocketOptions socket_options(const Limits& limits) {
  return {.role = Role::server,
          .message_bytes_max = limits.message_bytes_max,
          .ping_interval = limits.ping_interval,
          .silence_timeout = limits.silence_timeout,
          .stall_timeout = limits.stall_timeout,
          .close_timeout = limits.close_timeout};
}

// A client on the core that accepted it, until its session is known. It reads nothing yet, but is
// closed with the readers when the server stops.
class Entrance final : public Connection {
 public:
  Entrance(Live& live, const LiveRoute& route, std::unique_ptr<WebSocket> socket,
           std::shared_ptr<const Principal> principal, std::string session_id, std::string token)
      : live_(live),
        route_(route),
        socket_(std::move(socket)),
        principal_(std::move(principal)),
        session_id_(std::move(session_id)),
        token_(std::move(token)) {
    live_.here().enter(*this);
  }
  ~Entrance() override { live_.here().leave(*this); }

  std::optional<ConnectionKind> kind() const override { return std::nullopt; }
  // It reads no session, so it holds nothing back.
  std::uint64_t on_events() override { return std::numeric_limits<std::uint64_t>::max(); }
  void on_taken(const std::string&) override {}
  void on_ended(CloseCode, std::string_view) override {}
  void close(CloseCode code, std::string_view reason) override {
    if (socket_) socket_->close(code, reason);
  }
  void cut() override {
    if (socket_) socket_->cut();
  }

  /// Lets the client in, or closes its socket with the reason.
  Task<> pass() {
    std::exception_ptr failure;
    try {
      co_await let_in();
    } catch (...) {
      failure = std::current_exception();
    }
    co_await boost::asio::this_coro::reset_cancellation_state();
    if (!socket_) co_return;
    if (failure) is_cancellation(failure) ? cut() : close_for(failure);
    co_await socket_->finish();
    if (socket_->end()) live_.here().counters().closed(socket_->end()->code);
    if (failure) std::rethrow_exception(failure);
  }

 private:
  // Whose it is cannot be looked up now, perhaps: then the client is told to come again.
  void close_for(const std::exception_ptr& failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const Error& error) {
      close(close_code(error.code()), error.message());
    } catch (...) {
      close(CloseCode::internal_error, "");
    }
  }

  Task<> let_in() {
    if (is_late()) co_return;
    auto hello = co_await receive_hello();
    if (!hello) co_return;
    if (hello->token) token_ = *hello->token;
    if (session_id_.empty()) session_id_ = hello->session_id.value_or("");
    if (!co_await identify() || is_late()) co_return;
    auto admitted = admit(*hello);
    if (admitted) co_await settle_in(live_.home(admitted->session_id), std::move(*admitted));
  }

  // Whether the server stops: whatever else was wrong, that is what the client has to know.
  bool is_late() {
    if (!live_.here().is_stopping()) return false;
    close(CloseCode::restart, restart_reason);
    return true;
  }

  Task<std::optional<Hello>> receive_hello() {
    const Limits& limits = live_.here().limits();
    Instant deadline = Core::here().clock().steady() + limits.hello_timeout;
    std::optional<Incoming> first;
    try {
      first = co_await within(deadline, socket_->receive());
    } catch (const Error& error) {
      if (error.code() != Code::timeout) throw;
      close(CloseCode::hello_expected, "no hello came in time");
    }
    if (!first) co_return std::nullopt;
    try {
      if (first->kind != Opcode::text) throw Error(Code::invalid, "hello is a text frame");
      schema::ParseOptions options = schema::ParseOptions::outside();
      options.bytes_max = hello_bytes_max;
      co_return schema::parse<Hello>(first->payload, options);
    } catch (const Error&) {
      close(CloseCode::hello_expected, R"(the first frame is {"type":"hello",...})");
    }
    co_return std::nullopt;
  }

  Task<bool> identify() {
    if (!token_.empty()) principal_ = co_await route_.authenticate(token_);
    if (!principal_) {
      close(CloseCode::unauthorised, "the token is missing or not good");
    } else if (!principal_->may(route_.permission)) {
      close(CloseCode::policy_violation, "not allowed: " + route_.permission);
    } else {
      co_return true;
    }
    co_return false;
  }

  std::optional<Admitted> admit(const Hello& hello) {
    Admitted admitted{.app = route_.app, .principal = principal_};
    admitted.seat = live_.here().admit(*principal_);
    if (!admitted.seat) {
      close(CloseCode::too_many, "too many connections");
      return std::nullopt;
    }
    if (!find_or_open()) return std::nullopt;
    admitted.session_id = session_id_;
    if (hello.resume_from) {
      admitted.resume_from = Position{hello.resume_from->epoch, hello.resume_from->seq};
    }
    admitted.may_attach = [let_in = route_.may_attach](const Principal& principal,
                                                       const SessionOwner& owner) {
      return may_attach(let_in, principal, owner);
    };
    return admitted;
  }

  bool find_or_open() {
    if (!session_id_.empty()) return true;
    if (!route_.opens_sessions) {
      close(CloseCode::no_such_session, "hello names no session");
      return false;
    }
    try {
      auto session = live_.here().open(route_.app, principal_->tenant, principal_->id);
      session_id_ = session->id();
      return true;
    } catch (const Error& error) {
      close(close_code(error.code()), error.message());
      return false;
    }
  }

  // On the session's home core, where it goes on without a task of its own.
  Task<> settle_in(Hub& home, Admitted admitted) {
    auto arriving = socket_->release();
    if (!arriving.stream) {
      ENSURE(&home == &live_.here(), "a stream that cannot move is for one core");
      hold_connection(home, std::move(socket_), std::move(admitted));
      co_return;
    }
    socket_.reset();
    auto arrive = [&home, arriving = std::move(arriving),
                   admitted = std::move(admitted)]() mutable -> Task<> {
      auto channel = channel_over(home.core().poller(), std::move(arriving.stream));
      auto socket = std::make_unique<WebSocket>(std::move(channel), std::move(arriving),
                                                socket_options(home.limits()));
      hold_connection(home, std::move(socket), std::move(admitted));
      co_return;
    };
    co_await on_core(home.core(), std::move(arrive));
  }

  Live& live_;
  const LiveRoute& route_;
  std::unique_ptr<WebSocket> socket_;  ///< null once it has moved on
  std::shared_ptr<const Principal> principal_;
  std::string session_id_;
  std::string token_;
};

}  // namespace

bool may_attach(const AttachRule& rule, const Principal& principal, const SessionOwner& owner) {
  if (principal.tenant != owner.tenant) return false;
  return rule ? rule(principal, owner) : principal.id == owner.principal;
}

Task<> serve_websocket(Live& live, const LiveRoute& route, http::Request request,
                       http::Takeover takeover, std::shared_ptr<const Principal> principal,
                       std::string session_id) {
  if (auto refusal = refuse_version(request); !refusal.empty()) {
    co_return co_await takeover.take().stream->write_all(refusal);
  }
  Handshake handshake = read_handshake(request, protocols_served);
  http::TakenSocket taken = takeover.take();
  co_await taken.stream->write_all(make_answer(handshake));
  auto socket = std::make_unique<WebSocket>(std::move(taken), socket_options(live.here().limits()));
  Entrance entrance(live, route, std::move(socket), std::move(principal), std::move(session_id),
                    std::move(handshake.token));
  co_await entrance.pass();
}

}  // namespace antiphon::live
