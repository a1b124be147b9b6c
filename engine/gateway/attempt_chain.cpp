#include "engine/gateway/attempt_chain.h"

#include <fmt/format.h>

#include <algorithm>

namespace antiphon::gateway {
namespace {

using Reason = GatewayFailure::Reason;
using Kind = model::ProviderFailure::Kind;

}  // namespace

AttemptChain::AttemptChain(const Fleet& fleet, Random& random, Counts& counts, Wish wish)
    : fleet_(fleet), random_(random), counts_(counts), wish_(std::move(wish)) {}

Task<std::expected<AttemptChain::Attempt, GatewayFailure>> AttemptChain::next(Instant deadline) {
  for (;;) {
    Instant now = Core::here().clock().steady();
    if (has_ended_) co_return std::unexpected(refuse_by(*last_));
    if (now >= deadline) {
      co_return std::unexpected(failure(Reason::timeout, "No model answered in time."));
    }
    if (attempts_ >= fleet_.settings().attempts_max) co_return std::unexpected(give_up(now));
    if (auto route = pick(now, deadline)) {
      if (auto place = route->instance->try_enter(route->model)) {
        counts_.wait(*route->instance, place->begun() - now);
        co_return begin(*route, std::move(*place));
      }
      auto place =
          co_await route->instance->enter(route->model, wish_.priority, wish_.tenant, deadline);
      if (place) {
        counts_.wait(*route->instance, place->begun() - now);
        co_return begin(*route, std::move(*place));
      }
      counts_.refused(*route->instance, place.error());
      note(*route, to_text(place.error()));
      mark({.route = *route});
      continue;
    }
    auto again = when_again(now, deadline);
    if (!again) co_return std::unexpected(give_up(now));
    co_await sleep_until(*again);
  }
}

std::optional<AttemptChain::Attempt> AttemptChain::beside(Instant deadline) {
  Instant now = Core::here().clock().steady();
  if (attempts_ >= fleet_.settings().attempts_max) return std::nullopt;
  auto route = pick(now, deadline);
  if (!route) return std::nullopt;
  auto place = route->instance->try_enter(route->model);
  if (!place) return std::nullopt;
  return begin(*route, std::move(*place));
}

AttemptChain::Attempt AttemptChain::begin(const Route& route, Place place) {
  ProviderRetries& retries = fleet_.retries_of(*route.instance);
  if (attempts_++ == 0) {
    retries.on_first();
  } else {
    retries.take();
  }
  // Not again while it is under way, nor afterwards unless its failure allows it.
  mark({.route = route});
  return {route, std::move(place)};
}

void AttemptChain::mark(Tried tried) {
  std::erase_if(tried_, [&](const Tried& old) { return old.route == tried.route; });
  tried_.push_back(tried);
}

void AttemptChain::failed(Attempt& attempt, const model::ProviderFailure& failure) {
  attempt.place.failed(failure);
  note(attempt.route, fmt::format("{} at {} ({}): {}", to_text(failure.kind),
                                  to_text(failure.stage), failure.status, failure.message));
  last_ = failure;
  RetryRule rule = rule_of(failure.kind);
  if (failure.kind == Kind::unsupported) --attempts_;  // nobody was asked
  if (rule.other_model) too_small_.push_back(attempt.route.info().name);
  if (!rule.elsewhere) has_ended_ = true;
  if (!rule.again) return;
  Instant now = Core::here().clock().steady();
  auto tried = std::ranges::find(tried_, attempt.route, &Tried::route);
  tried->may_again = true;
  tried->again_at = now + back_off(attempts_, random_);
  if (failure.retry_after) tried->again_at = std::max(tried->again_at, now + *failure.retry_after);
}

const std::vector<Route>& AttemptChain::routes_of(const Group& group) const {
  return wish_.embeds ? group.embed : group.chat;
}

std::optional<Route> AttemptChain::pick(Instant now, Instant deadline) {
  for (Pass pass : {Pass::healthy, Pass::ejected, Pass::again}) {
    for (const Group* group : wish_.plan) {
      if (auto route = pick_from(*group, pass, now, deadline)) return route;
    }
  }
  return std::nullopt;
}

std::optional<Route> AttemptChain::pick_from(const Group& group, Pass pass, Instant now,
                                             Instant deadline) {
  std::vector<Candidate> candidates;
  const std::vector<Route>& routes = routes_of(group);
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (!is_allowed(routes[i], pass, now)) continue;
    RouteView view = routes[i].instance->view(routes[i].model, wish_.priority, now);
    if (!view.is_ready || (pass == Pass::healthy && view.is_ejected)) continue;
    if (!may_finish(routes[i], view, now, deadline)) continue;
    view.candidate.route = i;
    candidates.push_back(view.candidate);
  }
  if (candidates.empty()) return std::nullopt;
  std::size_t chosen = candidates.size() == 1 && group.balance != Balance::round_robin
                           ? 0
                           : group.choose(candidates, random_);
  return routes[candidates[chosen].route];
}

