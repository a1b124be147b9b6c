#include "engine/gateway/routed_gateway.h"

// What the gateway does by itself: it warms models and asks instances whether they are there.

namespace antiphon::gateway {
namespace {

using Kind = model::ProviderFailure::Kind;

constexpr Duration check_time = std::chrono::seconds(5);
constexpr Duration warm_time = std::chrono::minutes(5);  // to load a large model
constexpr Duration never = std::chrono::hours(24 * 365);

// A refusal is a sign of life.
bool is_well(const model::ProviderFailure& failure) { return !rule_of(failure.kind).counts; }

Duration or_never(std::chrono::milliseconds every) {
  return every > std::chrono::milliseconds(0) ? Duration(every) : never;
}

}  // namespace

Task<> RoutedGateway::warm() {
  for (std::size_t i = 0; i < parts_.models.size(); ++i) {
    Instance& instance = *parts_.fleet.instances()[i];
    if (!instance.settings().warm) continue;
    for (std::size_t model = 0; model < instance.models().size(); ++model) {
      co_await warm(Route{&instance, i, model});
    }
  }
}

// One token, as batch. Its time is not that of an answer and counts for no average; that the model
// was cold is counted.
Task<> RoutedGateway::warm(Route route) {
  Instant due = Core::here().clock().steady() + warm_time;
  auto place = co_await route.instance->enter(route.model, Priority::batch, {}, due);
  if (!place) co_return;
  InstanceModels& models = parts_.models[route.instance_index];
  const std::string& name = route.info().name;
  if (route.info().embeds) {
    if (!models.embedder) co_return;
    auto got = co_await models.embedder->embed({.model = name, .texts = {"warm"}}, due);
    if (!got) place->failed(got.error());
    co_return;
  }
  if (!models.chat) co_return;
  auto stream = co_await models.chat->open(
      {.model = name, .messages = {{model::Role::user, "Hi"}}, .options = {.tokens_max = 1}}, due);
  if (!stream) {
    place->failed(stream.error());
    co_return;
  }
  for (;;) {
    auto piece = co_await (*stream)->next();
    if (!piece || !*piece) break;
  }
  if ((*stream)->end().is_cold) place->succeeded({.is_cold = true});
}

Task<> RoutedGateway::check(std::size_t index) {
  Instance& instance = *parts_.fleet.instances()[index];
  const auto& chat = parts_.models[index].chat;
  if (!chat) co_return;
  Instant due = Core::here().clock().steady() + check_time;
  bool is_there = false;
  try {
    auto models = co_await within(due, chat->models(due));
    is_there = models || is_well(models.error());
  } catch (const Error&) {
    // It was too slow.
  }
  instance.checked(is_there);
}

Task<> RoutedGateway::keep_watch() {
  const GatewaySettings& settings = parts_.fleet.settings();
  const Clock& clock = Core::here().clock();
  Instant next_warming = clock.steady();
  Instant next_check = clock.steady() + or_never(settings.check_every_ms);
  for (;;) {
    if (clock.steady() >= next_warming) {
      co_await warm();
      next_warming = clock.steady() + or_never(settings.warm_every_ms);
    }
    if (clock.steady() >= next_check) {
      for (std::size_t i = 0; i < parts_.models.size(); ++i) co_await check(i);
      next_check = clock.steady() + or_never(settings.check_every_ms);
    }
    co_await sleep_until(std::min(next_warming, next_check));
  }
}

}  // namespace antiphon::gateway
