#include "engine/socketio/engine_connection.h"

namespace antiphon::socketio {
namespace {

// Who sends without reading is read no further.
constexpr std::size_t unread_bytes_max = std::size_t{1} << 20;

std::optional<EnginePacket> packet_of(live::Incoming incoming) {
  if (incoming.kind == live::Opcode::text) return parse_engine_packet(incoming.payload);
  return EnginePacket{EngineKind::message, std::move(incoming.payload), true};
}

}  // namespace

EngineConnection::EngineConnection(Parts parts, std::string id, Wire wire)
    : parts_(std::move(parts)), id_(std::move(id)), session_(parts_.limits, wire, now()) {
  watch();
}

void EngineConnection::start(const MakeEngineHandler& make, Visitor visitor) {
  handler_ = make(*this, std::move(visitor));
}

EnginePacket EngineConnection::handshake() const {
  const Limits& limits = parts_.limits;
  std::string_view upgrades = session_.wire() == Wire::polling ? R"(["websocket"])" : "[]";
  return {EngineKind::open,
          fmt::format(
              R"({{"sid":"{}","upgrades":{},"pingInterval":{},"pingTimeout":{},"maxPayload":{}}})",
              id_, upgrades, limits.ping_interval.count(), limits.ping_timeout.count(),
              limits.payload_bytes_max)};
}

Task<std::optional<std::string>> EngineConnection::poll() {
  auto waiting = std::make_shared<Poll>();
  auto self = shared_from_this();
  bool accepted = session_.poll(now());
  if (accepted) poll_ = waiting;
  carry_out();
  if (!accepted) co_return std::nullopt;
  while (!waiting->answer) co_await waiting->answered.wait();
  co_return std::move(waiting->answer);
}

void EngineConnection::send(EnginePacket message) {
  session_.send(std::move(message));
  carry_out();
  if (session_.wire() == Wire::polling) flush_later();
}

// All that one pass of the event loop sends goes into one answer.
void EngineConnection::flush_later() {
  if (std::exchange(flushing_, true)) return;
  parts_.core.post([weak = weak_from_this()] {
    auto self = weak.lock();
    if (!self) return;
    self->flushing_ = false;
    self->session_.flush();
    self->carry_out();
  });
}

std::size_t EngineConnection::queued_bytes() const {
  return session_.queued_bytes() + (socket_ ? socket_->queued_bytes() : 0);
}

void EngineConnection::close(CloseReason reason) {
  session_.close(reason);
  carry_out();
}

bool EngineConnection::carry_out(bool result) {
  carry_out();
  return result;
}

void EngineConnection::carry_out() {
  // What an action leads to may close the session and let go of it.
  auto self = shared_from_this();
  for (Action& action : session_.take_actions()) {
    std::visit([this](auto& it) { perform(std::move(it)); }, action);
  }
  if (closed_) {
    alarm_ = {};
  } else {
    watch();
  }
}

void EngineConnection::perform(Deliver action) {
  if (auto handler = handler_) handler->on_message(std::move(action.message));
}

void EngineConnection::perform(AnswerPoll action) {
  auto poll = std::exchange(poll_, nullptr);
  poll->answer = std::move(action.payload);
  poll->answered.wake();
  if (auto handler = handler_) handler->on_room();
}

void EngineConnection::perform(const SendFrame& action) {
  live::WebSocket* socket = action.wire == Wire::probe ? probe_ : socket_;
  if (!socket) return;
  auto kind = action.packet.is_binary ? live::Opcode::binary : live::Opcode::text;
  socket->send(kind, write_engine_packet(action.packet));
  if (socket->queued_bytes() > parts_.limits.buffered_bytes_max) close(CloseReason::too_slow);
}

void EngineConnection::perform(Promote) { attach(std::exchange(probe_, nullptr)); }

void EngineConnection::perform(DropProbe) {
  if (probe_) probe_->close(live::CloseCode::protocol_error, "no upgrade");
}

void EngineConnection::perform(Closed action) {
  closed_ = action.reason;
  for (live::WebSocket* socket : {socket_, probe_}) {
    if (socket) socket->close(close_code(action.reason), to_text(action.reason));
  }
  auto handler = std::exchange(handler_, nullptr);
  if (handler) handler->on_closed(action.reason);
  parts_.on_closed();
}

void EngineConnection::watch() {
  Instant next = session_.next_time();
  if (next == alarm_at_) return;
  alarm_at_ = next;
  alarm_ = parts_.core.timers().at(next, [this] {
    alarm_at_.reset();
    session_.on_time(now());
    carry_out();
  });
}

void EngineConnection::attach(live::WebSocket* socket) {
  socket_ = socket;
  if (!socket) return;
  socket->on_room([this] {
    if (auto handler = handler_) handler->on_room();
  });
}

Task<> EngineConnection::converse(live::WebSocket* socket, Wire wire) {
  auto self = shared_from_this();
  if (closed_) co_return;
  if (wire == Wire::probe) {
    probe_ = socket;
  } else {
    attach(socket);
    socket->send(live::Opcode::text, write_engine_packet(handshake()));
  }
  std::exception_ptr failure;
  try {
    while (auto incoming = co_await socket->receive()) {
      take(socket, *std::move(incoming));
      co_await socket->drained(unread_bytes_max);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  on_gone(socket);
  if (failure) std::rethrow_exception(failure);
}

void EngineConnection::on_gone(live::WebSocket* socket) {
  socket->on_room({});
  Wire wire = socket == probe_ ? Wire::probe : Wire::websocket;
  (wire == Wire::probe ? probe_ : socket_) = nullptr;
  session_.on_gone(wire);
  carry_out();
}

void EngineConnection::take(live::WebSocket* socket, live::Incoming incoming) {
  Wire wire = socket == probe_ ? Wire::probe : Wire::websocket;
  auto packet = packet_of(std::move(incoming));
  if (packet) {
    session_.on_packet(wire, *std::move(packet), now());
  } else {
    session_.on_garbage(wire);
  }
  carry_out();
}

}  // namespace antiphon::socketio
