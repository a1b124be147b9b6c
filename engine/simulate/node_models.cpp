#include "engine/simulate/node_models.h"

#include "engine/model/make_model.h"
#include "engine/simulate/model_script.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

constexpr double ample = 1000;
constexpr double little = 0.05;  // of the currency: some twenty answers

gateway::InstanceSettings instance_of(const char* provider) {
  return {.name = provider,
          .models = {Providers::model_of(provider)},
          .concurrency_max = ModelChecker::calls_at_once,
          .queue_max = 4};
}

gateway::GatewaySettings gateway_settings(bool is_poor) {
  gateway::GatewaySettings settings;
  for (const char* name : Providers::names) settings.instances.push_back(instance_of(name));
  settings.groups = {{.name = "default", .members = {"openai", "anthropic"}, .fallback = {"spare"}},
                     {.name = "spare",
                      .members = {"gemini", "ollama"},
                      .balance = gateway::Balance::least_loaded}};
  settings.prices = {
      {.model = "*", .input = ModelChecker::price_in, .output = ModelChecker::price_out}};
  settings.budgets = {{.hard = is_poor ? little : ample, .period = gateway::Period::total}};
  settings.check_every_ms = 60s;
  return settings;
}

std::vector<gateway::InstanceModels> models_over(http::HttpClient& client) {
  std::vector<gateway::InstanceModels> all;
  for (const char* name : Providers::names) {
    model::ProviderSettings settings{
        .name = name, .kind = name, .url = "http://" + Providers::host_of(name)};
    all.push_back({.kind = name, .chat = model::make_chat_model(settings, client)});
  }
  return all;
}

std::string words_of_ask(const gateway::ChatAsk& ask) {
  for (const model::Message& message : ask.request.messages) {
    if (message.role == model::Role::user) return words_of(message.text);
  }
  return "";
}

// A deadline of steady time, on the clock that clients see.
Timestamp on_clock(Instant deadline) {
  const Clock& clock = Core::here().clock();
  return clock.now() +
         std::chrono::duration_cast<std::chrono::microseconds>(deadline - clock.steady());
}

}  // namespace

/// Collects an answer while it is given.
class WatchedGateway::Watched final : public gateway::Answer {
 public:
  Watched(WatchedGateway& owner, std::unique_ptr<gateway::Answer> inner, ModelAnswered so_far)
      : owner_(owner), inner_(std::move(inner)), so_far_(std::move(so_far)) {}

  Task<std::optional<model::ChatDelta>> next() override {
    auto piece = co_await inner_->next();
    if (piece) {
      so_far_.text += piece->text;
    } else if (!owner_.is_dead_ && !so_far_.finish) {
      so_far_.finish = inner_->end().finish;
      so_far_.account = inner_->account();
      so_far_.at = Core::here().clock().now();
      owner_.checker_.on_answer(so_far_);
    }
    co_return piece;
  }
  const model::ChatEnd& end() const override { return inner_->end(); }
  const gateway::Account& account() const override { return inner_->account(); }

 private:
  WatchedGateway& owner_;
  std::unique_ptr<gateway::Answer> inner_;
  ModelAnswered so_far_;
};

Task<std::expected<std::unique_ptr<gateway::Answer>, gateway::GatewayFailure>> WatchedGateway::chat(
    gateway::ChatAsk ask, Call call) {
  ModelAnswered so_far{.words = words_of_ask(ask), .at = {}, .deadline = on_clock(call.deadline())};
  if (!is_dead_) checker_.on_question(so_far.words, so_far.deadline);
  auto answer = co_await inner_.chat(std::move(ask), std::move(call));
  if (!answer) {
    so_far.account.attempts = answer.error().attempts;
    so_far.at = Core::here().clock().now();
    if (!is_dead_) checker_.on_answer(so_far);
    co_return std::unexpected(std::move(answer.error()));
  }
  co_return std::make_unique<Watched>(*this, std::move(*answer), std::move(so_far));
}

NodeModels::NodeModels(const Parts& parts)
    : fleet_(gateway_settings(parts.is_poor), parts.clock),
      budgets_(fleet_.settings().budgets, parts.clock),
      usage_(parts.clock),
      client_(parts.providers),
      routed_({.fleet = fleet_,
               .budgets = budgets_,
               .usage = usage_,
               .random = parts.random,
               .cache = parts.cache,
               .models = models_over(client_)}),
      watched_(routed_, parts.checker),
      watches_([](const std::exception_ptr&) {}) {}

NodeModels::~NodeModels() = default;

Task<> NodeModels::start(store::Database& database, Instant deadline) {
  budgets_.load(co_await usage_.load_spent(database, deadline));
  watches_.spawn(routed_.keep_watch());
  watches_.spawn(usage_.keep_flushing(database));
}

Task<> NodeModels::stop(store::Database& database, Instant deadline) {
  co_await watches_.stop();
  co_await routed_.stop();
  try {
    co_await usage_.flush(database, deadline);
  } catch (const Error&) {
    // What cannot be written is lost.
  }
}

void NodeModels::die() {
  client_.die();
  watched_.die();
}

void NodeModels::inspect(Checker& checker, const std::string& tenant) const {
  auto most = gateway::to_micros(fleet_.settings().budgets.front().hard);
  checker.on_count("micros spent on models", static_cast<std::uint64_t>(budgets_.spent(tenant)),
                   static_cast<std::uint64_t>(most));
}

}  // namespace antiphon::simulate
