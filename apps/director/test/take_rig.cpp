#include "apps/director/test/take_rig.h"

#include "apps/director/analysis/analyse_skill.h"
#include "apps/director/take/event_types.h"
#include "apps/director/take/open_take.h"

namespace antiphon::director {
namespace {

class FewClipsTx final : public store::Tx {
 public:
  explicit FewClipsTx(FewClips& database) : database_(database) {}
  store::Dialect dialect() const override { return store::Dialect::sqlite; }
  void prepare(const store::Statement&) override {}
  void run_script(std::string_view) override {}

 protected:
  Result run_now(const store::Statement& statement, std::span<const store::Value> given) override {
    Result result;
    if (statement.name == "director.moments.insert") {
      database_.moments.push_back(
          {std::get<std::int64_t>(given[2].content()),
           std::chrono::milliseconds(std::get<std::int64_t>(given[3].content())),
           schema::parse<ScreenMoment>(std::get<std::string>(given[4].content()))});
    }
    if (statement.name == "director.takes.lengthen") {
      database_.lengthened_ms.push_back(std::get<std::int64_t>(given[2].content()));
    }
    if (statement.name.starts_with("director.opinions.")) return opinions(statement, given);
    if (statement.name != "director.assets.all") {
      database_.written.emplace_back(statement.name);
      result.affected = 1;
      return result;
    }
    std::vector<store::Value> values;
    for (const Asset& asset : database_.assets) {
      for (store::Value value : {store::Value(asset.id),
                                 store::Value(asset.title),
                                 store::Value(asset.description),
                                 store::Value(schema::to_json(asset.tags)),
                                 store::Value(asset.topic),
                                 store::Value(to_text(asset.sentiment)),
                                 store::Value(asset.licence),
                                 store::Value(asset.attribution),
                                 store::Value(asset.content_type),
                                 store::Value(asset.duration.count()),
                                 store::Value(asset.content_hash),
                                 store::Value(asset.thumbnail_hash),
                                 store::Value(asset.created_at),
                                 store::Value(asset.file_name),
                                 store::Value(to_text(asset.kind)),
                                 store::Value(to_text(asset.state)),
                                 store::Value(asset.problem),
                                 store::Value(asset.job_id),
                                 store::Value(asset.width),
                                 store::Value(asset.height),
                                 store::Value(asset.bytes),
                                 store::Value(asset.preview_hash),
                                 store::Value(asset.updated_at)}) {
        values.push_back(std::move(value));
      }
    }
    result.rows = store::Rows(23, std::move(values));
    return result;
  }

 private:
  // Of one creator.
  Result opinions(const store::Statement& statement, std::span<const store::Value> given) {
    Result result;
    std::vector<store::Value> values;
    if (statement.name == "director.opinions.put") {
      database_.opinions[std::get<std::string>(given[2].content())] = {given[3], given[4]};
    } else if (statement.name == "director.opinions.of") {
      for (const auto& [asset, opinion] : database_.opinions) {
        values.insert(values.end(), {store::Value(asset), opinion[0], opinion[1]});
      }
      result.rows = store::Rows(3, std::move(values));
    } else if (auto found = database_.opinions.find(std::get<std::string>(given[2].content()));
               found != database_.opinions.end()) {
      result.rows = store::Rows(2, {found->second[0], found->second[1]});
    }
    return result;
  }

