#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/async/mailbox.h"
#include "engine/live/engine_events.h"
#include "engine/live/feed.h"
#include "engine/socketio/limits.h"
#include "engine/socketio/space.h"

namespace antiphon::socketio {

/// One client of one live session, on the core of its connection. The session may be another
/// core's: its frames are fetched from there, and what the client says is brought there.
class LiveSocket final : public SocketHandler, public std::enable_shared_from_this<LiveSocket> {
 public:
  LiveSocket(std::shared_ptr<Socket> socket, Core& home, std::shared_ptr<live::Feed> feed,
             std::shared_ptr<const Principal> principal);
  ~LiveSocket() override;

  void on_connected() override;
  void on_event(Event event) override;
  void on_room() override { room_.wake(); }
  void on_disconnected(std::string_view reason) override;

 private:
  /// What the client said, on its way to the session.
  struct Input {
    live::ClientFrame frame;
    std::string sound;  ///< PCM in place of the frame
    bool is_sound = false;
    std::optional<std::uint64_t> ack_id;
  };

  Input read(const Event& event) const;
  void refuse(const std::optional<std::uint64_t>& ack_id, const live::ErrorBody& error);
  static Task<> relay(std::shared_ptr<LiveSocket> self);
  static Task<> forward(std::shared_ptr<LiveSocket> self);
  void pass_on(const live::Feed::Batch& batch);
  void end(live::CloseCode code);
  void leave();

  std::shared_ptr<Socket> socket_;
  Core& home_;
  std::shared_ptr<live::Feed> feed_;
  std::shared_ptr<const Principal> principal_;
  Mailbox<Input> inbox_;
  std::map<std::string, std::uint64_t> awaited_;  ///< ack ids, by the ids of messages
  Waiter room_;
  bool is_gone_ = false;
};

}  // namespace antiphon::socketio
