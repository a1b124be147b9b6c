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
#include "engine/live/log_recovery.h"
#include "engine/live/ring.h"
#include "engine/live/session_log.h"
#include "engine/live/tape.h"
#include "engine/log/logger.h"

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
  /// There may be more to read. @return up to which logged event it has taken all
  virtual std::uint64_t on_events() = 0;
  /// The reader's message with this id is in the log, and will not be handled twice.
  virtual void on_taken(const std::string& message_id) = 0;
  /// The session is over; the reader has been given its last event.
  virtual void on_ended(CloseCode code, std::string_view reason) = 0;
  /// Whether it counts as somebody who is there; always the same.
  virtual bool is_present() const { return true; }
};

/// One live session: an ordered log of events, written by one handler, read by any number of
/// clients. Lives on its home core; every function is called there.
class Session final : public Journal::Author, public std::enable_shared_from_this<Session> {
 public:
  /// What a session stands on; all of it outlives it.
  struct Place {
    Core& core;
    Journal& journal;
    const Limits& limits;
    Counters& counters;
    const std::optional<log::Logger>& log;
    std::function<void(Session&)> on_ended;
  };
  Session(Place place, SessionOwner owner, Position start);
  ~Session() override;

  const SessionOwner& owner() const { return owner_; }
  const std::string& id() const { return owner_.id; }
  /// The last event that was emitted.
  Position position() const { return log_.position(); }
  bool ended() const { return ended_; }

  // For handlers and their child tasks.

  /// Adds an event to the log; readers get it when this pass of the event loop has been written.
  /// After the session has ended it does nothing.
  /// @throws Error{Code::too_large} beyond event_bytes_max; Error{Code::unavailable} when the disk
  ///         has refused for long
  template <class T>
  void emit(const EventType& type, const T& body) {
    ENSURE(type.body == &schema::of<T>, "an event is emitted with the body it declares");
    emit(type, EventBody(schema::of<T>(), &body));
  }
  /// @param body  a JSON object
  void emit_json(const EventType& type, std::string_view body) { emit(type, EventBody(body)); }
  /// Runs `event` after the inputs that came before it, as one of them. Never refused: it is the
  /// session's own work.
  void post(std::move_only_function<void()> event);
  /// Starts a child task; cancelled when the session ends. What it throws becomes an `error` event.
  void spawn(Task<> task);
  /// Ends the session when the current event is done.
  void close(std::string reason);
  /// Waits until everything that was emitted so far is on the disk, the session's beginning too.
  /// @throws Error{Code::unavailable} when it is not by `deadline`
  Task<> until_synced(Instant deadline) { return place_.journal.until_synced(deadline); }
  /// In Handler::restore(): how much sound was taken in, so that clients go on from there.
  void resume_audio_at(std::uint64_t samples) { inputs_.resume_audio_at(samples); }
  /// What the app made for this session: for the app's own routes, inside post().
  Handler& handler() { return *handler_; }
  std::size_t readers() const { return readers_.size(); }
  std::size_t tasks() const { return tasks_ ? tasks_->size() : 0; }
  /// Messages that wait for the handler.
  std::size_t waiting_messages() const { return inputs_.messages(); }

  // What its events depend on, so that they can be had again (tape.h).

  /// The time of the session: stands still while its code runs when there is a tape.
  Instant steady() const { return tape_ ? moment_.steady : place_.core.clock().steady(); }
  Timestamp time() const { return tape_ ? moment_.time : place_.core.clock().now(); }
  /// From now on, before Handler::on_begin. Without one nothing is kept.
  void set_tape(std::shared_ptr<Tape> tape);
  /// The recording ends before the session does; its handler is told why.
  void drop_tape(std::string why);
  bool has_tape() const { return tape_ != nullptr; }
  /// Whatever a child task waits for that is not the session's own.
  template <class T>
  Task<T> outside(Task<T> work) {
    return tape_ ? taped(tape_, ++calls_, std::move(work)) : std::move(work);
  }
  /// As antiphon::sleep_until, for child tasks.
  Task<> sleep_until(Instant when);
  /// As Tape::fact; nothing without a tape.
  std::string fact(std::string_view kind, std::move_only_function<std::string()> tell) {
    return tape_ ? tape_->fact(kind, std::move(tell)) : std::string();
  }
  /// For who plays a tape. @return whether anything waited to be run
  bool run_turn();

  // For connections.