  FewClips& database_;
};

std::vector<Asset> few_assets() {
  auto asset = [](std::string_view id, std::string title, std::vector<std::string> tags) {
    return Asset{.id = std::string(id),
                 .title = std::move(title),
                 .tags = std::move(tags),
                 .duration = std::chrono::seconds(4)};
  };
  return {asset(goal_clip, "Football in the goal", {"soccer", "team", "match"}),
          asset(chart_clip, "Stock chart falling", {"market", "crash", "finance"}),
          asset(rain_clip, "Rain on a window", {"weather", "storm"}),
          asset(train_clip, "Train in the hills", {"railway", "travel"})};
}

constexpr std::string_view restored_id = "ses_00000000000000000000000000";

live::Hub::Parts hub_parts(Core& core, live::LogFiles& files, const std::string& folder,
                           live::Admission& admission, Random& random, const live::Limits& limits) {
  live::EventLog log(files, folder, 1, limits.log);
  return {.core = core,
          .is_home = [](std::string_view) { return true; },
          .counters = std::make_unique<live::Counters>(nullptr),
          .journal = std::make_unique<live::Journal>(std::move(log), core, nullptr),
          .admission = admission,
          .random = random,
          .limits = limits};
}

live::RecoveredSession recovered(std::string state, unsigned audio_rate) {
  live::RecoveredSession session;
  session.checkpoint = {.app = "director",
                        .tenant = "ten_1",
                        .principal = "usr_1",
                        .audio_rate = audio_rate,
                        .snapshot = std::move(state)};
  return session;
}

Task<> pause(Random& random, std::uint64_t ms_max) {
  if (ms_max > 0) co_await sleep_for(std::chrono::milliseconds(random.below(ms_max)));
}

}  // namespace

Task<> FewClips::run_write(Instant deadline, Closure closure) {
  return run_read(deadline, std::move(closure));
}

Task<> FewClips::run_read(Instant, Closure closure) {
  co_await pause(random_, delay_ms_max);
  if (fails) throw Error(Code::unavailable, "The database is away.");
  FewClipsTx tx(*this);
  closure(tx);
}

Task<std::optional<std::string>> SlowCache::get(std::string) {
  co_await pause(random_, delay_ms_max);
  co_return std::nullopt;
}

TakeRig::TakeRig(Options options)
    : random(options.seed),
      database(random),
      cache(random),
      log_(time.clock(), {.sink = [](std::string_view) {}}),
      tasks_([](const std::exception_ptr&) {}),
      recogniser_(std::move(options.script), options.fault),
      skills_(cache, options.gateway),
      analyse_(make_analyse_skill()),
      assets_(database),
      takes_(database),
      edits_(database),
      opinion_rows_(database),
      hub_(hub_parts(time.core(), files_, folder_.path().string(), admission_, random, limits_)) {
  analyse_.rules = std::move(options.rules);
  database.assets = few_assets();
  hub_.add({.name = "director", .events = take_events(), .make = [this](live::Session& session) {
              return std::make_unique<Take>(TakeParts{.recogniser = recogniser_,
                                                      .world =
                                                          [this](live::Session& taken) {
                                                            return make_world(world_parts(), taken);
                                                          },
                                                      .takes = takes_,
                                                      .edits = edits_,
                                                      .waterfalls = waterfalls_,
                                                      .tasks = tasks_,
                                                      .log = log_,
                                                      .random = trace_random,
                                                      .tracer = &tracer},
                                            session);
            }});
  if (!options.restored.empty()) {
    recovered_[std::string(restored_id)] = recovered(options.restored, options.restored_rate);
  }
  time.run([](TakeRig& rig) -> Task<> {
    rig.library_.emplace(rig.assets_, rig.changes_, rig.pool_, rig.tasks_, nullptr);
    rig.opinions_.emplace(rig.opinion_rows_, rig.changes_);
    if (rig.recovered_.empty()) co_await rig.hub_.start({});
  }(*this));
}

TakeRig::~TakeRig() {
  time.run([](TakeRig& rig) -> Task<> {
    if (rig.session_) rig.session_->detach(rig);
    rig.session_ = nullptr;
    co_await rig.hub_.stop();
    co_await rig.tasks_.stop();
  }(*this));
}

WorldParts TakeRig::world_parts() {
  return {.skills = skills_, .analyse = analyse_, .library = *library_, .opinions = *opinions_};
}

void TakeRig::record(const std::filesystem::path& folder) {
  recordings_.emplace(
      record::RecordingOptions{
          .is_enabled = true, .folder = folder, .key_file = folder / "record.key"},
      pool_, time.clock(), random_of_keys_);
}

void TakeRig::begin_recording() {
  std::string wish = schema::to_json(OpenTake{.record = true, .consent = true});
  recordings_->begin(*session_, wish, schema::to_json(DirectorSettings{}));
  session_->handler().on_begin(wish);
}

void TakeRig::end_recording() {
  time.run([](TakeRig& rig) -> Task<> { co_await rig.recordings_->stop(); }(*this));
}

void TakeRig::open() {
  time.run([](TakeRig& rig) -> Task<> {
    if (rig.recovered_.empty()) {
      rig.session_ = rig.hub_.open("director", "ten_1", "usr_1");
      if (rig.recordings_) rig.begin_recording();
    } else {
      co_await rig.hub_.start(std::move(rig.recovered_));
      rig.session_ = rig.hub_.find(std::string(restored_id));
    }
    rig.session_id_ = rig.session_->id();
    rig.session_->attach(rig);
  }(*this));
}

void TakeRig::say(std::string_view json) {
  time.run([](TakeRig& rig, schema::Value body) -> Task<> {
    live::Message message{.action = body.find("action")->text(), .body = {}};
    schema::Value rest = schema::Value::object();
    for (const auto& [key, value] : body.members()) {
      if (key != "action") rest.set(key, value);
    }
    message.body = std::move(rest);
    message.sender = std::make_shared<Principal>();
    rig.session_->receive(std::move(message), rig);
    co_return;
  }(*this, schema::parse_value(json)));
}

void TakeRig::end(std::string reason) {
  time.run([](TakeRig& rig, std::string why) -> Task<> {
    rig.session_->close(std::move(why));
    co_return;
  }(*this, std::move(reason)));
}

void TakeRig::hear(std::chrono::milliseconds length) {
  time.run([](TakeRig& rig, std::chrono::milliseconds left) -> Task<> {
    std::vector<std::int16_t> sound(speech::sample_rate_hz / 10);
    for (; left.count() > 0 && rig.session_; left -= std::chrono::milliseconds(100)) {
      rig.session_->receive_audio(sound, rig.session_->received_samples());
      co_await sleep_for(std::chrono::milliseconds(100));
    }
  }(*this, length));
}

std::vector<schema::Value> TakeRig::events(std::string_view type) const {
  std::vector<schema::Value> found;
  for (const SeenEvent& event : seen) {
    if (event.type == type) found.push_back(event.body);
  }
  return found;
}

std::vector<app::WaterfallTurn> TakeRig::turns() const {
  auto kept = waterfalls_.find(session_->id());
  return kept ? kept->turns : std::vector<app::WaterfallTurn>{};
}

std::string TakeRig::bytes() const {
  std::string all;
  for (const SeenEvent& event : seen) all += event.json + "\n";
  return all;
}

std::uint64_t TakeRig::on_events() {
  while (auto frames = session_->tail().next(cursor_)) {
    while (auto json = live::take_payload(frames.wire)) {
      schema::Value body = schema::parse_value(*json);
      seen.push_back({body.find("type")->text(), body, std::string(*json)});
    }
  }
  return cursor_.seq;
}

}  // namespace antiphon::director
