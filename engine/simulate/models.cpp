#include "engine/simulate/models.h"

#include <fmt/format.h>

#include <set>

#include "engine/async/core.h"
#include "engine/simulate/model_script.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;
using Failure = http::ClientFailure;

constexpr Duration connect_time_max = 40ms;
constexpr Duration away_time_max = 40s;
constexpr std::string_view domain = ".simulated";

Instant now() { return Core::here().clock().steady(); }

std::unexpected<Failure> failed(Failure::Kind kind, Failure::Stage stage, std::string message) {
  return std::unexpected(Failure{kind, stage, std::move(message)});
}

// A list of one model, for who asks whether a provider is there.
std::string list_json(std::string_view provider) {
  std::string model = Providers::model_of(provider);
  if (provider == "ollama") return fmt::format(R"({{"models":[{{"name":"{}"}}]}})", model);
  if (provider == "gemini") return fmt::format(R"({{"models":[{{"name":"models/{}"}}]}})", model);
  return fmt::format(R"({{"data":[{{"id":"{}"}}],"has_more":false}})", model);
}

// As the provider's own server would see it.
http::Request request_of(const http::ClientRequest& sent) {
  http::Request request{.method = sent.method, .headers = sent.headers};
  auto question = sent.target.find('?');
  request.path = sent.target.substr(0, question);
  if (question != std::string::npos) request.query = sent.target.substr(question + 1);
  // Gemini's path says what is asked.
  request.parameters = {{"asked", request.path.substr(request.path.rfind('/') + 1)}};
  return request;
}

}  // namespace

std::string Providers::host_of(std::string_view name) {
  return std::string(name) + std::string(domain);
}

std::string Providers::model_of(std::string_view name) { return std::string(name) + "-model"; }

Providers::Providers(const Clock& clock, Random& random, Faults& faults, ModelChecker& checker)
    : clock_(clock),
      random_(random),
      faults_(faults),
      checker_(checker),
      providers_{
          Provider{names[0], &standin::openai_chat()}, Provider{names[1], &standin::ollama_chat()},
          Provider{names[2], &standin::gemini()}, Provider{names[3], &standin::anthropic()}} {}

Provider& Providers::at(const http::ClientRequest& request) {
  auto found = std::ranges::find_if(providers_, [&](const Provider& provider) {
    return host_of(provider.name) == request.endpoint.host;
  });
  ENSURE(found != providers_.end(), "models are asked of the world's providers alone");
  return *found;
}

/// What a process and its calls share.
struct ModelClient::Line {
  Providers& providers;
  std::set<std::uint64_t> open = {};
  bool is_dead = false;
};

/// A call under way. Its end is told, unless its process ended before.
class ModelClient::Exchange {
 public:
  Exchange(std::shared_ptr<Line> line, std::uint64_t number)
      : line_(std::move(line)), number_(number) {
    line_->open.insert(number_);
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    if (line_->open.erase(number_) == 0) return;
    line_->providers.checker_.on_closed(number_, line_->providers.clock_.now());
  }
  Line& line() { return *line_; }

 private:
  std::shared_ptr<Line> line_;
  std::uint64_t number_;
};

/// The answer as it comes. Whoever waits sees what is due, or the end, or that a limit has passed.
class ModelClient::ArrivingAnswer final : public http::ClientAnswer {
 public:
  struct Limits {
    Duration gap;
    Instant deadline;
  };
  ArrivingAnswer(ModelScript script, const Provider& provider, Limits limits,
                 std::unique_ptr<Exchange> exchange)
      : script_(std::move(script)),
        provider_(provider),
        ends_(provider.ends),
        limits_(limits),
        exchange_(std::move(exchange)),
        due_(now()) {
    status = script_.status;
    headers = script_.headers;
  }

  Task<std::expected<std::size_t, Failure>> read_some(std::span<char> into) override {
    if (failure_) co_return std::unexpected(*failure_);
    Instant limit = std::min({deadline, limits_.deadline, now() + limits_.gap});
    if (at_ < script_.pieces.size()) {
      if (!has_begun_) due_ += script_.pieces[at_].after;
      has_begun_ = true;
    }
    bool comes = at_ < script_.pieces.size() || script_.end != ModelScript::End::stall;
    Instant until = comes ? std::min(due_, limit) : limit;
    if (until > now()) co_await sleep_until(until);
    if (is_broken()) co_return fail(Failure::Kind::broken, "the connection broke");
    if (!comes || due_ > now()) co_return fail(Failure::Kind::too_slow, "nothing came in time");
    if (at_ < script_.pieces.size()) co_return take(into);
    if (script_.end == ModelScript::End::cut) {
      co_return fail(Failure::Kind::broken, "the connection broke");
    }
    exchange_.reset();
    co_return 0;
  }

 private:
  bool is_broken() const {
    return exchange_ && (exchange_->line().is_dead || ends_ != provider_.ends);
  }

