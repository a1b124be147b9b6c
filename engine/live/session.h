#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/task_group.h"
#include "engine/live/close_code.h"
#include "engine/live/event.h"
#include "engine/live/handler.h"
#include "engine/live/inputs.h"
#include "engine/live/journal.h"
#include "engine/live/limits.h"
#include "engine/live/tail.h"

namespace antiphon::live {

/// Who a session belongs to. Fixed when it is opened.
struct SessionOwner {
  std::string id;         ///< "ses_…"; decides the home core
  std::string app;        ///< name under which the hub knows its handlers
  std::string tenant;     ///< whose data it reaches
  std::string principal;  ///< who opened it
};

/// Somebody who reads a session's log: a WebSocket, an SSE stream. Called on the home core; it must
/// not call back into the session inside these.
class Reader {
 public:
  virtual ~Reader() = default;
  /// There may be more to read.
  virtual void on_events() = 0;
  /// The session is over.
  virtual void on_ended(CloseCode code, std::string_view reason) = 0;
};

/// One live session: an ordered log of events, written by one handler, read by any number of
/// clients. Lives on its home core; every function is called there.
class Session final : public Journal::Author, public std::enable_shared_from_this<Session> {
 public:
  /// What a session stands on; all of it outlives it.
  struct Place {
    Journal& journal;
    const Limits& limits;
    std::function<void(Session&)> on_ended;
  };
  Session(Place place, SessionOwner owner, Position start);
  ~Session() override;

  const SessionOwner& owner() const { return owner_; }
  const std::string& id() const { return owner_.id; }
  /// The last event that was emitted.
  Position position() const { return position_; }
  bool ended() const { return ended_; }

  // For handlers and their child tasks.

  /// Adds an event to the log; readers get it when this pass of the event loop has been written.
  template <class T>
  void emit(const EventType& type, const T& body) {
    ENSURE(type.body == &schema::of<T>, "an event is emitted with the body it declares");
    emit_json(type, schema::to_json(body));
  }
  /// @param body  a JSON object
  void emit_json(const EventType& type, std::string_view body);
  /// Runs `event` after the inputs that came before it, as one of them. Never refused: it is the
  /// session's own work.
  void post(std::move_only_function<void()> event);
  /// Starts a child task; cancelled when the session ends. What it throws becomes an `error` event.
  void spawn(Task<> task);
  /// Ends the session when the current event is done.
  void close(std::string reason);
  /// In restore(): how much sound the handler has taken in, so that clients go on from there.
  void resume_audio_at(std::uint64_t samples) { inputs_.resume_audio_at(samples); }
  std::size_t readers() const { return readers_.size(); }
  std::size_t tasks() const { return tasks_.size(); }

  // For connections.

  void attach(Reader& reader);
  void detach(Reader& reader);
  /// Whether `message` was taken. A message whose id was seen before is not passed on and counts as
  /// taken. @return false when the input queue is full
  bool receive(Message message);
  /// PCM16 at `offset`: what was received before is skipped; when the queue is full the oldest is
  /// dropped, and told by an `audio_gap` event.
  void receive_audio(std::span<const std::int16_t> samples, std::uint64_t offset);
  /// The session's rate, fixed by the first caller. @throws Error{Code::invalid} for another one
  void set_audio_rate(unsigned rate);
  std::uint64_t received_samples() const { return inputs_.received_samples(); }
  unsigned audio_rate() const { return inputs_.audio_rate(); }
  const Tail& tail() const { return tail_; }
  std::string snapshot();

 private:
  friend class Hub;

  void on_recorded() override;
  void start(std::unique_ptr<Handler> handler);
  void restore(std::unique_ptr<Handler> handler, std::string_view snapshot,
               std::span<const LoggedEvent> events, std::size_t after);
  void schedule();
  void run_inputs();
  template <class F>
  void guard(F&& action, std::string_view message_id = {});
  void report(std::exception_ptr failure, std::string_view message_id);
  void tell_gaps();
  void notify();
  void end(std::string_view reason);

  Place place_;
  SessionOwner owner_;
  Position position_;
  Tail tail_;
  Inputs inputs_;
  std::vector<Reader*> readers_;
  std::unique_ptr<Handler> handler_;
  TaskGroup tasks_;
  std::optional<std::string> closing_;
  bool scheduled_ = false;
  bool ended_ = false;
  Instant idle_since_;
  std::uint64_t first_segment_ = 0;  ///< of the log, that this session still needs
};

}  // namespace antiphon::live
