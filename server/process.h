#pragma once

#include <memory>
#include <string>

#include "engine/app/changes.h"
#include "engine/app/health.h"
#include "engine/app/idempotency.h"
#include "engine/app/waterfall.h"
#include "engine/async/core.h"
#include "engine/async/network.h"
#include "engine/async/pool.h"
#include "engine/async/tls.h"
#include "engine/http/origin.h"
#include "engine/http/upload.h"
#include "engine/identity/identity.h"
#include "engine/live/live.h"
#include "engine/live/log_file.h"
#include "engine/log/logger.h"
#include "engine/metrics/process.h"
#include "engine/metrics/registry.h"
#include "engine/record/recordings.h"
#include "engine/remote_speech/make_speech.h"
#include "engine/socketio/socket_server.h"
#include "engine/speech/speech_program.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/database.h"
#include "engine/store/jobs.h"
#include "engine/trace/tracer.h"
#include "server/config.h"
#include "server/data_folder.h"
#include "server/models.h"

namespace antiphon::server {

inline constexpr std::string_view version = "0.1.0";

/// What a process has once, for all its cores. Members stand in the order in which they are made;
/// they go in the reverse one.
struct Process {
  explicit Process(Settings settings, const KeepWaiting& keep_waiting = {});

  Settings settings;
  SystemClock clock;
  SystemRandom random;
  log::Logger log;
  metrics::Registry metrics;
  metrics::ProcessMetrics own_metrics{metrics};
  metrics::Source log_lost;
  std::unique_ptr<trace::Tracer> tracer;  ///< null: nobody records
  std::unique_ptr<TlsServer> tls;         ///< null: connections are plain
  SharedModels models;
  DataFolder data;  ///< after whatever may be wrong without it
  http::Origins origins;
  Cores cores;
  gateway::GatewayHomes gateways{cores};
  SystemNetwork network;
  Pool files{{.name = "files", .threads = 2, .nice = 0, .metrics = &metrics}};
  Pool hashing{{.name = "hashing", .threads = 2, .queue_max = 64, .nice = 10, .metrics = &metrics}};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::SqlCache> answers;  ///< of models; null: they are kept in memory alone
  store::DiskBlobs blobs;
  store::BlobLedger blob_ledger;
  http::DiskUploads uploads;
  store::Jobs jobs;
  app::Changes changes;
  app::Waterfalls waterfalls{&metrics};
  app::Idempotency idempotency;
  identity::SignInCodes codes;
  identity::Identity identity;
  live::SystemLogFiles log_files;
  live::Live live;
  socketio::SocketServer sockets{{cores, random, origins}};
  std::shared_ptr<speech::SpeechProgram> speech;  ///< one antiphon-speech for all cores
  remote_speech::RecogniserServers recognisers;   ///< of others; their turns and breakers
  remote_speech::SynthesiserServers voices;
  Timestamp started = clock.now();
  std::atomic<std::int64_t> connections{0};

  record::RecordingOptions recording_options() const;

  bool has_speech_servers() const {
    return !recognisers.members.empty() || !voices.members.empty();
  }

  /// Why speech is not recognised; empty when it is.
  void set_recogniser_problem(std::string problem);
  app::Dependency recogniser_state() const;
  /// Whether recordings can be decoded.
  static app::Dependency media_state();

 private:
  mutable std::mutex mutex_;
  std::string recogniser_problem_;
};

/// Where recordings and their key are, for a data folder.
struct RecordPlaces {
  std::filesystem::path folder;
  std::filesystem::path key_file;
};
RecordPlaces record_places(const RecordSettings& wanted, const std::filesystem::path& data);

/// Name and path of what the replay of a recording needs the same of.
std::vector<std::pair<std::string, std::string>> replay_ingredients(const Settings& settings);

/// A folder that ships beside the program: "director-library", "web"; empty when it is not there.
std::string shipped_folder(std::string_view name);

}  // namespace antiphon::server
