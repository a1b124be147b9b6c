#include "apps/director/director.h"

#include <set>

#include "apps/director/analysis/analyse_skill.h"
#include "apps/director/edit/edit_routes.h"
#include "apps/director/evaluation/analyse.h"
#include "apps/director/import/import_routes.h"
#include "apps/director/library/asset_routes.h"
#include "apps/director/library/claiming.h"
#include "apps/director/library/library_watch.h"
#include "apps/director/library/preparation.h"
#include "apps/director/library/starter.h"
#include "apps/director/recording/recording_routes.h"
#include "apps/director/render/render_job.h"
#include "apps/director/render/render_routes.h"
#include "apps/director/retrieval/evaluation.h"
#include "apps/director/settings.h"
#include "apps/director/take/event_types.h"
#include "apps/director/take/replay.h"
#include "apps/director/take/take_routes.h"
#include "apps/director/upload/upload_routes.h"
#include "engine/app/live_routes.h"

namespace antiphon::director {

std::span<const EmbeddedFile> migrations();  // migrations/*.sql, put in by the build

namespace {

constexpr Duration left_work_kept = std::chrono::hours(48);
constexpr Duration sweep_time_max = std::chrono::seconds(30);

std::vector<const live::EventType*> all_events() {
  std::vector<const live::EventType*> all = take_events();
  for (const live::EventType* type : watch_events()) all.push_back(type);
  return all;
}

/// The table of contents: every route, live handler, skill and job of the director.
class Director final : public app::App {
 public:
  explicit Director(app::Services& services)
      : services_(services),
        settings_(schema::parse<DirectorSettings>(services.settings)),
        assets_(services.database),
        takes_(services.database),
        edits_(services.database),
        opinion_rows_(services.database),
        opinions_(opinion_rows_, services.changes),
        lexicon_(load_lexicon(services)),
        library_(assets_, services.changes, services.files, services.tasks, lexicon_),
        film_(services.files),
        intake_({.database = services.database,
                 .blobs = services.blobs,
                 .ledger = services.blob_ledger,
                 .jobs = services.jobs,
                 .changes = services.changes,
                 .random = services.random,
                 .film = film_}),
        starter_({.database = services.database,
                  .ledger = services.blob_ledger,
                  .changes = services.changes,
                  .files = services.files,
                  .random = services.random,
                  .folder = library_folder()}),
        take_routes_(services, takes_, settings_),
        asset_routes_(services, assets_, library_, intake_),
        imported_(services.changes.subscribe(Library::changed, [this](const std::string& tenant) {
          importing_.erase(tenant);
          an_import_ended_.wake();
        })) {}

  void mount(app::Services&) override {
    take_routes_.mount();
    asset_routes_.mount();
    upload_routes_.mount();
    recording_routes_.mount();
    edit_routes_.mount();
    render_routes_.mount();
    import_routes_.mount();
    watch_routes_.mount();
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
    if (services_.job_runner) mount_jobs(*services_.job_runner);
  }

  Task<> start() override {
    if (!services_.job_runner) co_return;
    co_await render_job_.sweep(left_work_kept, services_.clock.steady() + sweep_time_max);
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
    for (const std::string& tenant : services_.tenants) co_await enqueue_upkeep(tenant);
  }

  Task<> ready() override {
    while (!importing_.empty()) co_await an_import_ended_.wait();
  }

 private:
  void mount_jobs(store::JobRunner& runner) {
    runner.handle(std::string(StarterLibrary::job_kind),
                  [this](auto job) { return starter_.import(std::move(job)); });
    runner.handle(
        std::string(Preparation::job_kind),
        [this](auto job) { return preparation_.run(std::move(job)); }, Preparation::running_max);
    runner.handle(std::string(Claiming::job_kind),
                  [this](auto job) { return claiming_.run(std::move(job)); });
    runner.handle(
        std::string(Recordings::job_kind),
        [this](auto job) { return recordings_.prepare(std::move(job)); },
        Recordings::preparing_max);
    runner.handle(
        std::string(Renders::job_kind),
        [this](auto job) { return render_job_.run(std::move(job)); }, RenderJob::rendering_max);
    runner.handle(std::string(Uploads::expire_kind),
                  [this](auto job) { return uploads_.expire(std::move(job)); });
  }

  // What a tenant's library still lacks.
  Task<> enqueue_upkeep(std::string tenant) {
    Instant deadline = services_.clock.steady() + std::chrono::seconds(10);
    bool claims = !(co_await assets_.unclaimed(tenant, deadline)).empty();
    bool imports =
        co_await services_.database.write(deadline, [this, tenant, claims](store::Tx& tx) {
          auto enqueue = [&](std::string_view kind) {
            services_.jobs.enqueue(tx, {.tenant = tenant,
                                        .kind = std::string(kind),
                                        .payload = "{}",
                                        .unique_key = std::string(kind)});
          };
          if (claims) enqueue(Claiming::job_kind);
          bool lacks_starter = !AssetStore::has_starter(tx, tenant);
          if (lacks_starter) enqueue(StarterLibrary::job_kind);
          return lacks_starter;
        });
    if (imports) importing_.insert(tenant);
  }

  Task<> check_upload(Call call, ToldUpload told) {
    if (!told.recorded_take.empty()) {
      co_await recordings_.expect_take(std::move(call), told.recorded_take);
    }
  }

  // Only a recording, and only where the take has no other.
  Task<bool> wants_unfinished(Call call, ToldUpload told) {
    if (told.recorded_take.empty()) co_return false;
    co_return co_await services_.database.read(
        Due(call), [tenant = call.tenant(), take = told.recorded_take](store::Tx& tx) {
          return TakeStore::find(tx, tenant, take) && !RecordingStore::find(tx, tenant, take);
        });
  }

