#include "server/commands/command_line.h"
#include "server/models.h"

namespace antiphon::server {
namespace {

// The gateway of a command, which keeps no accounts.
class CommandModels final : public ReachedModels {
 public:
  explicit CommandModels(Settings settings)
      : settings_(std::move(settings)), shared_(settings_, clock_, metrics_) {
    if (!shared_.are_there()) return;
    models_.emplace(CoreModels::Parts{.settings = settings_,
                                      .shared = shared_,
                                      .network = network_,
                                      .random = random_,
                                      .cache = cache_,
                                      .metrics = metrics_,
                                      .log = log_});
  }

  bool are_there() const { return shared_.are_there(); }
  gateway::Gateway& gateway() override { return models_->gateway(); }
  Task<> stop() override { return models_->stop(); }

 private:
  static constexpr std::size_t cache_bytes = std::size_t{16} << 20;

  Settings settings_;
  SystemClock clock_;
  SystemRandom random_;
  SystemNetwork network_;
  metrics::Registry metrics_;
  log::Logger log_{clock_, {.level = log::Level::warning}};
  store::MemoryCache cache_{clock_, cache_bytes};
  SharedModels shared_;
  std::optional<CoreModels> models_;
};

}  // namespace

std::unique_ptr<ReachedModels> reach_set_models() {
  auto models = std::make_unique<CommandModels>(load_settings().values);
  if (!models->are_there()) return nullptr;
  return models;
}

}  // namespace antiphon::server
