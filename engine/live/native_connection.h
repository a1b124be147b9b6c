#pragma once

#include "engine/live/hub.h"
#include "engine/live/websocket.h"
#include "engine/live/wire.h"

namespace antiphon::live {

/// A client that was let in, on its way to its session: only values, so that it can go to another
/// core.
struct Admitted {
  std::string session_id;
  std::string app;  ///< the route's: another app's session is none here
  std::shared_ptr<const Principal> principal;
  std::optional<Position> resume_from;
  std::unique_ptr<Admission::Seat> seat;
  std::function<bool(const Principal&, const SessionOwner&)> may_attach;
};

/// One client of one session over the native protocol, on the session's home core. The hub keeps it
/// until its socket is closed.
class NativeConnection final : public Connection,
                               public std::enable_shared_from_this<NativeConnection>,
                               private WebSocket::Listener {
 public:
  /// @param session  null for a client that is only told why it cannot come in
  NativeConnection(Hub& hub, std::unique_ptr<WebSocket> socket, std::shared_ptr<Session> session,
                   Admitted admitted);

  /// From welcome on; or with the reason for which nobody comes in.
  void begin();
  void refuse(CloseCode code, std::string_view reason);

  std::uint64_t on_events() override {
    pump();
    return cursor_.seq;
  }
  void on_taken(const std::string& message_id) override;
  void on_ended(CloseCode code, std::string_view reason) override;
  void close(CloseCode code, std::string_view reason) override;
  void cut() override { socket_->cut(); }
  std::optional<ConnectionKind> kind() const override { return ConnectionKind::websocket; }

 private:
  void on_message(Incoming message) override;
  void on_room() override { pump(); }
  void on_closed() override;

  void welcome(bool recovered, std::optional<schema::RawJson> snapshot);
  void pump();
  void fill();
  void fetch();
  static Task<> read_back(std::shared_ptr<NativeConnection> self);
  void receive(Incoming incoming);
  void receive_text(std::string_view text);
  void receive_audio_settings(const ClientFrame& frame);
  void send_directly(std::string_view type, std::string_view body);
  void watch_idle();
  void leave();

  Hub& hub_;
  std::unique_ptr<WebSocket> socket_;
  std::shared_ptr<Session> session_;
  std::shared_ptr<const Principal> principal_;
  std::unique_ptr<Admission::Seat> seat_;
  std::optional<Position> resume_from_;
  Cursor cursor_;
  Frames welcome_;                             ///< until the events it speaks of are safe
  std::optional<std::uint64_t> audio_offset_;  ///< of the next sample; nothing: goes on
  struct Ending {
    CloseCode code;
    std::string reason;
  };
  std::unique_ptr<Ending> ending_;
  bool is_fetching_ = false;
  std::optional<Instant> behind_since_;  ///< what the session has in memory
  Instant last_input_;
  Timers::Alarm idle_alarm_;
};

/// Has the client's connection on this core: the session's home. It goes on by itself.
void hold_connection(Hub& hub, std::unique_ptr<WebSocket> socket, Admitted admitted);

}  // namespace antiphon::live