  std::unexpected<Failure> fail(Failure::Kind kind, std::string message) {
    exchange_.reset();
    failure_ = Failure{kind, Failure::Stage::body, std::move(message)};
    return std::unexpected(*failure_);
  }

  std::size_t take(std::span<char> into) {
    std::string& bytes = script_.pieces[at_].bytes;
    std::size_t count = bytes.copy(into.data(), into.size(), taken_);
    taken_ += count;
    if (taken_ == bytes.size()) {
      ++at_;
      taken_ = 0;
      has_begun_ = false;
    }
    return count;
  }

  ModelScript script_;
  const Provider& provider_;
  const unsigned ends_;
  Limits limits_;
  std::unique_ptr<Exchange> exchange_;  ///< null once nothing more comes
  Instant due_;                         ///< of the next piece
  std::size_t at_ = 0;
  std::size_t taken_ = 0;  ///< bytes of that piece
  bool has_begun_ = false;
  std::optional<Failure> failure_;
};

ModelClient::ModelClient(Providers& providers)
    : providers_(providers), line_(std::make_shared<Line>(providers)) {}

ModelClient::~ModelClient() = default;

void ModelClient::die() {
  line_->is_dead = true;
  for (std::uint64_t number : std::exchange(line_->open, {})) {
    providers_.checker_.on_lost(number);
  }
}

Task<ModelClient::Upgraded> ModelClient::upgrade(http::ClientRequest, Instant) {
  throw Error(Code::unsupported, "Models are asked over HTTP.");
}

Task<ModelClient::Opened> ModelClient::open(http::ClientRequest request, Instant deadline) {
  auto line = line_;
  Provider& provider = providers_.at(request);
  if (request.method == http::Method::post) {
    co_return co_await ask(&provider, std::move(request), deadline);
  }
  co_await sleep_for(providers_.faults_.pause(connect_time_max));
  if (line->is_dead || !is_there(provider)) co_return refused(provider);
  ModelScript script{.pieces = {{1ms, list_json(provider.name)}}};
  script.headers.set("Content-Type", "application/json");
  co_return std::make_unique<ArrivingAnswer>(
      std::move(script), provider, ArrivingAnswer::Limits{deadline - now(), deadline}, nullptr);
}

bool ModelClient::is_there(const Provider& provider) const {
  return providers_.faults_.calm || now() >= provider.away_until;
}

std::unexpected<Failure> ModelClient::refused(const Provider& provider) {
  return failed(Failure::Kind::unreachable, Failure::Stage::connect,
                Providers::host_of(provider.name) + " cannot be reached: connection refused.");
}

// Reads the question, as the provider does.
std::optional<standin::ChatQuestion> ModelClient::hear(const Provider& provider,
                                                       const http::ClientRequest& request,
                                                       std::uint64_t number) {
  try {
    auto question = provider.wire->read(schema::parse_value(request.body), request_of(request));
    providers_.checker_.on_asked({.number = number,
                                  .provider = provider.name,
                                  .turn = std::string(request.trace.trace_id.text()),
                                  .words = words_of(question.user_text),
                                  .shown = question.own_text,
                                  .at = providers_.clock_.now()});
    return question;
  } catch (const Error& error) {
    providers_.checker_.on_unreadable(provider.name, error.message());
    return std::nullopt;
  }
}

Task<ModelClient::Opened> ModelClient::ask(Provider* provider, http::ClientRequest request,
                                           Instant deadline) {
  auto line = line_;
  Providers& world = providers_;
  if (line->is_dead) co_return refused(*provider);
  std::uint64_t number = ++world.calls_;
  auto question = hear(*provider, request, number);
  if (!question) co_return refused(*provider);
  auto exchange = std::make_unique<Exchange>(line, number);
  ModelFault fault = world.faults_.model();
  if (fault == ModelFault::goes_away) {
    provider->away_until = now() + world.faults_.pause(away_time_max);
    ++provider->ends;
  }
  co_await sleep_for(world.faults_.pause(connect_time_max));
  if (line->is_dead || fault == ModelFault::refused || !is_there(*provider)) {
    co_return refused(*provider);
  }
  ModelScript script =
      make_script({*provider->wire, *question, fault, number, world.clock_.now()}, world.random_);
  world.checker_.on_said(script.said);
  unsigned ends = provider->ends;
  Instant head_at = now() + script.head_after;
  Instant limit = std::min(deadline, now() + request.limits->first_byte_time);
  co_await sleep_until(std::min(head_at, limit));
  if (head_at > limit) {
    co_return failed(Failure::Kind::too_slow, Failure::Stage::first_byte, "no head came in time");
  }
  if (line->is_dead || ends != provider->ends) {
    co_return failed(Failure::Kind::broken, Failure::Stage::first_byte, "the connection broke");
  }
  co_return std::make_unique<ArrivingAnswer>(
      std::move(script), *provider, ArrivingAnswer::Limits{request.limits->gap_time, deadline},
      std::move(exchange));
}

}  // namespace antiphon::simulate
