#include "engine/gateway/chat_run.h"

// A second request beside a first one that is slower than it mostly is: the first content wins
// (E-32). Source: Dean and Barroso, The Tail at Scale, 2013.

namespace antiphon::gateway {
namespace {

// Who has more time than this can wait.
constexpr Duration short_call = std::chrono::seconds(10);

}  // namespace

struct ChatRun::Racer {
  explicit Racer(Opened began) : opened(std::move(began)) {}
  bool has_won() const { return result && *result; }

  Opened opened;
  Interruptible steps;
  std::optional<model::Provided<model::ChatDelta>> result = {};
};

// After which time, if at all. Each question earns a share of a second request.
std::optional<Duration> ChatRun::hedge_after(const Route& route) {
  if (!parts_.fleet.settings().hedge || chain_.attempts() > 1) return std::nullopt;
  hedges_.on_first();
  bool is_short = flight_->deadline() - begun_ <= short_call;
  if (question_.ask.priority != Priority::live || !is_short) return std::nullopt;
  return route.instance->first_token_p95(route.model);
}

Task<model::Provided<model::ChatDelta>> ChatRun::open_hedged(Opened* opened, Duration after) {
  Racer first(std::move(*opened));
  std::unique_ptr<Racer> second;
  Waiter changed;
  TaskGroup racers([](const std::exception_ptr&) {});  // each says itself how it ended
  bool is_due = false;
  auto alarm = Core::here().timers().at(first.opened.attempt.place.begun() + after, [&] {
    is_due = true;
    changed.wake();
  });
  racers.spawn(race(&first, &changed));
  auto is_over = [&] {
    if (first.has_won() || (second && second->has_won())) return true;
    return first.result && (!second || second->result);
  };
  std::exception_ptr cancelled;
  try {
    while (!is_over()) {
      if (std::exchange(is_due, false) && (second = second_racer())) {
        racers.spawn(race(second.get(), &changed));
      } else {
        co_await changed.wait();
      }
    }
  } catch (...) {
    cancelled = std::current_exception();
  }
  // The racers refer to what stands here: they have ended before it goes.
  if (cancelled) co_await boost::asio::this_coro::reset_cancellation_state();
  co_await racers.stop();
  if (cancelled) std::rethrow_exception(cancelled);
  bool is_second = !first.has_won() && second && second->has_won();
  if (second) counts_.hedge(is_second ? "second" : (first.has_won() ? "first" : "none"));
  // Of the one that is not handed on, a failure is told here; who was left has told it itself.
  Racer* other = is_second ? &first : second.get();
  if (other && other->has_won()) leave(other->opened);
  if (other && other->result && !*other->result) lose(other->opened, other->result->error());
  Racer& given = is_second ? *second : first;
  *opened = std::move(given.opened);
  co_return std::move(*given.result);
}

Task<> ChatRun::race(Racer* racer, Waiter* changed) {
  auto run = [](ChatRun* self, Racer* who) -> Task<> {
    who->result = co_await self->open(&who->opened, &who->steps);
  };
  co_await racer->steps.run(run(this, racer));
  changed->wake();
}

std::unique_ptr<ChatRun::Racer> ChatRun::second_racer() {
  if (!hedges_.may_take()) return nullptr;
  auto attempt = chain_.beside(flight_->deadline());
  if (!attempt) return nullptr;
  hedges_.take();
  auto racer = std::make_unique<Racer>(Opened{.attempt = std::move(*attempt)});
  if (charge_.cover_beside(racer->opened.attempt.route.info().price)) return racer;
  chain_.not_made();
  return nullptr;
}

}  // namespace antiphon::gateway
