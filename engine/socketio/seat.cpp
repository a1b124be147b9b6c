#include "engine/socketio/seat.h"

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::socketio {
namespace {

// The arguments behind the event's name, in one array.
std::string event_json(std::string_view name, std::string_view arguments) {
  ENSURE(is_event_name(name), "an event has a name that sockets do not use themselves");
  ENSURE(arguments.size() >= 2 && arguments.front() == '[', "arguments are a JSON array");
  std::string json = "[";
  schema::write_text(json, name);
  if (arguments.size() > 2) json += ',';
  return json += arguments.substr(1);
}

std::string connected_json(const std::string& id, const std::string& pid) {
  auto json = schema::Value::object();
  json.set("sid", id);
  if (!pid.empty()) json.set("pid", pid);
  return schema::to_json(json);
}

}  // namespace

const std::string* Arguments::bytes_at(std::size_t index) const {
  if (index >= values.size() || attachments.empty()) return nullptr;
  const schema::Value* marked = values[index].find("_placeholder");
  const schema::Value* number = values[index].find("num");
  if (!marked || *marked != schema::Value(true) || !number) return nullptr;
  return &attachments.at(static_cast<std::size_t>(number->unsigned_integer()));
}

std::string Arguments::to_json() const { return schema::to_json(schema::Value(values)); }

Seat::Seat(std::string space, std::string id, Rooms& rooms, const Limits& limits, PacketSink* sink)
    : space_(std::move(space)), id_(std::move(id)), rooms_(rooms), limits_(limits), sink_(sink) {}

void Seat::enter(Accepted accepted) {
  handler_ = std::move(accepted.handler);
  if (!accepted.id.empty()) id_ = std::move(accepted.id);
  sink_->send({PacketType::connect, space_}, connected_json(id_, accepted.pid), {});
  if (auto handler = handler_) handler->on_connected();
}

void Seat::go(std::string_view reason) {
  sink_ = nullptr;
  pending_acks_.clear();
  for (const std::string& room : std::exchange(joined_, {})) rooms_.leave(room, this);
  if (auto handler = std::exchange(handler_, nullptr)) handler->on_disconnected(reason);
}

void Seat::emit(std::string_view name, std::string_view json,
                std::span<const std::string> attachments) {
  if (!handler_) return;
  sink_->send({PacketType::event, space_, std::nullopt, attachments.size()}, event_json(name, json),
              attachments);
}

bool Seat::emit_with_ack(std::string_view name, std::string_view json,
                         std::function<void(Arguments)> on_ack) {
  if (!handler_ || pending_acks_.size() >= limits_.pending_acks_max) return false;
  std::uint64_t id = next_ack_id_++;
  pending_acks_.emplace(id, std::move(on_ack));
  sink_->send({PacketType::event, space_, id}, event_json(name, json), {});
  return true;
}

// An ack that nobody awaits comes from a client that answers twice; it means nothing.
void Seat::on_ack(Packet packet) {
  auto found = pending_acks_.find(*packet.head.id);
  if (found == pending_acks_.end()) return;
  auto on_ack = std::move(found->second);
  pending_acks_.erase(found);
  on_ack({packet.data.items(), std::move(packet.attachments)});
}

void Seat::acknowledge(std::uint64_t ack_id, std::string_view json,
                       std::span<const std::string> attachments) {
  if (!handler_) return;
  sink_->send({PacketType::ack, space_, ack_id, attachments.size()}, json, attachments);
}

bool Seat::join(const std::string& room) {
  if (!sink_ || (joined_.size() >= limits_.rooms_max && !joined_.contains(room))) return false;
  joined_.insert(room);
  rooms_.join(room, this);
  return true;
}

void Seat::leave(const std::string& room) {
  if (joined_.erase(room) > 0) rooms_.leave(room, this);
}

void Seat::disconnect() {
  if (!handler_) return;
  sink_->send({PacketType::disconnect, space_}, "", {});
  go("server namespace disconnect");
}

void Seat::close(CloseReason reason) {
  if (sink_) sink_->engine().close(reason);
}

std::size_t Seat::queued_bytes() const { return sink_ ? sink_->engine().queued_bytes() : 0; }

// Dropped unstarted when the client is gone already.
void Seat::spawn(Task<> task) {
  if (sink_) sink_->engine().spawn(std::move(task));
}

}  // namespace antiphon::socketio
