// What the gateway adds to a model's own time, over a model that answers at once: one call with its
// answer of one piece, alone and kept; and each further piece of a stream, to one follower and to
// eight.
#include <benchmark/benchmark.h>

#include "engine/gateway/routed_gateway.h"

namespace antiphon::gateway {
namespace {

class InstantStream final : public model::ChatStream {
 public:
  explicit InstantStream(std::int64_t pieces) : left_(pieces) {
    end_.finish = model::Finish::stop;
    end_.usage = {.tokens_in = 10, .tokens_out = pieces};
  }
  // Each piece in a later turn of the loop, as from a socket.
  Task<model::Provided<std::optional<model::ChatDelta>>> next() override {
    if (left_-- == 0) co_return std::nullopt;
    Core::here().post([this] { came_.wake(); });
    co_await came_.wait();
    co_return model::ChatDelta{.text = " word"};
  }
  const model::ChatEnd& end() const override { return end_; }

 private:
  std::int64_t left_;
  Waiter came_;
  model::ChatEnd end_;
};

class InstantModel final : public model::ChatModel {
 public:
  explicit InstantModel(std::int64_t pieces) : pieces_(pieces) {}
  model::ModelCapabilities capabilities() const override { return {}; }
  Task<model::Provided<std::unique_ptr<model::ChatStream>>> open(model::ChatRequest, Due) override {
    co_return std::make_unique<InstantStream>(pieces_);
  }
  Task<model::Provided<std::vector<std::string>>> models(Due) override {
    co_return std::vector<std::string>{};
  }

 private:
  std::int64_t pieces_;
};

struct Bench {
  explicit Bench(std::int64_t pieces)
      : fleet(settings(), clock, &metrics), budgets(money(), clock), gateway(parts(pieces)) {}

  ~Bench() { core.run_until_done(gateway.stop()); }

  static GatewaySettings settings() {
    GatewaySettings settings;
    settings.instances = {{.name = "one", .models = {"model"}},
                          {.name = "two", .models = {"model"}}};
    settings.prices = {{.model = "*", .input = 1, .output = 2}};
    return settings;
  }
  static std::vector<BudgetSettings> money() { return {{.tenant = "*", .hard = 1e6}}; }
  GatewayParts parts(std::int64_t pieces) {
    GatewayParts made{.fleet = fleet,
                      .budgets = budgets,
                      .usage = usage,
                      .random = random,
                      .cache = cache,
                      .metrics = &metrics};
    for (int i = 0; i < 2; ++i) {
      made.models.push_back({.kind = "openai", .chat = std::make_unique<InstantModel>(pieces)});
    }
    return made;
  }

  Call call() {
    return {principal, clock.now(), clock.steady() + std::chrono::seconds(60), trace::Context()};
  }
  ChatAsk question(CachePolicy policy = {}) const {
    return {.request = {.messages = {{model::Role::user, std::string(200, 'x')}}},
            .purpose = "bench",
            .cache = std::move(policy)};
  }
  Task<> ask(ChatAsk wanted) {
    auto answer = co_await gateway.chat(std::move(wanted), call());
    if (!answer) std::abort();
    while (co_await (*answer)->next()) {
    }
  }
  Task<> ask_often(std::int64_t times, CachePolicy policy) {
    for (; times > 0; --times) co_await ask(question(policy));
  }
  Task<> ask_at_once(std::int64_t followers) {
    TaskGroup group([](const std::exception_ptr&) { std::abort(); });
    for (; followers > 0; --followers) group.spawn(ask(question({.joins = true})));
    co_await group.join();
  }

  SystemClock clock;
  SystemRandom random;
  metrics::Registry metrics;
  Fleet fleet;
  Budgets budgets;
  UsageLedger usage{clock};
  store::MemoryCache cache{clock, std::size_t{16} << 20};
  RoutedGateway gateway;
  std::shared_ptr<const Principal> principal =
      std::make_shared<Principal>(Principal{.tenant = "ten_bench"});
  Core core{0, clock};
};

void ask_1000(benchmark::State& state, CachePolicy cache) {
  constexpr std::int64_t times = 1000;
  Bench bench(1);
  for (auto _ : state) bench.core.run_until_done(bench.ask_often(times, cache));
  state.SetItemsProcessed(state.iterations() * times);
}
void call_of_one_piece(benchmark::State& state) { ask_1000(state, {}); }
void call_that_is_kept(benchmark::State& state) {
  ask_1000(state, {.time_to_live = std::chrono::hours(1)});
}

void pieces_of_a_stream(benchmark::State& state) {
  constexpr std::int64_t pieces = 10'000;
  Bench bench(pieces);
  std::int64_t followers = state.range(0);
  for (auto _ : state) bench.core.run_until_done(bench.ask_at_once(followers));
  state.SetItemsProcessed(state.iterations() * pieces);
}

BENCHMARK(call_of_one_piece)->Unit(benchmark::kMillisecond);
BENCHMARK(call_that_is_kept)->Unit(benchmark::kMillisecond);
BENCHMARK(pieces_of_a_stream)->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace antiphon::gateway

BENCHMARK_MAIN();
