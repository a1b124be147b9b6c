#include "apps/director/director.h"

#include <set>

#include "apps/director/evaluation/analyse.h"
#include "apps/director/library/asset_routes.h"
#include "apps/director/library/starter.h"
#include "apps/director/retrieval/evaluation.h"
#include "apps/director/settings.h"
#include "apps/director/take/event_types.h"
#include "apps/director/take/take_routes.h"
#include "engine/app/live_routes.h"

namespace antiphon::director {

std::span<const EmbeddedFile> migrations();  // migrations/*.sql, put in by the build

namespace {

/// The table of contents: every route, live handler, skill and job of the director.
class Director final : public app::App {
 public:
  explicit Director(app::Services& services)
      : services_(services),
        settings_(schema::parse<DirectorSettings>(services.settings)),
        assets_(services.database),
        takes_(services.database),
        opinion_rows_(services.database),
        opinions_(opinion_rows_, services.changes),
        lexicon_(load_lexicon(services)),
        library_(assets_, services.changes, services.tasks, services.files, lexicon_),
        starter_({.assets = assets_,
                  .blobs = services.blobs,
                  .changes = services.changes,
                  .files = services.files,
                  .random = services.random,
                  .folder = library_folder()}),
        take_routes_(services, takes_),
        asset_routes_(services, assets_, library_),
        imported_(services.changes.subscribe(Library::changed, [this](const std::string& tenant) {
          importing_.erase(tenant);
          an_import_ended_.wake();
        })) {}

  void mount(app::Services&) override {
    take_routes_.mount();
    asset_routes_.mount();
    services_.live.add({.name = "director", .events = take_events(), .make = [this](auto& session) {
                          return std::make_unique<Take>(parts(), session);
                        }});
    app::mount_live(services_, {.app = "director",
                                .path = "/ws/director",
                                .aliases = {"/ws"},
                                .events_path = "/api/v1/director/sessions/{sessionId}/events",
                                .permission = "director:session:attach",
                                .waterfall_path = "/api/v1/director/sessions/{sessionId}/waterfall",
                                .read_permission = "director:session:read"});
    if (services_.job_runner) {
      services_.job_runner->handle(std::string(StarterLibrary::job_kind),
                                   [this](auto job) { return starter_.import(std::move(job)); });
    }
  }

  Task<> start() override {
    if (!services_.job_runner) co_return;
    if (!lexicon_) {
      services_.log.warning(
          "The lexicon is not beside the program: clips are found by the words they have, not by "
          "what words mean. Build the target programs.");
    }
    if (library_folder().empty()) {
      services_.log.warning(
          "The starter library is not beside the program: build the target "
          "programs, or name its folder as director.library.");
      co_return;
    }
    Instant deadline = services_.clock.steady() + std::chrono::seconds(10);
    for (const std::string& tenant : services_.tenants) {
      if (!(co_await assets_.page(tenant, "", 1, deadline)).empty()) continue;
      co_await services_.database.write(deadline, [this, tenant](store::Tx& tx) {
        services_.jobs.enqueue(tx, {.tenant = tenant,
                                    .kind = std::string(StarterLibrary::job_kind),
                                    .payload = "{}",
                                    .unique_key = "starter"});
      });
      importing_.insert(tenant);
    }
  }

  Task<> ready() override {
    while (!importing_.empty()) co_await an_import_ended_.wait();
  }

 private:
  TakeParts parts() {
    return {.recogniser = services_.recogniser,
            .skills = services_.skills,
            .analyse = analyse_speech_,
            .library = library_,
            .opinions = opinions_,
            .takes = takes_,
            .waterfalls = services_.waterfalls,
            .tasks = services_.tasks,
            .log = services_.log,
            .random = services_.random,
            .tracer = services_.tracer,
            .rules = {.late_after = settings_.late_after_ms,
                      .approve_within = settings_.approve_within_ms}};
  }

  static std::shared_ptr<const search::Lexicon> load_lexicon(app::Services& services) {
    std::string folder = services.shipped_folder("lexicon");
    if (folder.empty()) return nullptr;
    return search::Lexicon::load(std::filesystem::path(folder) / search::Lexicon::file_name);
  }

  std::string library_folder() const {
    return settings_.library.empty() ? services_.shipped_folder("director-library")
                                     : settings_.library;
  }

  app::Services& services_;
  DirectorSettings settings_;
  AssetStore assets_;
  TakeStore takes_;
  OpinionStore opinion_rows_;
  Opinions opinions_;
  std::shared_ptr<const search::Lexicon> lexicon_;
  Library library_;
  StarterLibrary starter_;
  TakeRoutes take_routes_;
  AssetRoutes asset_routes_;
  std::set<std::string> importing_;  ///< tenants that get the starter library for the first time
  Waiter an_import_ended_;
  app::Changes::Subscription imported_;
  skill::Skill<Speech, Analysis> analyse_speech_{
      .name = "director.analyse",
      .version = "2",
      .rules = analyse,
      .cache = {.time_to_live = std::chrono::hours(1)},
  };
};

}  // namespace

const app::AppInfo& info() {
  static const app::AppInfo info{
      .name = "director",
      .summary = "Say it and see it: speech brings the matching clip on screen.",
      .migrations = migrations(),
      .statements = {AssetStore::statements(), TakeStore::statements(), OpinionStore::statements()},
      .events = take_events(),
      .permissions = {"director:session:create", "director:session:read", "director:session:attach",
                      "director:asset:read"},
      .guest_permissions = {"director:session:create", "director:session:read",
                            "director:session:attach", "director:asset:read"},
      .make = [](app::Services& services) -> std::unique_ptr<app::App> {
        return std::make_unique<Director>(services);
      },
      .add_commands = add_commands,
      .evaluations = {&evaluate_analysis, &retrieval_evaluation()}};
  return info;
}

}  // namespace antiphon::director