bool AttemptChain::is_allowed(const Route& route, Pass pass, Instant now) const {
  const std::string& model = route.info().name;
  if (std::ranges::find(too_small_, model) != too_small_.end()) return false;
  if (wish_.supports && !wish_.supports(route)) return false;
  const Tried* tried = find(route);
  if (pass != Pass::again) return tried == nullptr;
  return tried != nullptr && tried->may_again && now >= tried->again_at;
}

// What cannot have its turn in time is not waited for. The first attempt may always be made; a
// further one only where its provider still has retries, and the averages leave it time to finish.
bool AttemptChain::may_finish(const Route& route, const RouteView& view, Instant now,
                              Instant deadline) const {
  if (view.wait > deadline - now) return false;
  if (attempts_ == 0) return true;
  if (!fleet_.retries_of(*route.instance).may_take()) return false;
  return view.wait + view.total.value_or(Duration::zero()) <= deadline - now;
}

// When the first of those that may still be asked is due, within the time there is.
std::optional<Instant> AttemptChain::when_again(Instant now, Instant deadline) const {
  std::optional<Instant> earliest;
  for (const Group* group : wish_.plan) {
    for (const Route& route : routes_of(*group)) {
      const Tried* tried = find(route);
      if (!is_allowed(route, tried ? Pass::again : Pass::healthy, Instant::max())) continue;
      RouteView view = route.instance->view(route.model, wish_.priority, now);
      Instant at = std::max(tried ? tried->again_at : now, view.ready_at);
      // Due and ready, and passed over all the same: there is no time or no retry left for it.
      if (at <= now || at >= deadline || !may_finish(route, view, at, deadline)) continue;
      earliest = std::min(earliest.value_or(at), at);
    }
  }
  return earliest;
}

const AttemptChain::Tried* AttemptChain::find(const Route& route) const {
  auto found = std::ranges::find(tried_, route, &Tried::route);
  return found == tried_.end() ? nullptr : &*found;
}

void AttemptChain::note(const Route& route, std::string_view what) {
  detail_ += fmt::format("{}{}/{}: {}", detail_.empty() ? "" : "; ", route.instance->name(),
                         route.info().name, what);
}

GatewayFailure AttemptChain::failure(Reason reason, std::string message) const {
  return {.reason = reason,
          .message = std::move(message),
          .detail = detail_,
          .last = last_,
          .attempts = attempts_};
}

GatewayFailure AttemptChain::refuse_by(const model::ProviderFailure& last) const {
  if (last.kind == Kind::refused) {
    return failure(Reason::failed, "The model's provider withheld an answer to this.");
  }
  return failure(Reason::invalid, "No model takes this question as it stands.");
}

GatewayFailure AttemptChain::give_up(Instant now) const {
  if (last_ && last_->kind == Kind::context_too_long) {
    return failure(Reason::invalid, "This is too long for every model that could be asked.");
  }
  bool is_unsupported = true;
  for (const Group* group : wish_.plan) {
    for (const Route& route : routes_of(*group)) {
      if (!wish_.supports || wish_.supports(route)) is_unsupported = false;
    }
  }
  if (is_unsupported || (last_ && last_->kind == Kind::unsupported)) {
    return failure(Reason::unsupported, "No model here has what this question asks for.");
  }
  bool is_full = !last_ || last_->kind == Kind::rate_limited || last_->kind == Kind::overloaded;
  auto failed = is_full ? failure(Reason::exhausted, "All models have too much to do right now.")
                        : failure(Reason::failed, "No model could answer this.");
  failed.retry_after = ready_in(now);
  return failed;
}

// The shortest time until one of the routes may be asked again.
std::optional<Duration> AttemptChain::ready_in(Instant now) const {
  std::optional<Duration> shortest;
  for (const Group* group : wish_.plan) {
    for (const Route& route : routes_of(*group)) {
      RouteView view = route.instance->view(route.model, wish_.priority, now);
      Duration wait = std::max(view.wait, view.ready_at - now);
      shortest = std::min(shortest.value_or(wait), wait);
    }
  }
  if (!shortest || *shortest <= Duration::zero()) return std::nullopt;
  return shortest;
}

}  // namespace antiphon::gateway