  void attach(Reader& reader);
  void detach(Reader& reader);
  /// Takes a message in; one whose id was seen before is acknowledged, but not handled again.
  /// @throws Error{Code::unavailable} when too many wait, or the log cannot be written
  void receive(Message message, Reader& from);
  /// PCM16 at `offset`: what was received before is skipped; when too much waits the oldest is
  /// dropped, and told by an `audio_gap` event.
  void receive_audio(std::span<const std::int16_t> samples, std::uint64_t offset);
  /// A reader has all up to `seq`.
  void acknowledge(std::uint64_t seq);
  /// The session's rate, fixed by the first caller. @throws Error{Code::invalid} for another one
  void set_audio_rate(unsigned rate);
  std::uint64_t received_samples() const { return inputs_.received_samples(); }
  unsigned audio_rate() const { return inputs_.audio_rate(); }
  const Tail& tail() const { return log_.tail(); }
  /// Whether a reader that has all up to there gets exactly what it missed: from memory or the log.
  bool can_resume(Position from) const { return log_.can_resume(from); }
  /// As SessionLog::read_back, for a reader that the tail does not reach.
  Task<SessionLog::Stretch> read_back(std::uint64_t seq);
  /// The handler's state. @throws what the handler throws
  std::string snapshot() { return handler_->snapshot(); }

  // For the hub.

  void start(std::unique_ptr<Handler> handler);
  /// @param recovered  its events of this session's epoch follow on the position it was made with
  void restore(std::unique_ptr<Handler> handler, RecoveredSession recovered);
  /// Writes all that is needed to go on without what the log holds before it.
  void write_checkpoint(std::string_view snapshot, std::uint64_t seq);
  /// Oldest segment of the log that is needed.
  std::uint64_t first_segment() const { return first_segment_; }
  /// Since when it has had neither reader nor task; nothing while it has.
  std::optional<Instant> idle_since() const;
  /// Cancels child tasks without ending the session.
  Task<> stop();
  /// Gives back the memory of a session in which nothing happened since `quiet_since`; what is
  /// needed of it is read from the log. @return whether there was anything to give back
  bool park(Instant quiet_since);

 private:
  struct Acknowledgement {
    EventLog::Mark mark = 0;
    const void* reader = nullptr;
    std::string message_id;
  };

  std::shared_ptr<Author> self() override { return shared_from_this(); }
  void on_write() override { log_.close_record(); }
  bool on_recorded() override;
  void emit(const EventType& type, const EventBody& body);
  void schedule();
  void run_inputs();
  void run(Inputs::Item item);
  void run(const Inputs::Letter& letter);
  template <class F>
  void guard(std::string_view message_id, F action);
  void report(const std::exception_ptr& failure, std::string_view message_id);
  void log_fault(std::string_view detail) const;
  void tell_gaps();
  std::size_t present() const;
  void tell_presence();
  void notify();
  void tell_readers();
  void finish(std::string_view reason);
  void enter(Step step);
  template <class T>
  Task<T> taped(std::shared_ptr<Tape> tape, std::uint64_t call, Task<T> work);
  Task<> taped_child(std::shared_ptr<Tape> tape, std::uint64_t call, Task<> task);
  void note_answer(Tape& tape, std::uint64_t call, const std::exception_ptr& failure);

  Place place_;
  SessionOwner owner_;
  SessionLog log_;
  Inputs inputs_;
  std::vector<Reader*> readers_;
  std::unique_ptr<Handler> handler_;
  std::unique_ptr<TaskGroup> tasks_;        ///< made for the first one
  Ring<Acknowledgement> acknowledgements_;  ///< of messages that are not safe yet
  std::vector<Acknowledgement> taken_;      ///< to be told after the events
  std::optional<std::string> closing_;
  bool scheduled_ = false;
  bool notifying_ = false;
  bool ended_ = false;
  bool told_end_ = false;
  bool parked_ = false;
  bool stopped_ = false;
  Instant last_active_;
  Instant last_reader_left_;
  Instant audio_told_;
  std::uint64_t acknowledged_seq_ = 0;
  std::uint64_t first_segment_ = 0;
  std::shared_ptr<Tape> tape_;
  Moment moment_;            ///< of the last step, with a tape
  std::uint64_t calls_ = 0;  ///< of child tasks to what is outside, with a tape
  bool is_running_ = false;  ///< its own code: what that does is no step
};

template <class T>
Task<T> Session::taped(std::shared_ptr<Tape> tape, std::uint64_t call, Task<T> work) {
  if (tape->is_replay()) {
    co_await tape->answered(call, moment_);
    co_return co_await std::move(work);
  }
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(work);
      note_answer(*tape, call, nullptr);
    } else {
      T answer = co_await std::move(work);
      note_answer(*tape, call, nullptr);
      co_return answer;
    }
  } catch (...) {
    note_answer(*tape, call, std::current_exception());
    throw;
  }
}

}  // namespace antiphon::live
