#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "apps/director/settings.h"
#include "engine/gateway/settings.h"
#include "engine/model/provider_settings.h"
#include "engine/remote_speech/synthesiser_settings.h"
#include "engine/schema/describe.h"

// What can be set. Layers: these defaults, antiphon.toml, the usual environment names, ANTIPHON_*,
// flags (E-2). Units stand last in a name.

namespace antiphon::server {

struct ServerSettings {
  std::string listen = "127.0.0.1:8080";
  std::string data = "antiphon-data";
  std::int64_t cores = 0;
  std::chrono::milliseconds shutdown_ms{10'000};
  std::string app;
  std::vector<std::string> allowed_origins;
  std::string pages;
};

inline auto describe(schema::Tag<ServerSettings>) {
  return schema::object<ServerSettings>("ServerSettings", "The server itself")
      .field("listen", &ServerSettings::listen, "Address and port; port 0 takes a free one")
      .field("data", &ServerSettings::data, "Folder for everything the server keeps")
      .field("cores", &ServerSettings::cores, "Event loops; 0: one for each processor",
             schema::min(0), schema::max(256))
      .field("shutdownMs", &ServerSettings::shutdown_ms, "Longest time a stop may take",
             schema::min(0), schema::max(600'000))
      .field("app", &ServerSettings::app, "Serve this app alone; empty: all")
      .field("allowedOrigins", &ServerSettings::allowed_origins,
             "Origins besides our own whose pages may call and open sockets")
      .field("pages", &ServerSettings::pages,
             "Folder of the built pages; empty: beside the program")
      .all_defaulted();
}

struct TlsSettings {
  std::string certificate_file;
  std::string key_file;
};

inline auto describe(schema::Tag<TlsSettings>) {
  return schema::object<TlsSettings>("TlsSettings", "TLS 1.3; without a certificate: plain HTTP")
      .field("certificateFile", &TlsSettings::certificate_file,
             "PEM file: the server's certificate, then its chain; read again when it changes")
      .field("keyFile", &TlsSettings::key_file,
             "PEM file of the certificate's key, not encrypted; read again when it changes")
      .all_defaulted();
}

struct StoreSettings {
  std::string database_url;
  std::int64_t connections_min = 5;
  std::int64_t connections_max = 50;
  std::chrono::milliseconds acquire_ms{1'000};
  std::chrono::milliseconds slow_statement_ms{500};
};

inline auto describe(schema::Tag<StoreSettings>) {
  return schema::object<StoreSettings>("StoreSettings", "Where rows are kept")
      .field("databaseUrl", &StoreSettings::database_url,
             "postgresql://… or sqlite:PATH; empty: SQLite in the data folder", schema::secret,
             schema::environment("DATABASE_URL"))
      .field("connectionsMin", &StoreSettings::connections_min,
             "Connections to PostgreSQL that are kept once they were needed", schema::min(0),
             schema::max(1'000))
      .field("connectionsMax", &StoreSettings::connections_max, "Connections to PostgreSQL at most",
             schema::min(1), schema::max(1'000))
      .field("acquireMs", &StoreSettings::acquire_ms,
             "Longest time a transaction waits for a connection", schema::min(1),
             schema::max(600'000))
      .field("slowStatementMs", &StoreSettings::slow_statement_ms,
             "A statement that takes longer is logged by its name", schema::min(1),
             schema::max(600'000))
      .all_defaulted();
}

struct LogSettings {
  std::string level = "info";
  std::string format = "text";
};

inline auto describe(schema::Tag<LogSettings>) {
  return schema::object<LogSettings>("LogSettings", "What is logged, to standard error")
      .field("level", &LogSettings::level, "The least that is logged",
             schema::one_of({"debug", "info", "warning", "error"}))
      .field("format", &LogSettings::format, "For people or for programs",
             schema::one_of({"text", "json"}))
      .all_defaulted();
}

struct TraceSettings {
  std::string endpoint;
  std::string headers;
  std::string service_name = "antiphon";
  double sample_ratio = 1;
  std::chrono::milliseconds timeout_ms{10'000};
  std::string authorities_file;
};

inline auto describe(schema::Tag<TraceSettings>) {
  return schema::object<TraceSettings>("TraceSettings",
                                       "Traces, exported to a collector over OTLP/HTTP (JSON)")
      .field("endpoint", &TraceSettings::endpoint,
             "The collector, http://127.0.0.1:4318; spans go to /v1/traces there; empty: nothing "
             "is exported",
             schema::environment("OTEL_EXPORTER_OTLP_ENDPOINT"))
      .field("headers", &TraceSettings::headers,
             "Headers of each export: name=value,name=value, values percent-encoded",
             schema::secret, schema::environment("OTEL_EXPORTER_OTLP_HEADERS"))
      .field("serviceName", &TraceSettings::service_name, "service.name of every span",
             schema::environment("OTEL_SERVICE_NAME"))
      .field("sampleRatio", &TraceSettings::sample_ratio,
             "Share of the traces that begin here and are recorded; a caller's are recorded as the "
             "caller decided",
             schema::min(0), schema::max(1), schema::environment("OTEL_TRACES_SAMPLER_ARG"))
      .field("timeoutMs", &TraceSettings::timeout_ms, "Longest time one export may take",
             schema::min(1), schema::max(600'000),
             schema::environment("OTEL_EXPORTER_OTLP_TIMEOUT"))
      .field("authoritiesFile", &TraceSettings::authorities_file,
             "PEM file of the authorities to trust for https; empty: those of the system",
             schema::environment("OTEL_EXPORTER_OTLP_CERTIFICATE"))
      .all_defaulted();
}

inline constexpr std::size_t speech_servers_max = 16;

struct SpeechSettings {
  std::string program;
  std::string model = "/usr/share/pocketsphinx/model/en-us";
  double processors = 0;
  std::int64_t streams_max = 64;
  std::vector<remote_speech::RecogniserSettings> recognisers;
  std::vector<remote_speech::SynthesiserSettings> voices;
  bool embedded = true;
};

inline auto describe(schema::Tag<SpeechSettings>) {
  return schema::object<SpeechSettings>("SpeechSettings", "Speech, embedded and of servers")
      .field("program", &SpeechSettings::program, "antiphon-speech; empty: beside this program")
      .field("model", &SpeechSettings::model, "Folder of the English model")
      .field(
          "processors", &SpeechSettings::processors,
          "Processors that recognition may take: streams are admitted by what they were measured "
          "to cost; 0: three quarters of all",
          schema::min(0), schema::max(1024))
      .field("streamsMax", &SpeechSettings::streams_max,
             "Streams that are heard at the same time, whatever they cost; each takes about 21 MB",
             schema::min(1), schema::max(4096))
      .field("recognisers", &SpeechSettings::recognisers,
             "Servers that recognise speech, in the order in which they are asked: a list of "
             "[[speech.recognisers]], docs/speech-servers.md",
             schema::max_items(speech_servers_max))
      .field("voices", &SpeechSettings::voices,
             "Servers that speak, in the order in which they are asked: a list of "
             "[[speech.voices]]",
             schema::max_items(speech_servers_max))
      .field("embedded", &SpeechSettings::embedded,
             "Whether the embedded recogniser and voice go on when no server that is set can")
      .all_defaulted();
}

struct RecordSettings {
  bool enabled = false;
  std::string folder;
  std::string key_file;
  std::int64_t file_mb_max = 1024;
  std::int64_t folder_mb_max = 20480;
};

inline auto describe(schema::Tag<RecordSettings>) {
  return schema::object<RecordSettings>("RecordSettings",
                                        "Recordings of live sessions, for antiphon replay")
      .field("enabled", &RecordSettings::enabled,
             "Whether a session may be recorded when it is opened with consent")
      .field("folder", &RecordSettings::folder,
             "Where recordings stand, sealed; empty: records in the data folder")
      .field("keyFile", &RecordSettings::key_file,
             "The key that seals them, made when it is missing; empty: record.key in the data "
             "folder")
      .field("fileMbMax", &RecordSettings::file_mb_max, "Size at which a recording ends",
             schema::min(1), schema::max(1'048'576), schema::unit("MiB"))
      .field("folderMbMax", &RecordSettings::folder_mb_max,
             "Size of all at which no other one begins", schema::min(1), schema::max(1'048'576),
             schema::unit("MiB"))
      .all_defaulted();
}

struct Settings {
  ServerSettings server;
  TlsSettings tls;
  StoreSettings store;
  LogSettings log;
  TraceSettings trace;
  SpeechSettings speech;
  RecordSettings record;
  std::vector<model::ProviderSettings> providers;
  gateway::GatewaySettings gateway;
  director::DirectorSettings director;
};

inline auto describe(schema::Tag<Settings>) {
  return schema::object<Settings>("Settings", "Everything that can be set")
      .field("server", &Settings::server, "The server itself")
      .field("tls", &Settings::tls, "Encryption of connections")
      .field("store", &Settings::store, "Where rows are kept")
      .field("log", &Settings::log, "What is logged")
      .field("trace", &Settings::trace, "Export of traces")
      .field("speech", &Settings::speech, "Speech, embedded and of servers")
      .field("record", &Settings::record, "Recordings of live sessions")
      .field("providers", &Settings::providers, "Where models are, and how they speak")
      .field("gateway", &Settings::gateway, "Which model answers")
      .field("director", &Settings::director, "The director app")
      .all_defaulted();
}

}  // namespace antiphon::server