  // A file that came in parts is a recording, that of a line of an import, or a clip of its own.
  Task<std::string> take_upload(Call call, ToldUpload told, SentFile file) {
    if (!told.recorded_take.empty()) {
      co_await recordings_.take_in(std::move(call), told.recorded_take, told.recording_offset,
                                   std::move(file));
      co_return "";
    }
    if (!told.import_id.empty()) {
      TakenIn taken = co_await imports_.take_line(std::move(call), told.import_id, told.import_line,
                                                  std::move(file));
      co_return taken.asset.id;
    }
    TakenIn taken =
        co_await intake_.take_in(std::move(call), std::move(told.clip), std::move(file));
    co_return taken.asset.id;
  }

  TakeParts parts() {
    return {.recogniser = services_.recogniser,
            .world = [this](auto& session) { return make_world(world_parts(), session); },
            .takes = takes_,
            .edits = edits_,
            .waterfalls = services_.waterfalls,
            .tasks = services_.tasks,
            .log = services_.log,
            .random = services_.random,
            .tracer = services_.tracer,
            .rules = rules_of(settings_)};
  }

  WorldParts world_parts() {
    return {.skills = services_.skills,
            .analyse = analyse_speech_,
            .library = library_,
            .opinions = opinions_};
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
  EditStore edits_;
  OpinionStore opinion_rows_;
  Opinions opinions_;
  std::shared_ptr<const search::Lexicon> lexicon_;
  Library library_;
  media::Film film_;
  Intake intake_;
  Preparation preparation_{{.database = services_.database,
                            .blobs = services_.blobs,
                            .ledger = services_.blob_ledger,
                            .changes = services_.changes,
                            .files = services_.files,
                            .film = film_}};
  Claiming claiming_{{.database = services_.database,
                      .blobs = services_.blobs,
                      .ledger = services_.blob_ledger,
                      .assets = assets_,
                      .files = services_.files}};
  Imports imports_{services_.database, services_.random, intake_};
  media::Film recording_film_{services_.files, recording_limits};
  Recordings recordings_{{.database = services_.database,
                          .blobs = services_.blobs,
                          .ledger = services_.blob_ledger,
                          .jobs = services_.jobs,
                          .random = services_.random,
                          .files = services_.files,
                          .film = recording_film_,
                          .folder = settings_.work}};
  PartFiles part_files_{settings_.uploads, services_.files};
  Uploads uploads_{
      {.database = services_.database,
       .ledger = services_.blob_ledger,
       .jobs = services_.jobs,
       .random = services_.random,
       .files = part_files_,
       .check = [this](Call call, ToldUpload told) { return check_upload(call, told); },
       .take_in =
           [this](Call call, ToldUpload told, SentFile file) {
             return take_upload(std::move(call), std::move(told), std::move(file));
           },
       .wants_unfinished =
           [this](Call call, ToldUpload told) {
             return wants_unfinished(std::move(call), std::move(told));
           },
       .tasks = services_.tasks}};
  StarterLibrary starter_;
  TakeRoutes take_routes_;
  AssetRoutes asset_routes_;
  UploadRoutes upload_routes_{services_, uploads_};
  EditLists edit_lists_{services_.database};
  EditRoutes edit_routes_{services_, edit_lists_};
  Renders renders_{{.database = services_.database,
                    .ledger = services_.blob_ledger,
                    .jobs = services_.jobs,
                    .random = services_.random,
                    .files = services_.files,
                    .folder = settings_.work}};
  media::Composer composer_{services_.files, composing_limits};
  RenderJob render_job_{{.database = services_.database,
                         .blobs = services_.blobs,
                         .ledger = services_.blob_ledger,
                         .jobs = services_.jobs,
                         .files = services_.files,
                         .film = recording_film_,
                         .composer = composer_,
                         .folder = settings_.work}};
  RenderRoutes render_routes_{services_, renders_};
  RecordingRoutes recording_routes_{services_, recordings_};
  ImportRoutes import_routes_{services_, imports_};
  WatchRoutes watch_routes_{services_};
  std::set<std::string> importing_;  ///< tenants that get the starter library for the first time
  Waiter an_import_ended_;
  app::Changes::Subscription imported_;
  skill::Skill<Speech, Analysis> analyse_speech_ = make_analyse_skill();
};

}  // namespace

const app::AppInfo& info() {
  static const app::AppInfo info{
      .name = "director",
      .summary = "Say it and see it: speech brings the matching clip on screen.",
      .migrations = migrations(),
      .statements = {AssetStore::statements(), TakeStore::statements(), OpinionStore::statements(),
                     UploadStore::statements(), ImportStore::statements(),
                     RecordingStore::statements(), EditStore::statements(),
                     RenderStore::statements()},
      .events = all_events(),
      .permissions = {"director:session:create", "director:session:read", "director:session:attach",
                      "director:session:edit", "director:asset:read", "director:asset:create",
                      "director:asset:edit", "director:asset:delete"},
      .guest_permissions = {"director:session:create", "director:session:read",
                            "director:session:attach", "director:asset:read"},
      .make = [](app::Services& services) -> std::unique_ptr<app::App> {
        return std::make_unique<Director>(services);
      },
      .add_commands = add_commands,
      .replay = replay_take,
      .evaluations = {&evaluate_analysis, &retrieval_evaluation()}};
  return info;
}

}  // namespace antiphon::director
