#pragma once

#include <map>
#include <set>

#include "engine/socketio/engine_handler.h"
#include "engine/socketio/limits.h"
#include "engine/socketio/packet.h"
#include "engine/socketio/rooms.h"
#include "engine/socketio/space.h"

namespace antiphon::socketio {

/// What a seat sends its packets by: its client, while that is connected.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  virtual void send(const PacketHead& head, std::string_view json,
                    std::span<const std::string> attachments) = 0;
  virtual EngineSocket& engine() = 0;
};

/// One client in one namespace, from its CONNECT to its end.
class Seat final : public Socket {
 public:
  /// @param sink  null once the client is gone
  Seat(std::string space, std::string id, Rooms& rooms, const Limits& limits, PacketSink* sink);

  const std::string& space() const { return space_; }
  bool is_connecting() const { return sink_ && !handler_; }
  bool has_left() const { return !sink_; }
  const std::shared_ptr<SocketHandler>& handler() const { return handler_; }

  /// The client is in; it is told so.
  void enter(Accepted accepted);
  /// It is not any more.
  void go(std::string_view reason);
  void on_ack(Packet packet);

  const std::string& id() const override { return id_; }
  void emit(std::string_view name, std::string_view json,
            std::span<const std::string> attachments) override;
  bool emit_with_ack(std::string_view name, std::string_view json,
                     std::function<void(Arguments)> on_ack) override;
  void acknowledge(std::uint64_t ack_id, std::string_view json,
                   std::span<const std::string> attachments) override;
  bool join(const std::string& room) override;
  void leave(const std::string& room) override;
  void disconnect() override;
  void close(CloseReason reason) override;
  std::size_t queued_bytes() const override;
  void spawn(Task<> task) override;

 private:
  std::string space_;
  std::string id_;
  Rooms& rooms_;
  const Limits& limits_;
  PacketSink* sink_;
  std::shared_ptr<SocketHandler> handler_;
  std::set<std::string> joined_;
  std::map<std::uint64_t, std::function<void(Arguments)>> pending_acks_;
  std::uint64_t next_ack_id_ = 0;
};

}  // namespace antiphon::socketio
