#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/app/changes.h"
#include "engine/app/waterfall.h"
#include "engine/async/network.h"
#include "engine/async/pool.h"
#include "engine/async/task_group.h"
#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/gateway/gateway.h"
#include "engine/http/origin.h"
#include "engine/http/router.h"
#include "engine/identity/identity.h"
#include "engine/live/live.h"
#include "engine/log/logger.h"
#include "engine/metrics/registry.h"
#include "engine/record/recordings.h"
#include "engine/skill/skill.h"
#include "engine/socketio/socket_server.h"
#include "engine/speech/recogniser.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/cache.h"
#include "engine/store/database.h"
#include "engine/store/job_runner.h"
#include "engine/trace/tracer.h"

namespace antiphon::app {

/// What an app may use, on one core. Built in server/; a class takes from it exactly what it uses.
struct Services {
  // Of the process: thread-safe.
  const Clock& clock;
  Random& random;
  log::Logger& log;
  metrics::Registry& metrics;
  trace::Tracer* tracer;         ///< null: nobody records
  const http::Origins& origins;  ///< whose pages may open sockets
  live::Live& sessions;          ///< the hubs of all cores
  socketio::SocketServer& sockets;
  identity::Identity& identity;
  store::Database& database;
  store::BlobStore& blobs;
  store::BlobLedger& blob_ledger;  ///< blobs with owners, within quotas
  store::Jobs& jobs;
  Pool& files;  ///< reads and writes files
  Changes& changes;
  Waterfalls& waterfalls;  ///< where the time of turns went

  // Of this core.
  Network& network;
  http::Router& router;
  live::Hub& live;
  record::Recordings& recordings;
  store::Cache& cache;
  gateway::Gateway* gateway;  ///< null: no model is set up
  skill::Skills& skills;
  speech::Recogniser& recogniser;
  TaskGroup& tasks;              ///< ends before the app goes
  store::JobRunner* job_runner;  ///< on the first core; null on the others

  std::vector<std::string> tenants;  ///< as of the start
  std::string settings;  ///< the app's section of the configuration, as JSON; "{}" for none
  /// A folder that ships beside the program; "" when it is not there.
  std::function<std::string(std::string_view name)> shipped_folder;
};

}  // namespace antiphon::app
