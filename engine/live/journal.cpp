#include "engine/live/journal.h"

#include "engine/async/call.h"
#include "engine/base/error.h"

namespace antiphon::live {
namespace {

// Nobody's records: somebody who waits for those of others.
class Watcher final : public Journal::Author, public std::enable_shared_from_this<Watcher> {
 public:
  explicit Watcher(std::function<bool()> is_safe) : is_safe_(std::move(is_safe)) {}
  std::shared_ptr<Author> self() override { return shared_from_this(); }
  bool on_recorded() override {
    if (!is_safe_()) return true;
    safe.wake();
    return false;
  }

  Waiter safe;

 private:
  std::function<bool()> is_safe_;
};

Error cannot_store(std::string detail) {
  return Error(Code::unavailable, "The server cannot store events right now; try again.")
      .detail(std::move(detail))
      .retry_after(1);
}

}  // namespace

Journal::Journal(EventLog log, Core& core, Pool* files_pool)
    : Journal(std::move(log), core, files_pool, Options{}) {}

Journal::Journal(EventLog log, Core& core, Pool* files_pool, Options options)
    : log_(std::move(log)),
      core_(core),
      pool_(files_pool),
      options_(options),
      tasks_([this](const std::exception_ptr&) { sync_failure_ = "the sync task failed"; }) {}

void Journal::start() { tasks_.spawn(sync_on_request()); }

Journal::~Journal() = default;

EventLog::Mark Journal::append(Author& author, const LogRecord& record, Durability durability) {
  check_room(0);
  log_.append(record);
  return appended(author, durability);
}

EventLog::Mark Journal::append(Author& author, const EventsRecord& events, Durability durability) {
  log_.append(events);
  return appended(author, durability);
}

void Journal::check_room(std::size_t bytes) const {
  if (!log_.has_room(bytes)) throw cannot_store(failure());
}

EventLog::Mark Journal::appended(Author& author, Durability durability) {
  if (durability == Durability::synced) sync_wanted_ = log_.end();
  expect(author);
  return log_.end();
}

void Journal::expect(Author& author) {
  if (!std::exchange(author.is_waiting_, true)) authors_.push_back(author.self());
  schedule();
}

bool Journal::is_safe(EventLog::Mark mark, Durability durability) const {
  return mark <= (durability == Durability::synced ? log_.synced() : log_.written());
}

// The watcher is held by the journal, and may outlive the one who waits.
Task<> Journal::until_synced(Instant deadline) {
  ask_authors();
  auto is_synced = [this, all = log_.end()] { return is_safe(all, Durability::synced); };
  if (is_synced()) co_return;
  auto watcher = std::make_shared<Watcher>(is_synced);
  appended(*watcher, Durability::synced);
  try {
    co_await within(deadline, watcher->safe.wait());
  } catch (const Error& error) {
    if (error.code() != Code::timeout) throw;
    throw cannot_store(failure());
  }
}

void Journal::ask_authors() {
  for (const auto& author : authors_) author->on_write();
}

void Journal::schedule() {
  if (std::exchange(scheduled_, true)) return;
  core_.post([this] { flush(); });
}

void Journal::flush() {
  retry_alarm_.reset();
  ask_authors();
  scheduled_ = false;
  if (!log_.write(core_.clock().now())) {
    retry_alarm_ =
        core_.timers().at(core_.clock().steady() + options_.retry_interval, [this] { schedule(); });
    return;
  }
  if (options_.counters) {
    options_.counters->log_written_bytes.set(static_cast<std::int64_t>(log_.written()));
  }
  plan_sync();
  tell();
}

void Journal::tell() {
  for (auto& author : std::exchange(authors_, {})) {
    author->is_waiting_ = false;
    bool waits = author->on_recorded();
    if (waits && !std::exchange(author->is_waiting_, true)) authors_.push_back(std::move(author));
  }
}

void Journal::plan_sync() {
  if (log_.synced() == log_.written()) return;
  if (sync_wanted_ > log_.synced()) {
    if (sync_request_.is_waiting()) sync_request_.wake();
  } else if (!sync_alarm_) {
    sync_alarm_ = core_.timers().at(core_.clock().steady() + options_.sync_interval,
                                    [this] { sync_request_.wake(); });
  }
}

Task<> Journal::sync_on_request() {
  for (;;) {
    co_await sync_request_.wait();
    do {
      co_await sync_once();
    } while (sync_wanted_ > log_.synced() && log_.written() > log_.synced() && healthy());
  }
}

Task<> Journal::sync_once() {
  sync_alarm_.reset();
  auto sync = log_.begin_sync();
  // After a failed sync nobody knows what the disk has, and asking again would be told lies.
  if (sync.files.empty() || !sync_failure_.empty()) co_return;
  auto run = [sync](const StopFlag&) -> std::string {
    try {
      sync.run();
    } catch (const Error& error) {
      return error.detail();
    }
    return {};
  };
  Instant begun = core_.clock().steady();
  try {
    sync_failure_ = pool_ ? co_await pool_->run(WorkClass::live, Instant::max(), run) : run({});
  } catch (const Error&) {
    plan_sync();  // the pool is busy
    co_return;
  }
  if (sync_failure_.empty()) log_.finish_sync(sync);
  count(sync_failure_.empty(), begun);
  if (sync_failure_.empty()) tell();
}

void Journal::count(bool is_synced, Instant begun) const {
  if (options_.counters == nullptr) return;
  options_.counters->synced(is_synced, core_.clock().steady() - begun);
  options_.counters->log_synced_bytes.set(static_cast<std::int64_t>(log_.synced()));
}

std::optional<std::uint64_t> Journal::expired() const { return log_.expired(core_.clock().now()); }

Task<> Journal::drop_until(std::uint64_t segment) {
  EventLog::Mark all = log_.end();
  co_await sync();
  if (is_safe(all, Durability::synced)) log_.drop_until(segment);
}

Task<> Journal::sync() {
  flush();
  co_await sync_once();
}

Task<bool> Journal::stop() {
  co_await sync();
  sync_alarm_.reset();
  retry_alarm_.reset();
  co_await tasks_.stop();
  // A flush that is still to run comes before this turn.
  Waiter turn;
  core_.post([&] { turn.wake(); });
  co_await turn.wait();
  co_return is_safe(log_.end(), Durability::synced);
}

}  // namespace antiphon::live
