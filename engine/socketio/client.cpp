#include "engine/socketio/client.h"

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/ids.h"
#include "engine/http/problem.h"
#include "engine/live/engine_events.h"

namespace antiphon::socketio {

Client::Client(Parts parts) : parts_(std::move(parts)), decoder_(parts_.limits) {
  Core& core = Core::here();
  connect_alarm_ = core.timers().at(core.clock().steady() + parts_.limits.connect_timeout,
                                    [this] { parts_.engine.close(CloseReason::connect_timeout); });
}

void Client::on_message(EnginePacket message) {
  auto packet = decoder_.take(std::move(message));
  if (!packet) return fail(packet.error());
  if (*packet) on_packet(**std::move(packet));
}

void Client::on_packet(Packet packet) {
  if (packet.head.type == PacketType::connect) return connect(std::move(packet));
  auto found = seats_.find(packet.head.space);
  if (found == seats_.end()) return fail("a packet for a namespace that is not connected");
  // A copy: what the packet leads to may end this client.
  auto seat = found->second;
  if (seat->has_left()) return;  // it crossed our disconnect
  if (seat->is_connecting()) return fail("a packet before the namespace was connected");
  switch (packet.head.type) {
    case PacketType::disconnect: return seat->go("client namespace disconnect");
    case PacketType::event: return on_event(*seat, std::move(packet));
    case PacketType::ack: return seat->on_ack(std::move(packet));
    default: return fail("a packet that only servers send");
  }
}

void Client::on_event(Seat& seat, Packet packet) {
  auto& values = packet.data.items();
  const schema::Value& name = values.front();
  Event event{.name = name.is_text() ? name.text() : schema::to_json(name),
              .arguments = {{values.begin() + 1, values.end()}, std::move(packet.attachments)},
              .ack_id = packet.head.id};
  auto handler = seat.handler();
  handler->on_event(std::move(event));
}

void Client::connect(Packet packet) {
  const std::string& name = packet.head.space;
  auto found = parts_.spaces.find(name);
  if (found == parts_.spaces.end()) {
    return send({PacketType::connect_error, name}, R"({"message":"Invalid namespace"})", {});
  }
  auto known = seats_.find(name);
  // The official client asks twice when it is told to connect while it connects.
  if (known != seats_.end() && !known->second->has_left()) return;
  bool is_new = known == seats_.end();
  if (is_new && seats_.size() >= parts_.limits.spaces_max) return fail("too many namespaces");
  auto& seat = seats_[name];
  seat = std::make_shared<Seat>(name, make_secret(parts_.random), found->second.rooms,
                                parts_.limits, this);
  ConnectRequest request{parts_.visitor.principal, std::move(packet.data)};
  if (request.auth.is_null()) request.auth = schema::Value::object();
  parts_.engine.spawn(admit(shared_from_this(), seat, found->second.space, std::move(request)));
}

Task<> Client::admit(std::shared_ptr<Client> self, std::shared_ptr<Seat> seat,
                     std::shared_ptr<Space> space, ConnectRequest request) {
  std::exception_ptr failure;
  Accepted accepted;
  try {
    accepted = co_await space->connect(seat, std::move(request));
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && is_cancellation(failure)) std::rethrow_exception(failure);
  if (seat->has_left()) co_return;
  if (failure) {
    self->refuse(*seat, failure);
  } else {
    self->connect_alarm_ = {};
    seat->enter(std::move(accepted));
  }
}

void Client::refuse(Seat& seat, const std::exception_ptr& failure) {
  Error error = http::error_from(failure);
  auto json = schema::Value::object();
  json.set("message", error.message());
  json.set("data", schema::parse_value(schema::to_json(live::make_error_body(error, {}))));
  send({PacketType::connect_error, seat.space()}, schema::to_json(json), {});
  seat.go("refused");
}

void Client::send(const PacketHead& head, std::string_view json,
                  std::span<const std::string> attachments) {
  parts_.engine.send({EngineKind::message, write_packet(head, json)});
  for (const std::string& bytes : attachments) {
    parts_.engine.send({EngineKind::message, bytes, true});
  }
}

void Client::fail(Violation) { parts_.engine.close(CloseReason::parse_error); }

void Client::on_room() {
  auto seats = seats_;
  for (auto& [name, seat] : seats) {
    if (auto handler = seat->handler()) handler->on_room();
  }
}

void Client::on_closed(CloseReason reason) {
  connect_alarm_ = {};
  for (auto& [name, seat] : seats_) seat->go(to_text(reason));
}

}  // namespace antiphon::socketio
