#include "engine/gateway/chat_run.h"

#include <fmt/format.h>

#include "engine/gateway/bounded.h"

namespace antiphon::gateway {
namespace {

using Kind = model::ProviderFailure::Kind;
using Reason = GatewayFailure::Reason;

// Before it an answer's rate means nothing.
constexpr Duration rate_grace = std::chrono::seconds(10);

// By when a step has to end that began at `from`. @param limit  0: there is none but `due`
Instant limit_of(Instant from, std::chrono::milliseconds limit, Instant due) {
  return limit.count() == 0 ? due : std::min(due, from + limit);
}
// How long a route may be silent before that counts, while nothing is known of it.
constexpr Duration patience_otherwise = std::chrono::seconds(1);

AttemptChain::Wish wish_of(const ChatRun::Question& question, const GatewayParts& parts) {
  return {.plan = question.plan,
          .priority = question.ask.priority,
          .tenant = question.payer.tenant,
          .supports = [&question, &parts](const Route& route) {
            const auto& chat = parts.models[route.instance_index].chat;
            return chat && supports(chat->capabilities(), question.ask.request);
          }};
}

void add_usage(model::Usage& sum, const model::Usage& more) {
  auto add = [](std::optional<std::int64_t>& to, std::optional<std::int64_t> from) {
    if (from) to = to.value_or(0) + *from;
  };
  add(sum.tokens_in, more.tokens_in);
  add(sum.tokens_cached, more.tokens_cached);
  add(sum.tokens_out, more.tokens_out);
  add(sum.tokens_reasoning, more.tokens_reasoning);
}

std::int64_t estimate_of(const model::ChatDelta& delta) {
  std::int64_t tokens = estimate_tokens(delta.text);
  for (const auto& part : delta.tool_calls) {
    tokens += estimate_tokens(part.name) + estimate_tokens(part.arguments);
  }
  return tokens;
}

}  // namespace

bool supports(const model::ModelCapabilities& can, const model::ChatRequest& request) {
  using Shape = model::OutputShape::Kind;
  if (request.output.kind == Shape::json && !can.json) return false;
  if (request.output.kind == Shape::schema && !can.schema) return false;
  if (!request.tools.empty() && !can.tools) return false;
  if (request.options.seed && !can.seed) return false;
  if (request.options.repeat_penalty && !can.repeat_penalty) return false;
  return !request.options.context_tokens || can.context_tokens;
}

bool complete_usage(model::Usage& usage, std::int64_t tokens_in, std::int64_t tokens_out) {
  bool is_complete = usage.tokens_in && usage.tokens_out;
  if (!usage.tokens_in) usage.tokens_in = tokens_in;
  if (!usage.tokens_out) usage.tokens_out = tokens_out;
  return !is_complete;
}

ChatRun::ChatRun(GatewayParts& parts, Counts& counts, KeptAnswers& kept, RetryBudget& hedges,
                 Question question, std::shared_ptr<Flight> flight)
    : parts_(parts),
      counts_(counts),
      kept_(kept),
      hedges_(hedges),
      question_(std::move(question)),
      flight_(std::move(flight)),
      chain_(parts.fleet, parts.random, counts, wish_of(question_, parts)),
      charge_(
          parts.budgets, question_.payer, question_.tokens_in,
          question_.ask.request.options.tokens_max.value_or(parts.fleet.settings().answer_tokens)),
      begun_(Core::here().clock().steady()) {
  account_.cache = question_.cache;
}

// Whatever ends it, followers learn of an end: also when all of the gateway stops.
Task<> ChatRun::run() {
  if (flight_->is_left()) co_return;
  try {
    co_await answer();
    co_return;
  } catch (...) {
    if (!flight_->is_done() && !is_cancellation(std::current_exception())) throw;
  }
  if (flight_->is_done()) co_return;
  bool is_late = flight_->is_late();
  give_account(is_late ? "timeout" : "cancelled");
  if (is_late) {
    fail(chain_.failure(Reason::timeout, "No model answered in time."));
  } else {
    flight_->fail(chain_.failure(Reason::failed, "The server is stopping."));
  }
}

Task<> ChatRun::answer() {
  auto opened = co_await first_content();
  if (opened) co_await stream(std::move(*opened));
}

Task<std::optional<ChatRun::Opened>> ChatRun::first_content() {
  for (;;) {
    auto attempt = co_await chain_.next(flight_->deadline());
    if (!attempt) {
      GatewayFailure failure = std::move(attempt.error());
      give_account(to_text(failure.reason));
      fail(std::move(failure));
      co_return std::nullopt;
    }
    if (!charge_.cover(attempt->route.info().price)) {
      chain_.not_made();
      counts_.budget("hard");
      give_account("budget");
      fail(chain_.failure(Reason::budget, "The budget for models is spent."));
      co_return std::nullopt;
    }
    Opened opened{.attempt = std::move(*attempt)};
    auto hedge = hedge_after(opened.attempt.route);
    auto first =
        hedge ? co_await open_hedged(&opened, *hedge) : co_await open(&opened, &flight_->steps());
    if (first) {
      opened.first = std::move(*first);
      co_return std::move(opened);
    }
    lose(opened, first.error());
  }
}

void ChatRun::lose(Opened& opened, const model::ProviderFailure& failure) {
  charge_unanswered(opened, failure);
  chain_.failed(opened.attempt, failure);
  end_attempt(opened, to_text(failure.kind), &failure);
}

// One attempt until its first content.
Task<model::Provided<model::ChatDelta>> ChatRun::open(Opened* opened, Interruptible* steps) {
  const Route& route = opened->attempt.route;
  const InstanceSettings& limits = route.instance->settings();
  Instant begun = opened->attempt.place.begun();
  opened->due = std::min(flight_->due(), begun + limits.total_ms);
  opened->span = trace::Span(question_.trace, "chat", trace::Kind::client);
  if (opened->span.is_recorded()) opened->span.rename(fmt::format("chat {}", route.info().name));
  model::ChatRequest request = question_.ask.request;
  request.model = route.info().name;
  // An answer in one piece may take all the time there is: nothing of it comes before.
  bool is_whole = !request.is_streamed;
  auto until = [&](auto limit) {
    return is_whole ? opened->due : limit_of(begun, limit, opened->due);
  };
  try {
    auto stream = co_await bounded(
        steps, until(limits.first_byte_ms), Stage::first_byte,
        model_of(route).open(std::move(request), Due(opened->due, opened->span.context())));
    if (!stream) co_return std::unexpected(std::move(stream.error()));
    opened->stream = std::move(*stream);
    Instant limit = until(limits.first_token_ms);
    for (;;) {
      auto piece = co_await bounded(steps, limit, Stage::first_token, opened->stream->next());
      if (!piece) co_return std::unexpected(std::move(piece.error()));
      if (!*piece) co_return std::unexpected(failure_of_empty(opened->stream->end()));
      if ((*piece)->is_empty()) continue;
      opened->first_at = Core::here().clock().steady();
      co_return std::move(**piece);
    }
  } catch (...) {
    leave(*opened);
    throw;
  }
}

// Nobody waits for an answer any more. That their time was over says something against the route
// only where it had more time than it mostly takes.
void ChatRun::leave(Opened& opened) {
  if (opened.stream) charge_input(opened);
  const Route& route = opened.attempt.route;
  Instant now = Core::here().clock().steady();
  auto usual = route.instance->view(route.model, question_.ask.priority, now).candidate.first_token;
  Duration patience = usual ? 2 * *usual : patience_otherwise;
  if (flight_->is_late() && now - opened.attempt.place.begun() >= patience) {
    opened.attempt.place.failed({.kind = Kind::too_slow, .stage = Stage::first_token});
  }
  end_attempt(opened, "left", nullptr);
}

model::ProviderFailure ChatRun::failure_of_empty(const model::ChatEnd& end) const {
  model::ProviderFailure failure{.kind = Kind::empty, .stage = Stage::first_token, .status = 200};
  if (end.finish == model::Finish::content_filter) failure.kind = Kind::refused;
  if (end.finish == model::Finish::truncated) failure.kind = Kind::truncated;
  failure.message = "it ended without any content";
  return failure;
}

Task<> ChatRun::stream(Opened opened) {
  const Route route = opened.attempt.route;
  account_.instance = route.instance->name();
  account_.provider = kind_of(route);
  account_.model = route.info().name;
  account_.attempts = chain_.attempts();
  flight_->account = account_;
  Duration first_token = opened.first_at - opened.attempt.place.begun();
  counts_.first_content(Counts::Operation::chat, account_, first_token);
  std::optional<model::ProviderFailure> cut;
  try {
    cut = co_await follow(&opened);
  } catch (...) {
    flight_->finish(settle(opened, nullptr, true), account_);
    throw;
  }
  model::ChatEnd end = settle(opened, cut ? &*cut : nullptr, false);
  flight_->finish(end, account_);
  if (cut || question_.key.empty() || !is_worth_keeping(end)) co_return;
  co_await kept_.keep(question_.key,
                      {.text = flight_->text(),
                       .tool_calls = join_parts(flight_->parts()),
                       .finish = end.finish,
                       .provider = account_.provider,
                       .model = account_.model,
                       .usage = account_.usage},
                      question_.ask.cache);
}

// Hands on what comes. @return what cut the answer, if anything did
Task<std::optional<model::ProviderFailure>> ChatRun::follow(Opened* opened) {
  auto cut = [](Kind kind, std::string_view why) {
    return model::ProviderFailure{
        .kind = kind, .stage = Stage::stream, .status = 200, .message = std::string(why)};
  };
  model::ChatDelta piece = std::move(opened->first);
  const Price price = opened->attempt.route.info().price;
  for (;;) {
    tokens_out_ += estimate_of(piece);
    if (!flight_->append(piece)) co_return cut(Kind::malformed, "the answer is too large");
    if (!charge_.cover_output(price, tokens_out_))
      co_return cut(Kind::refused, "the budget is spent");
    auto next = co_await bounded(&flight_->steps(), next_due(*opened), Stage::stream,
                                 opened->stream->next());
    if (!next) co_return std::move(next.error());
    if (!*next) break;
    piece = std::move(**next);
  }
  if (opened->stream->end().finish != model::Finish::truncated) co_return std::nullopt;
  co_return cut(Kind::truncated, "it ended before it said that it was complete");
}

// The gap, or what is left of the time that an answer at the least rate may take.
Instant ChatRun::next_due(const Opened& opened) const {
  const InstanceSettings& limits = opened.attempt.route.instance->settings();
  Instant due = limit_of(Core::here().clock().steady(), limits.gap_ms, opened.due);
  if (limits.tokens_per_second_min <= 0) return due;
  auto earned = std::chrono::duration<double>(static_cast<double>(tokens_out_) /
                                              limits.tokens_per_second_min);
  return std::min(due, opened.first_at + rate_grace + std::chrono::duration_cast<Duration>(earned));
}

// What an attempt without content cost: what its provider says, or the question where it was worked
// on and then given up.
void ChatRun::charge_unanswered(const Opened& opened, const model::ProviderFailure& failure) {
  if (!opened.stream) return;
  const model::Usage& usage = opened.stream->end().usage;
  if (usage.tokens_in || usage.tokens_out) {
    charge_.add(opened.attempt.route.info().price, usage);
    add_usage(used_, usage);
  } else if (failure.kind == Kind::too_slow || failure.kind == Kind::truncated) {
    charge_input(opened);
  }
}

void ChatRun::charge_input(const Opened& opened) {
  model::Usage usage{.tokens_in = question_.tokens_in};
  charge_.add(opened.attempt.route.info().price, usage);
  add_usage(used_, usage);
}

void ChatRun::end_attempt(Opened& opened, std::string_view outcome,
                          const model::ProviderFailure* failure) {
  const Route& route = opened.attempt.route;
  counts_.attempt(*route.instance, outcome);
  trace::Span& span = opened.span;
  span.set("gen_ai.operation.name", "chat");
  span.set("gen_ai.provider.name", provider_name(kind_of(route)));
  span.set("gen_ai.request.model", route.info().name);
  span.set("antiphon.gateway.instance", route.instance->name());
  span.set("antiphon.gateway.attempt", chain_.attempts());
  span.set("antiphon.gateway.outcome", outcome);
  if (failure) span.fail(to_text(failure->kind));
  opened.stream = nullptr;
  opened.attempt.place.leave();
}

// The end of an answer that had content: whole, cut, or left by all who followed it.
model::ChatEnd ChatRun::settle(Opened& opened, const model::ProviderFailure* cut, bool is_left) {
  Instant now = Core::here().clock().steady();
  model::ChatEnd end = opened.stream->end();
  if (cut || is_left) end.finish = model::Finish::truncated;
  account_.is_usage_estimated = complete_usage(end.usage, question_.tokens_in, tokens_out_);
  account_.usage = end.usage;
  const Route route = opened.attempt.route;
  charge_.add(route.info().price, end.usage);
  add_usage(used_, end.usage);
  AnswerTimes times{.first_token = opened.first_at - opened.attempt.place.begun(),
                    .total = now - opened.attempt.place.begun(),
                    .tokens_out = end.usage.tokens_out.value_or(0),
                    .is_cold = end.is_cold};
  if (cut && rule_of(cut->kind).counts) {
    opened.attempt.place.failed(*cut);
  } else if (!cut && !is_left) {
    opened.attempt.place.succeeded(times);
    counts_.token_time(account_, times);
  }
  opened.span.set("gen_ai.usage.input_tokens", end.usage.tokens_in.value_or(0));
  opened.span.set("gen_ai.usage.output_tokens", end.usage.tokens_out.value_or(0));
  opened.span.set("gen_ai.response.finish_reasons", to_text(end.finish));
  end_attempt(opened, is_left ? "left" : (cut ? "cut" : "done"), cut);
  give_account(is_left ? "cancelled" : (cut ? "truncated" : "none"));
  return end;
}

void ChatRun::fail(GatewayFailure failure) {
  flight_->account = account_;
  if (parts_.log && failure.reason != Reason::budget) {
    parts_.log->with_trace(question_.trace.trace_id.text())
        .warning("No model answered.", {{"purpose", question_.ask.purpose},
                                        {"target", question_.ask.target},
                                        {"reason", to_text(failure.reason)},
                                        {"attempts", failure.detail}});
  }
  flight_->fail(std::move(failure));
}

// Once, at the end of all attempts.
void ChatRun::give_account(std::string_view error_type) {
  account_.attempts = chain_.attempts();
  account_.cost = charge_.spent();
  account_.latency = Core::here().clock().steady() - begun_;
  counts_.call(Counts::Operation::chat, account_, error_type);
  parts_.usage.add({.payer = question_.payer,
                    .purpose = question_.ask.purpose,
                    .model = account_.model,
                    .cache = question_.cache,
                    .has_failed = error_type != "none" && error_type != "cancelled",
                    .attempts = account_.attempts,
                    .tokens_in = used_.tokens_in.value_or(0),
                    .tokens_cached = used_.tokens_cached.value_or(0),
                    .tokens_out = used_.tokens_out.value_or(0),
                    .cost = account_.cost,
                    .latency = account_.latency});
}

std::string_view ChatRun::kind_of(const Route& route) const {
  return parts_.models[route.instance_index].kind;
}

model::ChatModel& ChatRun::model_of(const Route& route) const {
  return *parts_.models[route.instance_index].chat;
}

}  // namespace antiphon::gateway
