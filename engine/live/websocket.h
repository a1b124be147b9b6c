#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/core.h"
#include "engine/async/stream.h"
#include "engine/async/task_group.h"
#include "engine/base/random.h"
#include "engine/http/takeover.h"
#include "engine/live/frame_parser.h"

namespace antiphon::live {

struct WebSocketOptions {
  Role role = Role::server;
  std::size_t message_bytes_max = std::size_t{1} << 20;
  std::chrono::milliseconds ping_interval{
      20'000};  ///< a silent peer is pinged, and dropped after two
  std::chrono::milliseconds stall_timeout{15'000};  ///< one write that does not end
  std::chrono::milliseconds close_timeout{5'000};   ///< for the peer's close frame
  Random* random = nullptr;                         ///< for a client's masks
};

/// One WebSocket after its handshake, at either end. What is sent during a pass of the event loop
/// goes out in one write. Lives on one core; run(), finish() or release() must have ended
/// before it goes.
class WebSocket {
 public:
  WebSocket(http::TakenSocket socket, WebSocketOptions options);
  ~WebSocket();

  /// The next text or binary message; pings are answered in between. Nothing once it is closed:
  /// then `end()` says how. One caller at a time.
  Task<std::optional<Incoming>> receive();

  /// Queues a frame; dropped without a word once closing began.
  void send(FramePointer frame);
  void send(Opcode kind, std::string_view payload);
  /// Bytes that wait to be written.
  std::size_t queued_bytes() const { return queued_bytes_; }
  /// Returns when no more than `bytes` wait. One caller at a time.
  Task<> drained(std::size_t bytes);
  /// Called when a write has ended and there is room again.
  void on_room(std::function<void()> action) { on_room_ = std::move(action); }

  /// Sends a close frame after what is queued, or in its place when `at_once`; what comes from the
  /// peer until it answers is dropped.
  void close(CloseCode code, std::string_view reason, bool at_once = false);
  /// Runs `conversation`; however it ends, then the close handshake is done (normally, unless
  /// closing began) and the socket is ended. What the conversation threw is thrown again.
  Task<> run(Task<> conversation);
  /// The second half of run() alone; for whoever keeps the socket in other ways.
  Task<> finish();
  /// Cuts the connection without a word.
  void cut() { abort("cut"); }

  /// How it ended: the peer's code, or ours when we closed first.
  struct End {
    CloseCode code = CloseCode::abnormal;
    std::string reason;
  };
  const std::optional<End>& end() const { return end_; }
  std::string peer() const { return stream_->peer(); }
  /// When the peer last sent anything.
  Instant last_heard() const { return last_heard_; }

  /// What moves to another core: the stream, and the bytes that were read but not yet taken.
  struct Moved {
    std::unique_ptr<LooseStream> stream;  ///< null when it cannot move
    FrameParser parser;
    std::string unread;
  };
  /// From the conversation: gives the socket up, so that run() leaves it alone. Nothing may be
  /// queued.
  Task<Moved> release();
  WebSocket(Moved moved, WebSocketOptions options);

 private:
  WebSocket(std::unique_ptr<Stream> stream, FrameParser parser, std::string unread,
            WebSocketOptions options);

  Task<> write_loop();
  Task<bool> read_more();
  std::optional<Incoming> on_item(Incoming item);
  void on_close_frame(Incoming item);
  void fail(const ProtocolFailure& failure);
  void set_end(CloseCode code, std::string_view reason);
  void abort(std::string_view why);
  void watch();
  void shrink_or_grow(std::size_t read);

  std::unique_ptr<Stream> stream_;
  WebSocketOptions options_;
  FrameParser parser_;
  std::string buffer_;       ///< what a read fills
  std::string_view unread_;  ///< of the buffer, not yet parsed
  std::string carried_;      ///< came with the handshake or from another core; parsed first

  std::vector<FramePointer> queue_;
  std::vector<FramePointer> batch_;  ///< being written
  FramePointer close_frame_;
  std::size_t queued_bytes_ = 0;
  std::size_t drained_below_ = 0;
  Waiter written_;
  Waiter wanted_;
  std::function<void()> on_room_;

  std::optional<End> end_;
  bool close_written_ = false;
  bool peer_closed_ = false;
  bool aborted_ = false;
  bool released_ = false;
  Instant last_heard_;
  std::optional<Instant> write_began_;
  std::optional<Timers::Alarm> watch_alarm_;
  std::optional<Timers::Alarm> close_alarm_;
  TaskGroup tasks_;
};

}  // namespace antiphon::live
