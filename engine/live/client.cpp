#include "engine/live/client.h"

#include "engine/async/call.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/live/close_code.h"
#include "engine/live/handshake.h"

namespace antiphon::live {
namespace {

constexpr std::chrono::milliseconds first_wait{50};
constexpr std::chrono::seconds longest_wait{5};

// Full jitter: clients that lost the same server do not come back together.
Duration up_to(Duration bound, Random& random) {
  return Duration(random.below(static_cast<std::uint64_t>(bound.count()) + 1));
}

bool may_resume(CloseCode code) {
  for (const CloseCodeRow& row : close_codes()) {
    if (row.code == code) return row.resume;
  }
  return true;
}

http::ClientRequest make_request(const WebSocketTarget& target, const std::string& key) {
  http::ClientRequest request{.endpoint = target.endpoint, .target = target.path};
  request.headers = target.headers;
  request.headers.set("Connection", "Upgrade");
  request.headers.set("Upgrade", "websocket");
  request.headers.set("Sec-WebSocket-Version", "13");
  request.headers.set("Sec-WebSocket-Key", key);
  if (!target.protocol.empty()) request.headers.set("Sec-WebSocket-Protocol", target.protocol);
  return request;
}

}  // namespace

Task<std::unique_ptr<WebSocket>> connect_websocket(http::HttpClient& http, Random& random,
                                                   WebSocketTarget target, Instant deadline) {
  std::string nonce(16, '\0');
  random.fill(std::as_writable_bytes(std::span(nonce)));
  std::string key = to_base64(nonce);
  auto upgraded = co_await http.upgrade(make_request(target, key), deadline);
  if (!upgraded.socket.stream) {
    throw Error(Code::unavailable, fmt::format("{} answers {} where a WebSocket was expected.",
                                               target.endpoint.text(), upgraded.answer.status))
        .detail(upgraded.answer.body);
  }
  const auto& headers = upgraded.answer.headers;
  if (headers.get("Sec-WebSocket-Accept") != accept_for(key) ||
      headers.get("Sec-WebSocket-Protocol") != target.protocol) {
    throw Error(Code::unavailable,
                fmt::format("{} does not complete the WebSocket handshake for \"{}\".",
                            target.endpoint.text(), target.protocol));
  }
  WebSocketOptions options{
      .role = Role::client, .message_bytes_max = target.message_bytes_max, .random = &random};
  co_return std::make_unique<WebSocket>(std::move(upgraded.socket), options);
}

Client::Client(http::HttpClient& http, Random& random, Options options)
    : http_(http), random_(random), options_(std::move(options)) {
  options_.target.protocol = native_protocol;
  known_ = options_.resume_from.has_value();
  position_ = options_.resume_from.value_or(Position{});
}

Client::~Client() = default;

Task<> Client::run(Task<> conversation) {
  auto outcome = std::make_shared<Outcome<void>>();
  co_await settle(std::move(conversation), outcome);
  if (socket_) co_await socket_->finish();
  outcome->take();
}

Task<> Client::connect() {
  Instant deadline = Core::here().clock().steady() + options_.connect_timeout;
  socket_ = co_await connect_websocket(http_, random_, options_.target, deadline);
  Hello hello{.type = "hello"};
  if (!options_.token.empty()) hello.token = options_.token;
  if (!options_.session_id.empty()) hello.session_id = options_.session_id;
  if (known_) hello.resume_from = ResumeFrom{position_.epoch, position_.seq};
  socket_->send(Opcode::text, schema::to_json(hello));
  co_await read_welcome(deadline);
}

Task<> Client::read_welcome(Instant deadline) {
  auto first = co_await within(deadline, socket_->receive());
  if (!first) throw refusal();
  auto value = schema::parse_value(first->payload);
  if (value.at("/type").text() != "welcome") {
    throw Error(Code::unavailable, "The server did not begin with welcome.");
  }
  welcome_ = schema::parse<Welcome>(first->payload, schema::ParseOptions::outside());
  Position begin{welcome_.epoch, value.at("/seq").unsigned_integer()};
  if (welcome_.recovered && begin != position_) {
    throw Error(Code::internal, fmt::format("The server resumes after {}, not after {}.",
                                            to_text(begin), to_text(position_)));
  }
  position_ = begin;
  options_.session_id = welcome_.session_id;
  known_ = true;
}

Error Client::refusal() const {
  auto end = socket_->end().value_or(WebSocket::End{});
  return Error(Code::unavailable, fmt::format("The server closed with {}: {}",
                                              static_cast<int>(end.code), end.reason));
}

Duration Client::wait_before(int attempt) const {
  if (socket_ && close_code() == CloseCode::restart) {
    return up_to(options_.restart_wait_max, random_);
  }
  if (attempt == 0) return Duration::zero();
  return up_to(std::min<Duration>(longest_wait, first_wait * (1 << std::min(attempt, 12))),
               random_);
}

Task<> Client::resume() {
  std::exception_ptr failure;
  for (int attempt = 0; attempt < options_.attempts_max; ++attempt) {
    Duration wait = wait_before(attempt);
    if (socket_) {
      socket_->cut();
      co_await socket_->finish();
      socket_.reset();
    }
    if (wait > Duration::zero()) co_await sleep_for(wait);
    try {
      co_await connect();
      co_return;
    } catch (const Error&) {
      failure = std::current_exception();
    }
    if (socket_ && !may_resume(close_code())) break;
  }
  std::rethrow_exception(failure);
}

Task<std::optional<ServerFrame>> Client::receive() {
  auto incoming = co_await socket_->receive();
  if (!incoming) co_return std::nullopt;
  ServerFrame frame{.json = std::move(incoming->payload)};
  frame.value = schema::parse_value(frame.json);
  frame.type = frame.value.at("/type").text();
  frame.seq = frame.value.at("/seq").unsigned_integer();
  frame.is_logged = frame.seq == position_.seq + 1;
  if (!frame.is_logged && frame.seq != position_.seq) {
    throw Error(Code::internal, fmt::format("After event {} came {}: one is missing or came twice.",
                                            position_.seq, frame.seq));
  }
  position_.seq = frame.seq;
  co_return frame;
}

void Client::send(std::string_view json) { socket_->send(Opcode::text, json); }

void Client::send_audio(std::span<const std::int16_t> samples) {
  std::string bytes;
  bytes.reserve(samples.size() * 2);
  for (std::int16_t sample : samples) {
    bytes += static_cast<char>(sample & 0xff);
    bytes += static_cast<char>(sample >> 8 & 0xff);
  }
  socket_->send(Opcode::binary, bytes);
}

void Client::acknowledge() { send(fmt::format(R"({{"type":"ack","seq":{}}})", position_.seq)); }

CloseCode Client::close_code() const {
  return socket_ && socket_->end() ? socket_->end()->code : CloseCode::abnormal;
}

}  // namespace antiphon::live
