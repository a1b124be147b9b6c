#include "server/doctor/speech_check.h"

#include <fmt/format.h>

#include <filesystem>

#include "engine/async/call.h"
#include "engine/async/child.h"
#include "engine/remote_speech/http_transcriber.h"
#include "engine/remote_speech/make_speech.h"
#include "engine/remote_speech/transcription_request.h"
#include "engine/speech/embedded_recogniser.h"
#include "server/process.h"

namespace antiphon::server::doctor {
namespace {

constexpr int unauthenticated = 401;
constexpr int forbidden = 403;

Finding program_finding(const std::string& program, std::string_view use) {
  std::string path = find_program(program);
  if (!path.empty()) return {.subject = program, .message = path};
  return {.subject = program,
          .health = Health::warning,
          .message = fmt::format("not installed: {}", use),
          .advice = fmt::format("Install the package {}.", program)};
}

Finding pages_finding(const std::string& chosen) {
  std::string folder = chosen.empty() ? shipped_folder("web") : chosen;
  if (std::filesystem::is_directory(folder)) return {.subject = "pages", .message = folder};
  return {.subject = "pages",
          .health = Health::warning,
          .message = "no such folder: the server has an API and no pages",
          .advice = "Build them (make pages), or name their folder in server.pages."};
}

// The status of a question that costs nothing.
Task<int> status_of(http::HttpClient* client, http::ClientRequest request, Instant deadline) {
  co_return (co_await client->send(std::move(request), deadline)).status;
}

}  // namespace

Findings check_programs(const Settings& settings) {
  Findings findings{program_finding("ffmpeg", "recordings and clips cannot be decoded")};
  if (settings.speech.embedded || settings.speech.voices.empty()) {
    findings.push_back(program_finding("espeak-ng", "nothing is spoken by the embedded voice"));
  }
  findings.push_back(pages_finding(settings.server.pages));
  return findings;
}

Task<Finding> check_embedded_recogniser(Outside outside, SpeechSettings settings) {
  Finding finding{.subject = "embedded recogniser", .message = "English is recognised"};
  bool is_needed = settings.embedded || settings.recognisers.empty();
  if (!is_needed) {
    finding.message = "off: servers recognise speech alone";
    co_return finding;
  }
  Instant begun = Core::here().clock().steady();
  std::optional<std::string> problem;
  try {
    speech::EmbeddedRecogniser recogniser(
        {.program = settings.program, .model_directory = settings.model});
    problem = co_await within(begun + outside.time_max, recogniser.check());
  } catch (const Error& error) {
    problem = error.message();
  }
  finding.took_ms = in_milliseconds(Core::here().clock().steady() - begun);
  if (!problem) co_return finding;
  finding.health = Health::warning;
  finding.message = *problem;
  finding.advice = "Look at speech.program and speech.model; typed text works without.";
  co_return finding;
}

Task<Findings> check_recogniser(Outside outside, http::HttpClient* client,
                                remote_speech::RecogniserSettings settings) {
  std::string subject = fmt::format("recogniser {}", settings.name);
  Findings findings;
  findings.push_back(co_await reach(outside, subject, settings.url,
                                    fmt::format("url of the recogniser {}", settings.name)));
  if (findings.back().health == Health::problem) co_return findings;
  auto server = std::make_shared<remote_speech::SpeechServer>(settings.name, settings.at_once());
  remote_speech::HttpTranscriber transcriber(*client, settings, server);
  Instant begun = Core::here().clock().steady();
  auto illness = co_await transcriber.check(begun + outside.time_max);
  Finding finding{.subject = std::move(subject),
                  .message = "ready",
                  .took_ms = in_milliseconds(Core::here().clock().steady() - begun)};
  if (illness) {
    finding.health = Health::problem;
    finding.message = *std::move(illness);
    finding.advice = "Look at its kind, its key and its own log: docs/speech-servers.md.";
  }
  findings.push_back(std::move(finding));
  co_return findings;
}

Task<Findings> check_voice(Outside outside, http::HttpClient* client,
                           remote_speech::SynthesiserSettings settings) {
  std::string subject = fmt::format("voice {}", settings.name);
  Findings findings;
  findings.push_back(co_await reach(outside, subject, settings.url,
                                    fmt::format("url of the voice {}", settings.name)));
  bool has_list = settings.kind == remote_speech::SynthesiserKind::openai;
  if (findings.back().health == Health::problem || !has_list) co_return findings;
  Finding finding{.subject = std::move(subject), .message = "its key is not refused"};
  try {
    Instant deadline = Core::here().clock().steady() + outside.time_max;
    int status = co_await status_of(
        client,
        remote_speech::request_below(http::Method::get, settings.url, "/models", settings.api_key),
        deadline);
    if (status == unauthenticated || status == forbidden) {
      finding.health = Health::problem;
      finding.message = fmt::format("its key is refused ({})", status);
      finding.advice = fmt::format("Correct api_key of the voice {}.", settings.name);
    }
  } catch (const Error& error) {
    finding.health = Health::problem;
    finding.message = error.message();
    finding.advice = "It takes connections and answers nothing: look at its own log.";
  }
  findings.push_back(std::move(finding));
  co_return findings;
}

}  // namespace antiphon::server::doctor
