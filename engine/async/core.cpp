#include "engine/async/core.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engine/async/poller.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"

namespace antiphon {
namespace asio = boost::asio;

namespace {
thread_local Core* current_core = nullptr;

// Marks the thread as the core's for the time of a run.
class Entered {
 public:
  explicit Entered(Core* core) : before_(std::exchange(current_core, core)) {}
  ~Entered() { current_core = before_; }

 private:
  Core* before_;
};
}  // namespace

struct Core::Loop {
  asio::io_context context{1};
  asio::steady_timer timer{context};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
};

Core::Core(unsigned index, const Clock& clock)
    : index_(index), clock_(clock), loop_(std::make_unique<Loop>()), timers_([this] { arm(); }) {}

Core::~Core() {
  // What is still suspended is destroyed with the loop, while the core can still be asked for.
  Entered entered(this);
  if (poller_) poller_->stop();
  loop_.reset();
}

Core& Core::here() {
  ENSURE(current_core != nullptr, "asynchronous code runs on a core");
  return *current_core;
}

asio::any_io_executor Core::executor() { return loop_->context.get_executor(); }

Poller& Core::poller() {
  if (!poller_) poller_ = std::make_unique<Poller>(*this);
  return *poller_;
}

void Core::post(std::move_only_function<void()> action) {
  asio::post(loop_->context, std::move(action));
}

void Core::run() {
  Entered entered(this);
  loop_->work.emplace(loop_->context.get_executor());
  loop_->context.restart();
  loop_->context.run();
}

// Posted, so that it also holds for a loop whose thread has not come to run it yet.
void Core::stop() {
  post([this] { loop_->context.stop(); });
}

bool Core::poll() {
  Entered entered(this);
  loop_->context.restart();
  return loop_->context.poll() > 0;
}

bool Core::poll_one() {
  Entered entered(this);
  loop_->context.restart();
  return loop_->context.poll_one() > 0;
}

void Core::drive(Task<> task) {
  Entered entered(this);
  bool done = false;
  asio::co_spawn(loop_->context, std::move(task), [&](std::exception_ptr) {
    done = true;
    loop_->context.stop();
  });
  auto work = asio::make_work_guard(loop_->context);
  while (!done) {
    loop_->context.restart();
    loop_->context.run();
  }
}

void Core::arm() {
  auto next = timers_.next();
  if (!loop_ || !next || !clock_.moves_by_itself()) return;
  loop_->timer.expires_at(*next);
  loop_->timer.async_wait([this](boost::system::error_code error) {
    if (error) return;
    timers_.fire(clock_.steady());
    arm();
  });
}

Task<> sleep_for(Duration duration) {
  Core& core = Core::here();
  co_await core.timers().until(core.clock().steady() + duration);
}

Task<> sleep_until(Instant when) { co_await Core::here().timers().until(when); }

Cores::Cores(unsigned count, const Clock& clock) {
  ENSURE(count > 0, "a process has at least one core");
  for (unsigned i = 0; i < count; ++i) cores_.push_back(std::make_unique<Core>(i, clock));
}

Cores::~Cores() {
  stop();
  for (std::thread& thread : threads_) thread.join();
}

Core& Cores::home(std::string_view key) { return *cores_[crc32c(key) % cores_.size()]; }

void Cores::run() {
  for (unsigned i = 1; i < size(); ++i) {
    threads_.emplace_back([core = cores_[i].get()] { core->run(); });
  }
  cores_.front()->run();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Cores::stop() {
  for (auto& core : cores_) core->stop();
}

void detail::start_on(Core& core, std::function<Task<>()> start, std::function<void()> done) {
  core.post([&core, start = std::move(start), done = std::move(done)]() mutable {
    asio::co_spawn(core.executor(), start(),
                   [done = std::move(done)](std::exception_ptr) { done(); });
  });
}

}  // namespace antiphon
