#pragma once

#include <array>
#include <memory>
#include <string>

#include "engine/http/client.h"
#include "engine/simulate/faults.h"
#include "engine/simulate/model_checker.h"
#include "engine/standin/wire.h"

namespace antiphon::simulate {

/// A provider of the world: `name` is its kind, and its host is NAME.simulated.
struct Provider {
  std::string name;
  const standin::ChatWire* wire;
  Instant away_until{};  ///< nobody listens before
  unsigned ends = 0;     ///< how often it went; what was under way then is broken
};

/// The providers of models of a world, one of each kind: OpenAI, Ollama, Gemini, Anthropic. They
/// speak their real formats, misbehave by chance, and outlive the processes that ask them.
class Providers {
 public:
  /// All outlive it.
  Providers(const Clock& clock, Random& random, Faults& faults, ModelChecker& checker);

  static constexpr std::array<const char*, 4> names{"openai", "ollama", "gemini", "anthropic"};
  static std::string host_of(std::string_view name);
  static std::string model_of(std::string_view name);

 private:
  friend class ModelClient;
  Provider& at(const http::ClientRequest& request);

  const Clock& clock_;
  Random& random_;
  Faults& faults_;
  ModelChecker& checker_;
  std::array<Provider, names.size()> providers_;
  std::uint64_t calls_ = 0;
};

/// How one process reaches them, in place of an HTTP client: what is sent is read as the provider
/// would, and its answer comes in pieces, in time.
class ModelClient final : public http::HttpClient {
 public:
  explicit ModelClient(Providers& providers);
  ~ModelClient() override;

  Task<Opened> open(http::ClientRequest request, Instant deadline) override;
  /// @throws always: nothing of a model's leaves HTTP
  Task<Upgraded> upgrade(http::ClientRequest request, Instant deadline) override;

  /// The process is killed: its calls are gone, and no provider hears of it any more.
  void die();

 private:
  struct Line;
  class Exchange;
  class ArrivingAnswer;

  Task<Opened> ask(Provider* provider, http::ClientRequest request, Instant deadline);
  std::optional<standin::ChatQuestion> hear(const Provider& provider,
                                            const http::ClientRequest& request,
                                            std::uint64_t number);
  bool is_there(const Provider& provider) const;
  static std::unexpected<http::ClientFailure> refused(const Provider& provider);

  Providers& providers_;
  std::shared_ptr<Line> line_;
};

}  // namespace antiphon::simulate
