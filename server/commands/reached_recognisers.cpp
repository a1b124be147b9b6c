#include "engine/remote_speech/make_speech.h"
#include "engine/schema/nearest.h"
#include "server/commands/command_line.h"

namespace antiphon::server {
namespace {

std::vector<remote_speech::RecogniserSettings> chosen_of(
    std::vector<remote_speech::RecogniserSettings> all, const std::vector<std::string>& wanted) {
  std::vector<std::string_view> names;
  for (const auto& one : all) names.push_back(one.name);
  for (const std::string& name : wanted) {
    if (std::ranges::find(names, name) != names.end()) continue;
    auto like = schema::nearest(name, names);
    throw Error(Code::invalid,
                fmt::format("\"{}\" is no recogniser that is set up{}.", name,
                            like.empty() ? "" : fmt::format("; the nearest is \"{}\"", like)));
  }
  if (wanted.empty()) return all;
  std::erase_if(
      all, [&](const auto& one) { return std::ranges::find(wanted, one.name) == wanted.end(); });
  return all;
}

}  // namespace

/// Each as a recogniser of its own: none stands in for another.
struct ReachedRecognisers::Parts {
  explicit Parts(const std::vector<remote_speech::RecogniserSettings>& settings)
      : client(network, {.reach = http::Reach::everywhere, .tls = &tls, .name = "speech"}) {
    auto servers = remote_speech::make_servers(settings, {}, "/speech/recognisers");
    for (auto& member : servers.members) {
      std::string name = member.settings.name;
      remote_speech::RecogniserServers alone{.members = {std::move(member)}};
      recognisers.emplace_back(std::move(name),
                               remote_speech::make_recogniser(alone, client, nullptr));
    }
  }

  SystemNetwork network;
  TlsClient tls;
  http::NetworkHttpClient client;
  std::vector<std::pair<std::string, std::unique_ptr<speech::Recogniser>>> recognisers;
};

ReachedRecognisers::ReachedRecognisers(const std::vector<std::string>& wanted)
    : parts_(
          std::make_unique<Parts>(chosen_of(load_settings().values.speech.recognisers, wanted))) {}

ReachedRecognisers::~ReachedRecognisers() = default;

std::vector<eval::Run::NamedRecogniser> ReachedRecognisers::all() const {
  std::vector<eval::Run::NamedRecogniser> all;
  for (const auto& [name, recogniser] : parts_->recognisers) {
    all.push_back({name, recogniser.get()});
  }
  return all;
}

Task<> ReachedRecognisers::stop() { co_await parts_->client.stop(); }

}  // namespace antiphon::server
