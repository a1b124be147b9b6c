#include "engine/store/job_runner.h"

#include "engine/base/encoding.h"
#include "engine/base/ids.h"
#include "engine/store/limits.h"
#include "engine/trace/tracer.h"

namespace antiphon::store {
namespace {

// For the runner's own small transactions.
constexpr Duration transaction_max = std::chrono::seconds(10);
constexpr int heartbeats_per_lease = 3;
constexpr Duration count_interval = std::chrono::seconds(15);
constexpr Duration forget_interval = std::chrono::minutes(10);
constexpr int forgotten_max = 1000;  // in one transaction

Instant soon() { return Core::here().clock().steady() + transaction_max; }

// An attempt belongs to the trace of the work that asked for the job.
trace::Span span_for(const Job& job, trace::Tracer* tracer, Random& random) {
  trace::Context asked = trace::continue_trace(job.traceparent, std::nullopt, tracer, random);
  trace::Span span(asked, fmt::format("job {}", job.kind), trace::Kind::consumer);
  span.set("antiphon.job.id", job.id);
  span.set("antiphon.job.attempt", job.attempts);
  return span;
}

Call call_for(const Job& job, const trace::Span& span, Duration time) {
  auto principal = std::make_shared<Principal>();
  principal->kind = Principal::Kind::system;
  principal->id = "system";
  principal->tenant = job.tenant;
  principal->permissions = {"*"};
  const Clock& clock = Core::here().clock();
  return {std::move(principal), clock.now(), clock.steady() + time, span.context()};
}

// Storable text: the reason may be any exception's.
std::string clip(std::string text) {
  if (!is_utf8(text) || text.contains('\0')) return "The failure has no readable text.";
  if (text.size() <= job_reason_bytes_max) return text;
  std::size_t end = job_reason_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

struct Failure {
  std::string reason;
  bool is_final = false;  // another attempt would fail alike
};

Failure describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& ours) {
    bool is_final = ours.code() == Code::invalid || ours.code() == Code::unsupported ||
                    ours.code() == Code::unprocessable;
    return {clip(fmt::format("{}: {}", to_text(ours.code()), ours.message())), is_final};
  } catch (const std::exception& other) {
    return {clip(fmt::format("internal: {}", other.what()))};
  } catch (...) {
    return {"internal: an exception of unknown type"};
  }
}

std::string_view kind_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& ours) {
    return to_text(ours.code());
  } catch (...) {
    return is_cancellation(error) ? "cancelled" : "internal";
  }
}

}  // namespace

struct JobRunner::Attempt {
  explicit Attempt(JobLease taken) : lease(std::move(taken)), task([](const auto&) {}) {}

  JobLease lease;
  TaskGroup task;
  Waiter changed;
  std::shared_ptr<JobContext::Report> report = std::make_shared<JobContext::Report>();
  std::exception_ptr error;
  trace::TraceId trace_id;
  bool done = false;
  bool lost = false;
};

JobRunner::JobRunner(Database& database, Jobs& jobs, Random& random, Options options)
    : database_(database),
      jobs_(jobs),
      random_(random),
      options_(options),
      watch_(options.metrics),
      attempts_([](const std::exception_ptr&) {}) {}

JobRunner::~JobRunner() { jobs_.on_ready(nullptr); }

void JobRunner::handle(std::string kind, JobHandler handler, int running_max) {
  watch_.add_kind(kind);
  limits_[kind] = running_max;
  bool added = handlers_.emplace(std::move(kind), std::move(handler)).second;
  ENSURE(added, "a kind of job has one handler");
}

Task<> JobRunner::run() {
  jobs_.on_ready(
      [changed = changed_, &core = Core::here()] { core.post([changed] { changed->wake(); }); });
  std::exception_ptr cancelled;
  try {
    while (!stopping_) {
      co_await do_chores();
      if (co_await take() == 0) co_await wait_for_more();
    }
    co_await attempts_.join();
  } catch (...) {
    cancelled = std::current_exception();
  }
  jobs_.on_ready(nullptr);
  if (cancelled) {
    co_await boost::asio::this_coro::reset_cancellation_state();
    co_await attempts_.stop();
    std::rethrow_exception(cancelled);
  }
}

void JobRunner::stop() {
  stopping_ = true;
  changed_->wake();
  for (auto& attempt : running_) attempt->changed.wake();
}

// Starts what is ready, as far as there is room; gives how many. A failing database gives none.
Task<int> JobRunner::take() {
  int room = options_.running_max - static_cast<int>(running_.size());
  if (room <= 0 || handlers_.empty()) co_return 0;
  TakeJobs wanted{.token = make_id("lea", random_),
                  .kinds = limits_,
                  .lease = options_.lease,
                  .jobs_max = room};
  TakenJobs taken;
  try {
    taken = co_await database_.write(soon(), [wanted](Tx& tx) { return take_jobs(tx, wanted); });
  } catch (const Error&) {
    co_return 0;
  }
  for (const std::string& kind : taken.buried) watch_.died(kind);
  for (JobLease& lease : taken.leases) {
    running_.push_back(std::make_shared<Attempt>(std::move(lease)));
    attempts_.spawn(perform(running_.back()));
  }
  co_return static_cast<int>(taken.leases.size());
}

// What a database that is away keeps from being done is done the next time.
Task<> JobRunner::do_chores() {
  Instant now = Core::here().clock().steady();
  auto is_due = [now](Instant& next, Duration interval) {
    if (now < next) return false;
    next = now + interval;
    return true;
  };
  try {
    if (is_due(next_fire_, options_.poll)) co_await fire_schedules();
    if (is_due(next_count_, count_interval)) co_await count();
    if (is_due(next_forget_, forget_interval)) co_await forget();
  } catch (const Error&) {
  }
}

