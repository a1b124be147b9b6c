#include "engine/live/session.h"

#include <algorithm>

#include "engine/http/problem.h"
#include "engine/live/engine_events.h"

namespace antiphon::live {
namespace {

// So that one busy session leaves the core to the others now and then.
constexpr int inputs_per_turn = 64;
constexpr std::chrono::seconds audio_meter_interval{1};
}  // namespace

Session::Session(Place place, SessionOwner owner, Position start)
    : place_(std::move(place)),
      owner_(std::move(owner)),
      log_(place_.journal, *this, owner_.id, start, place_.limits.tail, &place_.counters),
      inputs_(place_.limits.inputs),
      last_active_(place_.core.clock().steady()),
      last_reader_left_(last_active_),
      audio_told_(last_reader_left_) {}

Session::~Session() = default;

void Session::start(std::unique_ptr<Handler> handler) {
  handler_ = std::move(handler);
  write_checkpoint("", 0);
  guard({}, [this] { handler_->on_open(); });
}

void Session::restore(std::unique_ptr<Handler> handler, RecoveredSession recovered) {
  handler_ = std::move(handler);
  const Checkpoint& checkpoint = recovered.checkpoint;
  for (const std::string& id : checkpoint.message_ids) inputs_.remember(id);
  inputs_.restore_audio(checkpoint.received_samples, checkpoint.audio_rate);
  write_checkpoint(checkpoint.snapshot, checkpoint.seq);
  for (const LoggedEvent& event : recovered.events) log_.add_again(event);
  log_.close_record();
  guard({}, [&] {
    handler_->restore(checkpoint.snapshot, std::span(recovered.events).subspan(recovered.after));
  });
}

// Sound is counted in it, so the log must know it, whenever the server ends.
void Session::set_audio_rate(unsigned rate) {
  enter(RateChosen{rate});
  bool is_news = rate != inputs_.audio_rate();
  inputs_.set_audio_rate(rate);
  if (is_news) write_checkpoint(snapshot(), position().seq);
}

void Session::write_checkpoint(std::string_view snapshot, std::uint64_t seq) {
  log_.close_record();
  first_segment_ = place_.journal.segment();
  Checkpoint checkpoint{.epoch = position().epoch,
                        .seq = seq,
                        .app = owner_.app,
                        .tenant = owner_.tenant,
                        .principal = owner_.principal,
                        .received_samples = inputs_.received_samples(),
                        .audio_rate = inputs_.audio_rate(),
                        .snapshot = std::string(snapshot),
                        .message_ids = inputs_.seen_ids()};
  place_.journal.append(*this, LogRecord{id(), std::move(checkpoint)}, Durability::written);
}

void Session::emit(const EventType& type, const EventBody& body) {
  if (ended_) return;
  parked_ = false;
  place_.counters.emitted(type.lane);
  Timestamp now = time();
  if (is_droppable(type.lane)) {
    log_.add_droppable(type, now, body);
    notify();
  } else {
    log_.add(type, now, body);
  }
  if (!tape_) return;
  std::string json;
  append_event(json, type.name, position().seq, now, body);
  tape_->emitted(std::move(json));
}

Task<SessionLog::Stretch> Session::read_back(std::uint64_t seq) {
  auto self = shared_from_this();
  co_return co_await log_.read_back(seq);
}

bool Session::park(Instant quiet_since) {
  if (parked_ || last_active_ > quiet_since || log_.is_waiting()) return false;
  parked_ = true;
  log_.park();
  inputs_.park();
  if (acknowledgements_.empty()) acknowledgements_.clear();
  taken_.shrink_to_fit();
  return true;
}

bool Session::on_recorded() {
  bool has_news = log_.release();
  while (!acknowledgements_.empty() &&
         place_.journal.is_safe(acknowledgements_.front().mark, Durability::written)) {
    taken_.push_back(acknowledgements_.pop_front());
    has_news = true;
  }
  if (has_news) tell_readers();
  return log_.is_waiting() || !acknowledgements_.empty();
}

// Readers look once a pass, so that of several partials they see the newest.
void Session::notify() {
  if (std::exchange(notifying_, true)) return;
  place_.core.post([weak = weak_from_this()] {
    auto self = weak.lock();
    if (!self) return;
    self->notifying_ = false;
    self->tell_readers();
  });
}

void Session::tell_readers() {
  if (told_end_) return;
  last_active_ = place_.core.clock().steady();
  std::uint64_t taken = tail().released_seq();
  for (Reader* reader : readers_) taken = std::min(taken, reader->on_events());
  log_.forget(taken);
  for (const Acknowledgement& next : std::exchange(taken_, {})) {
    auto reader = std::ranges::find(readers_, next.reader);
    if (reader != readers_.end()) (*reader)->on_taken(next.message_id);
  }
  if (!ended_ || log_.is_waiting()) return;
  told_end_ = true;
  for (Reader* reader : readers_) reader->on_ended(CloseCode::normal, *closing_);
}

void Session::attach(Reader& reader) {
  readers_.push_back(&reader);
  if (!reader.is_present()) return;
  enter(ReaderCame{});
  tell_presence();
  post([this] { handler_->on_attached(present()); });
}

void Session::detach(Reader& reader) {
  std::erase(readers_, &reader);
  for (std::size_t i = 0; i < acknowledgements_.size(); ++i) {
    if (acknowledgements_[i].reader == &reader) acknowledgements_[i].reader = nullptr;
  }
  std::erase_if(taken_, [&](const auto& next) { return next.reader == &reader; });
  if (readers_.empty()) last_reader_left_ = place_.core.clock().steady();
  if (!reader.is_present()) return;
  enter(ReaderLeft{});
  tell_presence();
  post([this] { handler_->on_detached(present()); });
}

std::size_t Session::present() const {
  return static_cast<std::size_t>(std::ranges::count_if(readers_, &Reader::is_present));
}

void Session::tell_presence() { emit(presence_event, PresenceBody{present()}); }

std::optional<Instant> Session::idle_since() const {
  if (!readers_.empty() || tasks() > 0) return std::nullopt;
  return last_reader_left_;
}

void Session::receive(Message message, Reader& from) {
  if (ended_) return;
  if (!place_.journal.healthy()) {
    place_.counters.refused(Refused::log);
    throw Error(Code::unavailable, "The server cannot store events right now; try again.")
        .detail(place_.journal.failure())
        .retry_after(1);
  }
  if (tape_) enter(MessageCame{message.action, schema::to_json(message.body), message.id});
  std::string message_id = message.id;
  switch (inputs_.add(std::move(message), &from)) {
    case Inputs::Added::yes: place_.counters.messages.add(); return schedule();
    case Inputs::Added::full:
      place_.counters.refused(Refused::messages);
      throw Error(Code::unavailable, "Too many messages wait in this session; send it again.")
          .retry_after(1);
    case Inputs::Added::seen_before:
      // It may still wait; the answer comes after it, by the same way.
      post([this, message_id, reader = static_cast<const void*>(&from)] {
        acknowledgements_.push_back({place_.journal.end(), reader, message_id});
        on_recorded();
      });
  }
}

void Session::receive_audio(std::span<const std::int16_t> samples, std::uint64_t offset) {
  if (ended_) return;
  if (tape_) enter(SoundCame{offset, {samples.begin(), samples.end()}});
  std::uint64_t end = offset + samples.size();
  std::uint64_t begin = std::max(offset, inputs_.received_samples());
  place_.counters.heard(end - std::min(begin, end), inputs_.audio_rate());
  inputs_.add_audio(samples, offset);
  schedule();
  Instant now = steady();
  if (now - audio_told_ < audio_meter_interval) return;
  audio_told_ = now;
  emit(audio_event, AudioBody{inputs_.received_samples(), inputs_.audio_rate()});
}

void Session::acknowledge(std::uint64_t seq) {
  if (seq <= acknowledged_seq_ || seq > tail().released_seq()) return;
  acknowledged_seq_ = seq;
  enter(EventAcknowledged{seq});
  post([this, seq] {
    if (seq == acknowledged_seq_) handler_->on_acknowledged(seq);
  });
}

void Session::post(std::move_only_function<void()> event) {
  if (ended_) return;
  inputs_.add(std::move(event));
  schedule();
}

void Session::spawn(Task<> task) {
  if (stopped_) return;
  if (!tasks_) {
    tasks_ = std::make_unique<TaskGroup>([this](const std::exception_ptr& failure) {
      // A task's failure is an event like any other: it waits its turn.
      post([this, failure] { report(failure, {}); });
    });
  }
  if (!tape_) return tasks_->spawn(std::move(task));
  tape_->child_began();
  tasks_->spawn(taped_child(tape_, ++calls_, std::move(task)));
}

Task<> Session::stop() {
  stopped_ = true;
  if (tasks_) co_await tasks_->stop();
}

void Session::close(std::string reason) {
  if (closing_ || ended_) return;
  if (tape_) enter(ClosedFromOutside{reason});
  closing_ = std::move(reason);
  schedule();
}

void Session::schedule() {
  if (std::exchange(scheduled_, true) || (tape_ && tape_->is_replay())) return;
  place_.core.post([weak = weak_from_this()] {
    if (auto self = weak.lock()) self->run_inputs();
  });
}

void Session::run_inputs() {
  scheduled_ = false;
  parked_ = false;
  enter(Turn{});
  is_running_ = true;
  for (int i = 0; i < inputs_per_turn && !inputs_.empty() && !closing_; ++i) run(inputs_.take());
  if (closing_) finish(*closing_);
  is_running_ = false;
  if (!ended_ && !inputs_.empty()) schedule();
}

void Session::run(Inputs::Item item) {
  guard({}, [this] { tell_gaps(); });
  if (auto* letter = std::get_if<Inputs::Letter>(&item)) {
    run(*letter);
  } else if (auto* sound = std::get_if<Inputs::Sound>(&item)) {
    guard({}, [&] { handler_->on_audio({sound->samples, sound->offset, inputs_.audio_rate()}); });
  } else if (auto* work = std::get_if<Inputs::Work>(&item)) {
    guard({}, std::move(*work));
  }
}

void Session::run(const Inputs::Letter& letter) {
  const std::string& message_id = letter.message.id;
  guard(message_id, [&] { handler_->on_message(letter.message); });
  if (message_id.empty()) return;
  // In the same write as the events that the message caused: either both survive or none.
  guard(message_id, [&] {
    log_.close_record();  // its events come first
    auto mark = place_.journal.append(*this, LogRecord{id(), MessageTaken{message_id}},
                                      Durability::written);
    acknowledgements_.push_back({mark, letter.sender, message_id});
  });
}

void Session::tell_gaps() {
  for (const Inputs::Gap& gap : inputs_.take_gaps()) {
    place_.counters.lost(gap.samples, inputs_.audio_rate(), gap.overflow);
    emit(audio_gap_event, AudioGapBody{.offset = gap.offset,
                                       .samples = gap.samples,
                                       .reason = gap.overflow ? "overflow" : "missing"});
  }
}

template <class F>
void Session::guard(std::string_view message_id, F action) {
  try {
    action();
  } catch (...) {
    report(std::current_exception(), message_id);
  }
}

void Session::report(const std::exception_ptr& failure, std::string_view message_id) {
  Error shown = http::error_from(failure);
  if (shown.code() == Code::internal) {
    log_fault(shown.detail());
    shown = Error(Code::internal, "Something went wrong here; the session goes on.");
  }
  try {
    emit(error_event, make_error_body(shown, message_id));
  } catch (const Error&) {
    // The log is full, which is what is being reported: readers are refused by receive().
  }
}

// A fault of the program: the client is told that there was one, the log what it was.
void Session::log_fault(std::string_view detail) const {
  if (!place_.log) return;
  place_.log->with_session(id()).error("A session's handler failed.",
                                       {{"app", owner_.app}, {"detail", detail}});
}

void Session::finish(std::string_view reason) {
  if (ended_) return;
  guard({}, [&] { handler_->on_end(reason); });
  guard({}, [&] {
    emit(ended_event, EndedBody{std::string(reason)});
    log_.close_record();
    place_.journal.append(*this, LogRecord{id(), SessionEnded{}}, Durability::written);
  });
  ended_ = true;
  if (tape_) tape_->ended();
  notify();
  place_.on_ended(*this);
}

}  // namespace antiphon::live
