#include "engine/gateway/routed_gateway.h"

#include <fmt/format.h>

#include "engine/gateway/answer_key.h"
#include "engine/gateway/embedding_run.h"

namespace antiphon::gateway {
namespace {

using Reason = GatewayFailure::Reason;

// Of an answer that is shared, whose followers each have their own.
constexpr Duration shared_time = std::chrono::minutes(5);

GatewayFailure failure_of(Reason reason, std::string message) {
  return {.reason = reason, .message = std::move(message)};
}

trace::Span begin_span(const Call& call, std::string_view purpose) {
  trace::Span span(call.trace(), "gateway");
  if (span.is_recorded()) span.rename(fmt::format("gateway {}", purpose));
  return span;
}

}  // namespace

/// What is known of a question from its coming on.
struct RoutedGateway::Asked {
  Payer payer;
  Instant begun;
  Instant deadline;
  trace::Context trace;
  std::string purpose;
  std::string key = {};  // of those who ask the same; empty: it is not shared
  CacheResult cache = CacheResult::off;
};

RoutedGateway::RoutedGateway(GatewayParts parts)
    : parts_(std::move(parts)),
      counts_(parts_.metrics),
      kept_(parts_.cache, parts_.second_cache, parts_.random),
      hedges_(parts_.fleet.settings().hedge_share, 0),
      tasks_([this](const std::exception_ptr& error) {
        try {
          std::rethrow_exception(error);
        } catch (const Error& fault) {
          if (parts_.log) {
            parts_.log->error("An answer was given up.",
                              {{"message", fault.message()}, {"detail", fault.detail()}});
          }
        }
      }) {
  ENSURE(parts_.models.size() == parts_.fleet.instances().size(),
         "each instance has its models on this core");
}

RoutedGateway::~RoutedGateway() = default;

Task<std::expected<std::unique_ptr<Answer>, GatewayFailure>> RoutedGateway::chat(ChatAsk ask,
                                                                                 Call call) {
  Asked asked{.payer = {call.tenant(), ask.allowance},
              .begun = Core::here().clock().steady(),
              .deadline = call.deadline(),
              .trace = {},
              .purpose = ask.purpose};
  trace::Span span = begin_span(call, ask.purpose);
  asked.trace = span.context();
  if (auto refused = refuse(ask, asked)) co_return std::unexpected(std::move(*refused));
  if (ask.cache.keeps() || ask.cache.joins) asked.key = key_of(ask, asked.payer.tenant);
  if (ask.cache.keeps()) {
    asked.cache = CacheResult::miss;
    if (auto kept = co_await find_kept(&asked, &ask)) {
      span.set("antiphon.gateway.cache", to_text(asked.cache));
      co_return kept;
    }
  }
  std::unique_ptr<Follower> follower;
  if (auto flight = under_way(asked.key)) {
    asked.cache = CacheResult::joined;
    follower = flight->follow(asked.begun, asked.deadline, asked.cache);
  } else {
    auto started = start(std::move(ask), asked, false);
    if (!started) {
      span.fail(to_text(started.error().reason));
      co_return std::unexpected(std::move(started.error()));
    }
    follower = std::move(*started);
  }
  counts_.cache(asked.cache);
  auto failure = co_await follower->begin();
  span.set("antiphon.gateway.cache", to_text(asked.cache));
  if (asked.cache == CacheResult::joined) add_unpaid(asked, follower->account());
  if (!failure) co_return follower;
  span.fail(to_text(failure->reason));
  co_return std::unexpected(std::move(*failure));
}

std::optional<GatewayFailure> RoutedGateway::refuse(const ChatAsk& ask, const Asked& asked) {
  if (asked.begun >= asked.deadline) {
    return failure_of(Reason::timeout, "No time is left to answer this.");
  }
  if (ask.request.messages.empty()) {
    return failure_of(Reason::invalid, "A question has at least one message.");
  }
  return std::nullopt;
}

// A kept answer, if there is one; a stale one is given at once, and renewed meanwhile.
Task<std::unique_ptr<Answer>> RoutedGateway::find_kept(Asked* asked, const ChatAsk* ask) {
  auto kept = co_await kept_.find(asked->key);
  if (!kept) co_return nullptr;
  const Clock& clock = Core::here().clock();
  bool is_fresh = clock.now() < kept->fresh_until;
  asked->cache = is_fresh ? CacheResult::hit : CacheResult::stale;
  counts_.cache(asked->cache);
  if (!is_fresh && !under_way(asked->key)) {
    Asked renewal = *asked;
    renewal.cache = CacheResult::miss;
    // Whoever may not ask, or whom nobody answers, has the stale one as long as it lasts.
    std::ignore = start(*ask, renewal, true);
  }
  auto reply =
      std::make_unique<KeptReply>(std::move(*kept), asked->cache, clock.steady() - asked->begun);
  add_unpaid(*asked, reply->account());
  co_return reply;
}

Task<std::expected<EmbeddingAnswer, GatewayFailure>> RoutedGateway::embed(EmbeddingAsk ask,
                                                                          Call call) {
  if (ask.texts.empty() || ask.texts.size() > EmbeddingRun::texts_max) {
    co_return std::unexpected(failure_of(
        Reason::invalid, fmt::format("There are 1 to {} texts.", EmbeddingRun::texts_max)));
  }
  trace::Span span = begin_span(call, ask.purpose);
  Payer payer{call.tenant(), ask.allowance};
  auto groups = plan(ask.target, payer, 0, true);
  if (!groups) co_return std::unexpected(std::move(groups.error()));
  EmbeddingRun run(parts_, counts_,
                   {.ask = std::move(ask),
                    .payer = std::move(payer),
                    .plan = std::move(*groups),
                    .deadline = call.deadline(),
                    .trace = span.context()});
  auto answer = co_await run.run();
  if (!answer) span.fail(to_text(answer.error().reason));
  co_return answer;
}

// One that newcomers may follow: what has failed or was cut is asked anew.
std::shared_ptr<Flight> RoutedGateway::under_way(const std::string& key) const {
  auto found = flights_.find(key);
  if (key.empty() || found == flights_.end()) return nullptr;
  const Flight& flight = *found->second;
  bool is_good = !flight.is_done() || (!flight.failure() && is_worth_keeping(flight.end()));
  return is_good ? found->second : nullptr;
}

// Its first follower; null where it flies on without one.
std::expected<std::unique_ptr<Follower>, GatewayFailure> RoutedGateway::start(ChatAsk ask,
                                                                              const Asked& asked,
                                                                              bool flies_on) {
  std::int64_t tokens_in = estimate_tokens(ask.request);
  auto groups = plan(ask.target, asked.payer, tokens_in, false);
  if (!groups) return std::unexpected(std::move(groups.error()));
  Instant due = asked.key.empty() ? asked.deadline : asked.begun + shared_time;
  auto flight = std::make_shared<Flight>(due);
  std::unique_ptr<Follower> follower;
  if (flies_on) {
    flight->fly_on();
  } else {
    follower = flight->follow(asked.begun, asked.deadline, asked.cache);
  }
  std::string key = asked.key;
  if (!key.empty()) {
    flights_[key] = flight;
    flight->on_left([this, key, left = flight.get()] { forget(key, *left); });
  }
  ChatRun::Question question{.ask = std::move(ask),
                             .payer = asked.payer,
                             .plan = std::move(*groups),
                             .tokens_in = tokens_in,
                             .trace = asked.trace,
                             .cache = asked.cache};
  if (question.ask.cache.keeps()) question.key = key;
  auto run =
      std::make_shared<ChatRun>(parts_, counts_, kept_, hedges_, std::move(question), flight);
  tasks_.spawn(fly(std::move(run), std::move(key)));  // which may have ended when this returns
  return follower;
}

std::expected<std::vector<const Group*>, GatewayFailure> RoutedGateway::plan(
    std::string_view target, const Payer& payer, std::int64_t tokens_in, bool embeds) {
  Budgets::State money = parts_.budgets.state(payer);
  if (money == Budgets::State::hard) {
    counts_.budget("hard");
    return std::unexpected(failure_of(Reason::budget, "The budget for models is spent."));
  }
  if (money == Budgets::State::soft) counts_.budget("soft");
  auto groups = parts_.fleet.plan(target, tokens_in, money == Budgets::State::soft);
  std::erase_if(groups, [&](const Group* group) {
    return embeds ? group->embed.empty() : group->chat.empty();
  });
  if (!groups.empty()) return groups;
  return std::unexpected(
      failure_of(Reason::unknown_target, fmt::format("There is no model '{}' for this.", target)));
}

Task<> RoutedGateway::fly(std::shared_ptr<ChatRun> run, std::string key) {
  try {
    co_await run->flight().steps().run(run->run());
  } catch (...) {
    if (!run->flight().is_done()) {
      run->flight().fail(failure_of(Reason::failed, "No model could answer this."));
    }
    forget(key, run->flight());
    throw;
  }
  forget(key, run->flight());
}

void RoutedGateway::forget(const std::string& key, const Flight& flight) {
  auto found = flights_.find(key);
  if (found != flights_.end() && found->second.get() == &flight) flights_.erase(found);
}

// A question that cost nothing: its answer was there, or somebody else pays.
void RoutedGateway::add_unpaid(const Asked& asked, const Account& account) {
  parts_.usage.add({.payer = asked.payer,
                    .purpose = asked.purpose,
                    .model = account.model,
                    .cache = asked.cache,
                    .latency = Core::here().clock().steady() - asked.begun});
}

Task<> RoutedGateway::stop() { co_await tasks_.stop(); }

}  // namespace antiphon::gateway
