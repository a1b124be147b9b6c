#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/channel.h"
#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/random.h"
#include "engine/http/takeover.h"
#include "engine/live/frame_parser.h"
#include "engine/live/ring.h"

namespace antiphon::live {

struct WebSocketOptions {
  Role role = Role::server;
  std::size_t message_bytes_max = std::size_t{1} << 20;
  std::chrono::milliseconds ping_interval{20'000};    ///< a peer that is silent is pinged
  std::chrono::milliseconds silence_timeout{40'000};  ///< and dropped, when it stays so
  std::chrono::milliseconds stall_timeout{90'000};    ///< a peer that reads nothing
  std::chrono::milliseconds close_timeout{5'000};     ///< for the peer's close frame
  /// While more waits to be written, nothing is read of who listens.
  std::size_t unsent_bytes_max = std::size_t{64} << 10;
  Random* random = nullptr;  ///< for a client's masks
};

/// One WebSocket after its handshake, at either end. What is sent during a pass of the event loop
/// goes out in one write; while nothing comes and goes it holds no buffer. Lives on one core. Its
/// messages are either awaited (receive) or told (listen).
class WebSocket final : private Channel::User {
 public:
  WebSocket(http::TakenSocket socket, WebSocketOptions options);
  ~WebSocket() override;

  /// The next text or binary message; pings are answered in between. Nothing once it is closed:
  /// then `end()` says how. One caller at a time.
  Task<std::optional<Incoming>> receive();

  /// Somebody who is told. It must not destroy the WebSocket inside these.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_message(Incoming message) = 0;
    /// A write has ended and there is room again.
    virtual void on_room() {}
    /// The socket is closed; the last call.
    virtual void on_closed() = 0;
  };
  /// From here on messages are told; begins with those that already came.
  void listen(Listener& listener);

  /// Queues frames; dropped without a word once closing began.
  void send(Frames frames);
  void send(Opcode kind, std::string_view payload);
  /// The same, but they go with the next send() or flush().
  void queue(Frames frames);
  /// Writes what is queued without waiting for the end of the pass.
  void flush();
  /// Bytes that wait to be written.
  std::size_t queued_bytes() const { return queued_bytes_; }
  /// Returns when no more than `bytes` wait. One caller at a time.
  Task<> drained(std::size_t bytes);
  /// Called when a write has ended and there is room again.
  void on_room(std::function<void()> action) { room_action_ = std::move(action); }

  /// Sends a close frame after what is queued, or in the place of what is not being written yet
  /// when `at_once`; what comes from the peer until it answers is dropped.
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
  std::string peer() const { return channel_->peer(); }
  /// When the peer last sent anything.
  Instant last_heard() const { return last_heard_; }

  /// What moves to another core: the stream, and the bytes that were read but not yet taken.
  struct Moved {
    std::unique_ptr<LooseStream> stream;  ///< null when it cannot move, and all is as before
    FrameParser parser;
    std::string unread;
  };
  /// From the conversation: gives the socket up, so that run() leaves it alone. Nothing may be
  /// queued.
  Moved release();
  WebSocket(std::unique_ptr<Channel> channel, Moved moved, WebSocketOptions options);

 private:
  void on_bytes(std::string_view bytes) override;
  void on_sent(std::size_t count) override;
  void on_end() override;

  void deliver();
  void deliver(std::string_view bytes);
  std::optional<Incoming> next_unread();
  std::optional<Incoming> next_message(std::string_view& bytes);
  bool may_read() const { return queued_bytes_ <= options_.unsent_bytes_max || close_frame_; }
  std::optional<Incoming> on_item(Incoming item);
  void on_ping(std::string_view payload);
  void on_close_frame(Incoming item);
  void fail(const ProtocolFailure& failure);
  void discard(std::size_t bytes);
  void write_on();
  void take_off(std::size_t bytes);
  void tell_room();
  bool is_over() const { return aborted_ || (close_written_ && peer_closed_); }
  void settle();
  void set_end(CloseCode code, std::string_view reason);
  void abort(std::string_view why);
  void watch();
  void arm_watch();
  void watch_at(Instant when);

  std::unique_ptr<Channel> channel_;
  WebSocketOptions options_;
  FrameParser parser_;
  std::string unread_;     ///< came, but nobody wanted it yet
  std::size_t taken_ = 0;  ///< of unread_
  Listener* listener_ = nullptr;

  Ring<Frames> queue_;                 ///< the first one without what of it is out
  std::size_t under_way_ = 0;          ///< how many of them the channel was given
  const void* close_frame_ = nullptr;  ///< its owner, once it is queued
  std::size_t queued_bytes_ = 0;
  std::size_t drained_below_ = 0;
  Waiter written_;
  Waiter news_;
  std::function<void()> room_action_;
  std::shared_ptr<WebSocket*> flush_;  ///< planned; what it points to goes with this

  std::optional<End> end_;
  std::size_t discarded_bytes_ = 0;
  bool close_written_ = false;
  bool peer_closed_ = false;
  bool failed_ = false;  ///< what comes cannot be understood any more
  bool aborted_ = false;
  bool released_ = false;
  bool settled_ = false;
  int pings_ = 0;  ///< of the peer, since pings_began_
  Instant pings_began_;
  Instant last_heard_;
  std::optional<Instant> write_began_;
  Instant watch_time_;
  Timers::Alarm watch_alarm_;
  Timers::Alarm close_alarm_;
};

}  // namespace antiphon::live
