#include "server/process.h"

#include <unistd.h>

#include <filesystem>

#include "engine/async/child.h"
#include "engine/log/personal.h"
#include "server/server_metrics.h"

namespace antiphon::server {
namespace {

log::Options log_options(const LogSettings& settings) {
  return {.level = log::parse_level(settings.level).value_or(log::Level::info),
          .form = settings.format == "json" ? log::Form::json : log::Form::text,
          .mask = log::mask_personal};
}

unsigned core_count(std::int64_t wanted) {
  if (wanted > 0) return static_cast<unsigned>(wanted);
  return std::max(1u, std::thread::hardware_concurrency());
}

std::string database_url(const Settings& settings, const DataFolder& data) {
  if (!settings.store.database_url.empty()) return settings.store.database_url;
  return "sqlite:" + (data.path() / "antiphon.sqlite").string();
}

std::unique_ptr<TlsServer> make_tls(const TlsSettings& settings, Timestamp now) {
  if (settings.certificate_file.empty() != settings.key_file.empty()) {
    throw Error(Code::invalid,
                "TLS takes a certificate and its key: set both tls.certificate_file and "
                "tls.key_file, or neither.");
  }
  if (settings.certificate_file.empty()) return nullptr;
  TlsServer::Files files{settings.certificate_file, settings.key_file};
  return std::make_unique<TlsServer>(std::move(files), now);
}

std::unique_ptr<trace::Tracer> make_tracer(const TraceSettings& settings, const Clock& clock,
                                           Random& random) {
  if (settings.endpoint.empty()) return nullptr;
  return std::make_unique<trace::Tracer>(
      clock, random,
      trace::Tracer::Options{.sample_ratio = settings.sample_ratio, .mask = log::mask_personal});
}

store::DatabaseOptions database_options(const StoreSettings& settings, metrics::Registry& metrics,
                                        const log::Logger& log) {
  return {.connections_min = static_cast<unsigned>(settings.connections_min),
          .connections_max = static_cast<unsigned>(settings.connections_max),
          .acquire_max = settings.acquire_ms,
          .watch = {.registry = &metrics, .log = log, .slow = settings.slow_statement_ms}};
}

speech::EmbeddedOptions speech_options(const SpeechSettings& settings, metrics::Registry& metrics) {
  return {.program = settings.program,
          .model_directory = settings.model,
          .processors = settings.processors,
          .streams_max = static_cast<std::size_t>(settings.streams_max),
          .metrics = &metrics};
}

}  // namespace

Process::Process(Settings given, const KeepWaiting& keep_waiting)
    : settings(std::move(given)),
      log(clock, log_options(settings.log)),
      log_lost(metrics.source(log_lost_metric, {},
                              [this] { return static_cast<double>(log.dropped()); })),
      tracer(make_tracer(settings.trace, clock, random)),
      tls(make_tls(settings.tls, clock.now())),
      models(settings, clock, metrics),
      data(std::filesystem::absolute(settings.server.data), keep_waiting),
      origins{.allowed = settings.server.allowed_origins},
      cores(core_count(settings.server.cores), clock),
      database(store::make_database(database_url(settings, data),
                                    database_options(settings.store, metrics, log))),
      answers(make_answer_cache(settings, *database, metrics)),
      blobs(data.path() / "blobs", files, random),
      blob_ledger(*database, blobs, random, {.metrics = &metrics}),
      uploads(data.path() / "uploads", files, random),
      jobs(*database, random),
      idempotency(*database, log),
      codes(clock, random),
      identity({.database = *database,
                .hashing = hashing,
                .clock = clock,
                .random = random,
                .codes = codes}),
      live({.cores = cores,
            .log_files = log_files,
            .folder = (data.path() / "live").string(),
            .files_pool = &files,
            .random = random,
            .metrics = &metrics,
            .log = log}),
      speech(std::make_shared<speech::SpeechProgram>(speech_options(settings.speech, metrics))),
      recognisers(remote_speech::make_servers(
          settings.speech.recognisers, {.metrics = &metrics, .log = &log}, "/speech/recognisers")),
      voices(remote_speech::make_servers(settings.speech.voices, {.metrics = &metrics, .log = &log},
                                         "/speech/voices")) {
  metrics.gauge(build_metric, {version}).set(1);
}

record::RecordingOptions Process::recording_options() const {
  constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
  const RecordSettings& wanted = settings.record;
  auto [folder, key_file] = record_places(wanted, data.path());
  return {.is_enabled = wanted.enabled,
          .folder = folder,
          .key_file = key_file,
          .file_bytes_max = static_cast<std::uint64_t>(wanted.file_mb_max) * mebibyte,
          .folder_bytes_max = static_cast<std::uint64_t>(wanted.folder_mb_max) * mebibyte,
          .program = std::string(version),
          .ingredients = replay_ingredients(settings)};
}

RecordPlaces record_places(const RecordSettings& wanted, const std::filesystem::path& data) {
  RecordPlaces places{data / "records", data / "record.key"};
  if (!wanted.folder.empty()) places.folder = wanted.folder;
  if (!wanted.key_file.empty()) places.key_file = wanted.key_file;
  return places;
}

std::vector<std::pair<std::string, std::string>> replay_ingredients(const Settings& settings) {
  return {{"speech model", settings.speech.model}, {"lexicon", shipped_folder("lexicon")}};
}

void Process::set_recogniser_problem(std::string problem) {
  std::lock_guard lock(mutex_);
  recogniser_problem_ = std::move(problem);
}

app::Dependency Process::recogniser_state() const {
  std::lock_guard lock(mutex_);
  return {.name = "recogniser",
          .state = recogniser_problem_.empty() ? "ok" : "degraded",
          .message = recogniser_problem_};
}

app::Dependency Process::media_state() {
  app::Dependency media{.name = "media"};
  if (find_program("ffmpeg").empty()) {
    media.state = "degraded";
    media.message = "Recordings cannot be decoded: install the package ffmpeg.";
  }
  return media;
}

std::string shipped_folder(std::string_view name) {
  std::error_code failure;
  auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
  auto folder = program.parent_path() / "share" / name;
  return std::filesystem::is_directory(folder, failure) ? folder.string() : "";
}

}  // namespace antiphon::server