Task<> JobRunner::fire_schedules() {
  co_await database_.write(soon(), [&jobs = jobs_](Tx& tx) { jobs.fire_schedules(tx); });
}

Task<> JobRunner::count() { watch_.counted(co_await database_.read(soon(), count_jobs)); }

Task<> JobRunner::forget() {
  std::int64_t forgotten = forgotten_max;
  while (forgotten == forgotten_max && !stopping_) {
    forgotten = co_await database_.write(
        soon(), [done = options_.keep_done, dead = options_.keep_dead](Tx& tx) {
          return forget_jobs(tx, done, dead, forgotten_max);
        });
  }
}

Task<> JobRunner::wait_for_more() {
  Core& core = Core::here();
  auto alarm = core.timers().at(core.clock().steady() + options_.poll,
                                [changed = changed_] { changed->wake(); });
  co_await changed_->wait();
}

Task<> JobRunner::perform(std::shared_ptr<Attempt> attempt) {
  attempt->task.spawn(work(attempt));
  bool abandoned = false;
  try {
    co_await watch(attempt);
  } catch (...) {
    abandoned = true;
  }
  if (abandoned) co_await boost::asio::this_coro::reset_cancellation_state();
  co_await attempt->task.stop();
  if (!abandoned) co_await settle_up(attempt);
  std::erase(running_, attempt);
  changed_->wake();
}

Task<> JobRunner::work(std::shared_ptr<Attempt> attempt) {
  const Job& job = attempt->lease.job;
  Instant begin = Core::here().clock().steady();
  trace::Span span = span_for(job, options_.tracer, random_);
  attempt->trace_id = span.context().trace_id;
  try {
    Call call = call_for(job, span, options_.attempt_max);
    JobHandler& handler = handlers_.at(job.kind);
    co_await within(call.deadline(),
                    handler(JobContext(database_, attempt->lease, call, attempt->report)));
  } catch (...) {
    attempt->error = std::current_exception();
    span.fail(kind_of(attempt->error));
  }
  watch_.ran(job.kind, Core::here().clock().steady() - begin);
  attempt->done = true;
  attempt->changed.wake();
}

// Returns when the work has ended, the lease is lost or the runner stops; beats until then.
Task<> JobRunner::watch(std::shared_ptr<Attempt> attempt) {
  Core& core = Core::here();
  Duration beat = options_.lease / heartbeats_per_lease;
  while (!attempt->done && !attempt->lost && !stopping_) {
    Instant next = core.clock().steady() + beat;
    auto alarm = core.timers().at(next, [attempt] { attempt->changed.wake(); });
    co_await attempt->changed.wait();
    if (core.clock().steady() < next || attempt->report->is_completed) continue;
    attempt->lost = !co_await keep(attempt);
  }
}

// False when the job is not ours any more. A database that is away may come back in time.
Task<bool> JobRunner::keep(std::shared_ptr<Attempt> attempt) {
  try {
    co_return co_await database_.write(soon(), [lease = attempt->lease, longer = options_.lease,
                                                progress = attempt->report->progress](Tx& tx) {
      return keep_job(tx, lease, longer, progress);
    });
  } catch (const Error&) {
    co_return true;
  }
}

// When this cannot be stored, the lease runs out and the job is run again.
Task<> JobRunner::settle_up(std::shared_ptr<Attempt> attempt) {
  if (attempt->lost || attempt->report->is_completed) co_return;
  if (!attempt->error) {
    co_await database_.write(soon(), [lease = attempt->lease, result = attempt->report->result](
                                         Tx& tx) { finish_job(tx, lease, result); });
  } else if (stopping_ && is_cancellation(attempt->error)) {
    co_await database_.write(soon(),
                             [lease = attempt->lease](Tx& tx) { give_back_job(tx, lease); });
  } else {
    co_await record_failure(attempt);
  }
}

Task<> JobRunner::record_failure(std::shared_ptr<Attempt> attempt) {
  const Job& job = attempt->lease.job;
  Failure failure = describe(attempt->error);
  bool dies = failure.is_final || job.attempts >= job.attempts_max;
  Duration wait = back_off(job.attempts);
  co_await database_.write(soon(),
                           [lease = attempt->lease, reason = failure.reason, dies, wait](Tx& tx) {
                             if (dies) {
                               bury_job(tx, lease, reason);
                             } else {
                               fail_job(tx, lease, wait, reason);
                             }
                           });
  dies ? watch_.died(job.kind) : watch_.retried(job.kind);
  if (!options_.log) co_return;
  options_.log->with_trace(attempt->trace_id)
      .warning(dies ? "A job was given up." : "An attempt at a job failed.",
               {{"kind", job.kind},
                {"job", job.id},
                {"attempt", job.attempts},
                {"reason", failure.reason}});
}

// Doubled with every attempt; between half of it and all of it, so that twins spread out.
Duration JobRunner::back_off(int attempts) {
  Duration wait = options_.back_off;
  for (int i = 1; i < attempts && wait < options_.back_off_max; ++i) wait *= 2;
  wait = std::min(wait, options_.back_off_max);
  auto half = static_cast<std::uint64_t>(wait.count() / 2);
  return Duration(static_cast<Duration::rep>(half + random_.below(half + 1)));
}

}  // namespace antiphon::store
