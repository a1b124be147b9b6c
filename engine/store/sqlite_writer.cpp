#include "engine/store/sqlite_writer.h"

#include "engine/store/dialect.h"

namespace antiphon::store {

struct SqliteWriter::Request {
  Request(Closure to_do, Instant limit, Core& from)
      : closure(std::move(to_do)), until(limit), home(from) {}

  Closure closure;
  Instant until;
  Core& home;
  Instant asked = std::chrono::steady_clock::now();
  Waiter done;
  std::exception_ptr error;
  std::vector<std::function<void()>> on_commit;
};

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection, std::size_t queue_max,
                           DatabaseWatch& watch)
    : connection_(std::move(connection)),
      queue_max_(queue_max),
      watch_(watch),
      thread_([this] { work(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  thread_.join();
}

Task<> SqliteWriter::write(Instant deadline, Closure closure) {
  auto request =
      std::make_shared<Request>(std::move(closure), machine_deadline(deadline), Core::here());
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= queue_max_) throw storage_unavailable("the queue of writes is full");
    queue_.push_back(request);
  }
  ready_.notify_one();
  co_await request->done.wait();
  if (request->error) std::rethrow_exception(request->error);
}

void SqliteWriter::work() {
  for (;;) {
    // Gone before the next are waited for: what closures hold is not kept by an idle thread.
    Requests requests = next_requests();
    if (requests.empty()) return;
    for (Group rest = requests; !rest.empty();) {
      std::size_t settled = commit_some(rest);
      tell(rest.first(settled));
      rest = rest.subspan(settled);
    }
  }
}

SqliteWriter::Requests SqliteWriter::next_requests() {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  Requests requests;
  while (!stopping_ && !queue_.empty() && requests.size() < group_max) {
    requests.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return requests;
}

// One transaction. Gives how many of the group, from its first, are stored or have failed.
std::size_t SqliteWriter::commit_some(Group group) {
  try {
    connection_->begin();
  } catch (...) {
    for (auto& request : group) request->error = std::current_exception();
    return group.size();
  }
  std::size_t settled = attempt_some(group);
  if (!connection_->still_open()) {
    // The one after `settled` has taken the transaction of all with it: again without that one,
    // which is then the first of its own.
    return settled == 0 ? 1 : commit_some(group.first(settled));
  }
  commit(group.first(settled));
  return settled;
}

void SqliteWriter::commit(Group group) {
  try {
    connection_->commit();
    watch_.commits.add();
    watch_.group_size.observe(static_cast<double>(group.size()));
  } catch (const Error& error) {
    watch_.commit_failures.add();
    connection_->rollback();
    for (auto& request : group) {
      if (!request->error) request->error = std::make_exception_ptr(unknown_commit(error.detail()));
    }
  }
}

// Ends at the first closure that is to have a transaction of its own.
std::size_t SqliteWriter::attempt_some(Group group) {
  Instant begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < group.size(); ++i) {
    Request& request = *group[i];
    Instant now = std::chrono::steady_clock::now();
    bool is_first = i == 0;
    if (!is_first && now > begin + group_time_max) return i;
    Instant until = is_first ? request.until : std::min(request.until, now + turn_max);
    bool is_settled = attempt(request, until);
    if (!connection_->still_open()) return i;
    if (!is_settled && !is_first) return i;
  }
  return group.size();
}

// False when it failed because its turn was over, and not its deadline.
bool SqliteWriter::attempt(Request& request, Instant until) {
  request.error = nullptr;
  try {
    Instant now = std::chrono::steady_clock::now();
    watch_.write_wait.observe(now - request.asked);
    if (now > request.until) throw out_of_time("writes wait");
    request.on_commit = connection_->attempt(request.closure, until);
  } catch (...) {
    request.error = std::current_exception();
    Instant now = std::chrono::steady_clock::now();
    return now <= until || now > request.until;
  }
  return true;
}

// Each core is woken once for all its waiters.
void SqliteWriter::tell(Group group) {
  std::unordered_map<Core*, Requests> by_core;
  for (auto& request : group) {
    if (!request->error) {
      for (auto& action : request->on_commit) action();
    }
    by_core[&request->home].push_back(request);
  }
  for (auto& [core, requests] : by_core) {
    core->post([told = std::move(requests)] {
      for (auto& request : told) request->done.wake();
    });
  }
}

}  // namespace antiphon::store
