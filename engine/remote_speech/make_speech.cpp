#include "engine/remote_speech/make_speech.h"

#include <set>

#include "engine/remote_speech/failover_synthesiser.h"
#include "engine/remote_speech/http_synthesiser.h"
#include "engine/remote_speech/http_transcriber.h"
#include "engine/remote_speech/stream_transcriber.h"

namespace antiphon::remote_speech {
namespace {

template <class Settings>
ServerList<Settings> make_list(const std::vector<Settings>& settings, Telling telling,
                               std::string_view at) {
  std::vector<FieldError> faults;
  std::set<std::string> names;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    std::string place = fmt::format("{}/{}", at, i);
    for (FieldError& fault : find_faults(settings[i], place)) faults.push_back(std::move(fault));
    if (names.insert(settings[i].name).second) continue;
    faults.push_back({place + "/name", "duplicate",
                      fmt::format("Two servers have the name \"{}\".", settings[i].name)});
  }
  if (!faults.empty()) throw Error(std::move(faults));
  ServerList<Settings> list;
  for (const Settings& each : settings) {
    list.members.push_back(
        {each, std::make_shared<SpeechServer>(each.name, each.at_once(), telling)});
  }
  return list;
}

}  // namespace

RecogniserServers make_servers(const std::vector<RecogniserSettings>& settings, Telling telling,
                               std::string_view at) {
  return make_list(settings, telling, at);
}

SynthesiserServers make_servers(const std::vector<SynthesiserSettings>& settings, Telling telling,
                                std::string_view at) {
  return make_list(settings, telling, at);
}

std::unique_ptr<speech::Recogniser> make_recogniser(const RecogniserServers& servers,
                                                    http::HttpClient& client,
                                                    speech::Recogniser* last_resort,
                                                    FailoverOptions options) {
  std::vector<std::shared_ptr<Transcriber>> transcribers;
  for (const auto& [settings, server] : servers.members) {
    transcribers.push_back(std::make_shared<HttpTranscriber>(client, settings, server));
  }
  if (last_resort) transcribers.push_back(std::make_shared<StreamTranscriber>(*last_resort));
  if (transcribers.empty()) return nullptr;
  return std::make_unique<FailoverRecogniser>(std::move(transcribers), std::move(options));
}

std::shared_ptr<speech::Synthesiser> make_synthesiser(
    const SynthesiserServers& servers, http::HttpClient& client,
    std::shared_ptr<speech::Synthesiser> last_resort) {
  std::vector<std::shared_ptr<speech::Synthesiser>> list;
  for (const auto& [settings, server] : servers.members) {
    list.push_back(std::make_shared<HttpSynthesiser>(client, settings, server));
  }
  if (last_resort) list.push_back(std::move(last_resort));
  if (list.empty()) return nullptr;
  return std::make_shared<FailoverSynthesiser>(std::move(list));
}

}  // namespace antiphon::remote_speech
