#include "engine/store/sqlite_writer.h"

#include "engine/store/dialect.h"

namespace antiphon::store {

struct SqliteWriter::Request {
  Request(Closure to_do, Instant limit, Core& from)
      : closure(std::move(to_do)), until(limit), home(from) {}

  Closure closure;
  Instant until;
  Core& home;
  Waiter done;
  std::exception_ptr error;
  std::vector<std::function<void()>> on_commit;
};

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection, std::size_t queue_max)
    : connection_(std::move(connection)), queue_max_(queue_max), thread_([this] { work(); }) {}

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
  for (Group group = next_group(); !group.empty(); group = next_group()) {
    commit(group);
    for (auto& request : group) {
      if (!request->error) {
        for (auto& action : request->on_commit) action();
      }
      Core& home = request->home;
      home.post([request = std::move(request)] { request->done.wake(); });
    }
  }
}

SqliteWriter::Group SqliteWriter::next_group() {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  Group group;
  while (!stopping_ && !queue_.empty() && group.size() < group_max) {
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group;
}

void SqliteWriter::commit(std::span<const std::shared_ptr<Request>> group) {
  try {
    connection_->begin();
  } catch (...) {
    for (auto& request : group) request->error = std::current_exception();
    return;
  }
  try {
    attempt_all(group);
    connection_->commit();
  } catch (...) {
    connection_->rollback();
    if (group.size() == 1) {
      group.front()->error = std::current_exception();
      return;
    }
    // One of them, or the disk, took the transaction of all: now each has its own.
    for (std::size_t i = 0; i < group.size(); ++i) commit(group.subspan(i, 1));
  }
}

void SqliteWriter::attempt_all(std::span<const std::shared_ptr<Request>> group) {
  for (auto& request : group) {
    request->error = nullptr;
    try {
      if (std::chrono::steady_clock::now() > request->until) throw out_of_time("writes wait");
      request->on_commit = connection_->attempt(request->closure, request->until);
    } catch (...) {
      if (!connection_->still_open()) throw;
      request->error = std::current_exception();
    }
  }
}

}  // namespace antiphon::store
