#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/app/app.h"
#include "engine/app/gate.h"
#include "engine/app/job_routes.h"
#include "engine/app/synthesis_routes.h"
#include "engine/app/usage_routes.h"
#include "engine/front/audio_routes.h"
#include "engine/front/front.h"
#include "engine/http/server.h"
#include "engine/http/static_folder.h"
#include "engine/identity/identity_routes.h"
#include "engine/identity/key_routes.h"
#include "server/core_speech.h"

namespace antiphon::server {

/// Kept free for telephone calls (E-16).
inline constexpr std::string_view reserved_path = "/ws/voice/";

/// Everything that one core serves: its own instance of each app and of what they use. Made, used
/// and destroyed on its core.
class CoreServer {
 public:
  CoreServer(Process& process, std::span<const app::AppInfo* const> apps,
             std::vector<std::string> tenants);
  ~CoreServer();

  /// Declares every route and handler. Before the live sessions go on.
  void mount();
  Task<> start_apps();
  Task<> apps_ready(Instant deadline);
  void accept(std::unique_ptr<Listener> listener);

  // The stop, in this order (Server::shut_down).
  void stop_accepting() { http_.stop_accepting(); }
  Task<> drain_http(Instant deadline);
  Task<> stop_recordings() { return recordings_.stop(); }
  Task<> stop_jobs();
  Task<> stop_tasks(Instant deadline);

  std::size_t connections() const { return http_.connections(); }
  const http::Router& router() const { return router_; }
  CoreSpeech& speech() { return speech_; }

 private:
  /// Null: no model is set up.
  gateway::Gateway* gateway();
  /// Where skills keep their answers.
  store::Cache& answer_cache();
  app::Services make_services(const app::AppInfo& info);
  void mount_engine();
  Task<> schedule_upkeep();

  Process& process_;
  std::vector<std::string> tenants_;
  std::vector<const app::AppInfo*> infos_;
  TaskGroup tasks_;
  TaskGroup job_loop_;
  TaskGroup watches_;
  http::Router router_;
  store::MemoryCache cache_;
  std::optional<store::LayeredCache> shared_cache_;  ///< over it, where answers are kept for all
  CoreModels models_;
  skill::FolderPrompts prompts_;
  skill::Skills skills_;
  CoreSpeech speech_;
  record::Recordings recordings_;
  std::unique_ptr<store::JobRunner> job_runner_;  ///< on the first core
  app::IdentityGate gate_;
  identity::IdentityRoutes identity_routes_;
  identity::KeyRoutes key_routes_;
  app::JobRoutes job_routes_;
  app::SynthesisRoutes synthesis_routes_;
  app::UsageRoutes usage_routes_;
  front::Front front_;
  front::AudioRoutes audio_routes_;
  std::vector<std::unique_ptr<app::Services>> services_;
  std::vector<std::unique_ptr<app::App>> apps_;
  std::unique_ptr<http::StaticFolder> pages_;
  http::Server http_;
};

}  // namespace antiphon::server
