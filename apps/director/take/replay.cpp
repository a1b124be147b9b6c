#include "apps/director/take/replay.h"

#include <filesystem>

#include "apps/director/analysis/analyse_skill.h"
#include "apps/director/settings.h"
#include "apps/director/take/replayed_world.h"
#include "apps/director/take/take.h"

namespace antiphon::director {
namespace {

/// Keeps no rows: a replay changes nothing.
class NoDatabase final : public store::Database {
 public:
  NoDatabase() : Database({}) {}
  store::Dialect dialect() const override { return store::Dialect::sqlite; }

 protected:
  Task<> run_exclusive(Instant, Closure) override { co_return; }
  Task<> run_write(Instant, Closure) override { co_return; }
  Task<> run_read(Instant, Closure) override { co_return; }
};

// What a replayed take stands on.
struct Ground {
  explicit Ground(const app::ReplayStage& stage)
      : stage(stage), settings(schema::parse<DirectorSettings>(stage.settings)) {
    std::string folder = stage.shipped_folder("lexicon");
    if (folder.empty()) return;
    lexicon = search::Lexicon::load(std::filesystem::path(folder) / search::Lexicon::file_name);
  }

  app::ReplayStage stage;
  DirectorSettings settings;
  std::shared_ptr<const search::Lexicon> lexicon;
  skill::Skill<Speech, Analysis> analyse = make_analyse_skill();
  NoDatabase database;
  TakeStore takes{database};
  EditStore edits{database};
  app::Waterfalls waterfalls;
};

TakeParts parts_on(const std::shared_ptr<Ground>& ground) {
  auto world = [ground](live::Session& session) {
    return make_replayed_world(ground->analyse, ground->lexicon, session);
  };
  return {.recogniser = ground->stage.recogniser,
          .world = world,
          .takes = ground->takes,
          .edits = ground->edits,
          .waterfalls = ground->waterfalls,
          .tasks = ground->stage.tasks,
          .log = ground->stage.log,
          .random = ground->stage.random,
          .rules = rules_of(ground->settings)};
}

}  // namespace

app::MakeHandler replay_take(const app::ReplayStage& stage) {
  auto ground = std::make_shared<Ground>(stage);
  return [ground](live::Session& session) -> std::unique_ptr<live::Handler> {
    return std::make_unique<Take>(parts_on(ground), session);
  };
}

}  // namespace antiphon::director
