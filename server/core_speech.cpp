#include "server/core_speech.h"

#include "engine/remote_speech/http_transcriber.h"
#include "engine/remote_speech/make_speech.h"
#include "engine/speech/embedded_synthesiser.h"

namespace antiphon::server {
namespace {

// A server is asked for its health within so long.
constexpr Duration server_check_time = std::chrono::seconds(5);

bool any_is_secure(const SpeechSettings& settings) {
  auto is_secure = [](const auto& server) { return server.url.starts_with("https:"); };
  return std::ranges::any_of(settings.recognisers, is_secure) ||
         std::ranges::any_of(settings.voices, is_secure);
}

std::unique_ptr<TlsClient> make_client_tls(const SpeechSettings& settings) {
  if (!any_is_secure(settings)) return nullptr;
  return std::make_unique<TlsClient>(TlsClient::Options{});
}

}  // namespace

CoreSpeech::CoreSpeech(Process& process)
    : process_(process),
      tls_(make_client_tls(process.settings.speech)),
      client_(process.network,
              {.reach = http::Reach::everywhere,
               .pool = {.connections_min = 1},
               .tls = tls_.get(),
               .metrics = process.has_speech_servers() ? &process.metrics : nullptr,
               .name = "speech"}),
      embedded_(process.speech) {
  bool falls_back = process.settings.speech.embedded;
  if (!process.recognisers.members.empty()) {
    servers_ = remote_speech::make_recogniser(process.recognisers, client_,
                                              falls_back ? &embedded_ : nullptr,
                                              {.metrics = &process.metrics});
  }
  auto espeak = std::make_shared<speech::EmbeddedSynthesiser>();
  synthesiser_ =
      process.voices.members.empty()
          ? espeak
          : remote_speech::make_synthesiser(process.voices, client_, falls_back ? espeak : nullptr);
}

CoreSpeech::~CoreSpeech() = default;

speech::Recogniser& CoreSpeech::recogniser() {
  if (servers_) return *servers_;
  return embedded_;
}

Task<std::vector<std::string>> CoreSpeech::check_servers() {
  std::vector<std::string> problems;
  for (const auto& [settings, server] : process_.recognisers.members) {
    remote_speech::HttpTranscriber transcriber(client_, settings, server);
    auto problem = co_await transcriber.check(Core::here().clock().steady() + server_check_time);
    if (problem) problems.push_back(*std::move(problem));
  }
  co_return problems;
}

Task<> CoreSpeech::stop() { co_await client_.stop(); }

}  // namespace antiphon::server
