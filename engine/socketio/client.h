#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/async/timers.h"
#include "engine/base/random.h"
#include "engine/socketio/engine_handler.h"
#include "engine/socketio/packet.h"
#include "engine/socketio/seat.h"

namespace antiphon::socketio {

/// The namespaces of one core, by name.
struct SpaceEntry {
  std::shared_ptr<Space> space;
  Rooms rooms;
};
using Spaces = std::map<std::string, SpaceEntry>;

/// One client's Socket.IO conversation: puts its packets together and passes them to the sockets
/// of its namespaces. Whatever breaks the protocol closes the connection.
class Client final : public EngineHandler,
                     public PacketSink,
                     public std::enable_shared_from_this<Client> {
 public:
  /// All of it outlives the connection.
  struct Parts {
    EngineSocket& engine;
    Spaces& spaces;
    Random& random;
    const Limits& limits;
    Visitor visitor;
  };
  explicit Client(Parts parts);

  void on_message(EnginePacket message) override;
  void on_room() override;
  void on_closed(CloseReason reason) override;

  void send(const PacketHead& head, std::string_view json,
            std::span<const std::string> attachments) override;
  EngineSocket& engine() override { return parts_.engine; }

 private:
  void on_packet(Packet packet);
  void connect(Packet packet);
  static Task<> admit(std::shared_ptr<Client> self, std::shared_ptr<Seat> seat,
                      std::shared_ptr<Space> space, ConnectRequest request);
  void refuse(Seat& seat, const std::exception_ptr& failure);
  void on_event(Seat& seat, Packet packet);
  void fail(Violation why);

  Parts parts_;
  PacketDecoder decoder_;
  std::map<std::string, std::shared_ptr<Seat>> seats_;  ///< those that have left too
  Timers::Alarm connect_alarm_;
};

}  // namespace antiphon::socketio
