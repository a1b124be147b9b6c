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
  Principal principal;
  std::optional<Position> resume_from;
  std::unique_ptr<Admission::Seat> seat;
  std::function<bool(const Principal&, const SessionOwner&)> may_attach;
};

/// One client of one session over the native protocol, on the session's home core.
class NativeConnection final : public Connection {
 public:
  NativeConnection(Hub& hub, WebSocket& socket, std::shared_ptr<Session> session,
                   Admitted admitted);

  /// From welcome to the end; the WebSocket's conversation.
  Task<> run();

  void on_events() override { pump(); }
  void on_taken(const std::string& message_id) override;
  void on_ended(CloseCode code, std::string_view reason) override;
  void close(CloseCode code, std::string_view reason) override;

 private:
  void begin();
  void welcome(bool recovered, std::optional<schema::RawJson> snapshot);
  void pump();
  Task<> receive_all();
  void receive(Incoming incoming);
  void receive_text(std::string_view text);
  void receive_audio_settings(const ClientFrame& frame);
  void send_directly(std::string_view type, std::string_view body);
  void watch_idle();

  Hub& hub_;
  WebSocket& socket_;
  std::shared_ptr<Session> session_;
  Admitted admitted_;
  std::shared_ptr<const Principal> principal_;
  Cursor cursor_;
  std::optional<std::size_t> least_lag_bytes_;  ///< since the client came
  FramePointer welcome_;                        ///< until the events it speaks of are safe
  std::optional<std::uint64_t> audio_offset_;   ///< of the next sample; nothing: goes on
  struct Ending {
    CloseCode code;
    std::string reason;
  };
  std::optional<Ending> ending_;
  Instant last_input_;
  std::optional<Timers::Alarm> idle_alarm_;
};

/// Runs the client's connection on this core: the session's home. Its end closes the socket.
Task<> hold_connection(Hub& hub, WebSocket& socket, Admitted admitted);

}  // namespace antiphon::live
