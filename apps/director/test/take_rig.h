#pragma once

#include <deque>
#include <filesystem>
#include <set>

#include "apps/director/take/take.h"
#include "engine/base/temporary_folder.h"
#include "engine/live/hub.h"
#include "engine/live/log_file.h"
#include "engine/record/recordings.h"
#include "engine/speech/scripted_recogniser.h"
#include "engine/testing/virtual_time.h"
#include "engine/trace/tracer.h"

// A take in virtual time: the real handler, session, skill and library; a scripted recogniser, a
// database of a few clips and a cache that takes its time, all by one seed.

namespace antiphon::director {

// The clips there are.
inline constexpr std::string_view goal_clip = "ast_g0000000000000000000000000";
inline constexpr std::string_view chart_clip = "ast_c0000000000000000000000000";
inline constexpr std::string_view rain_clip = "ast_r0000000000000000000000000";
inline constexpr std::string_view train_clip = "ast_t0000000000000000000000000";

/// A place in the sound, in samples.
inline std::uint64_t at(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(time.count()) * speech::sample_rate_hz / 1000;
}

/// Answers the library's question and takes every other statement as done; can fail on command.
class FewClips final : public store::Database {
 public:
  explicit FewClips(Random& random) : Database({}), random_(random) {}
  store::Dialect dialect() const override { return store::Dialect::sqlite; }

  std::vector<Asset> assets;
  bool fails = false;
  std::uint64_t delay_ms_max = 0;
  std::vector<std::string> written;                             ///< names of statements, in order
  std::map<std::string, std::array<store::Value, 2>> opinions;  ///< thumb and standing, by clip
  std::vector<KeptMoment> moments;                              ///< of the take, as they were kept
  std::vector<std::int64_t> lengthened_ms;  ///< durations of the take, as they were kept

 protected:
  Task<> run_exclusive(Instant, Closure closure) override { return run_read({}, closure); }
  Task<> run_write(Instant deadline, Closure closure) override;
  Task<> run_read(Instant deadline, Closure closure) override;

 private:
  Random& random_;
};

/// Remembers nothing, and takes a random while to say so: skills answer out of order.
class SlowCache final : public store::Cache {
 public:
  explicit SlowCache(Random& random) : random_(random) {}
  Task<std::optional<std::string>> get(std::string key) override;
  Task<> put(std::string, std::string, Duration) override { co_return; }
  Task<> erase_prefix(std::string) override { co_return; }

  std::uint64_t delay_ms_max = 0;

 private:
  Random& random_;
};

/// One event as a client would read it.
struct SeenEvent {
  std::string type;
  schema::Value body;
  std::string json;
};

class TakeRig : live::Reader {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::vector<speech::ScriptedResult> script;
    speech::ScriptedFault fault = speech::ScriptedFault::none;
    std::function<Analysis(const Speech&)> rules = analyse;
    std::string restored = {};  ///< the state of a take from before a restart, which open() finds
    unsigned restored_rate = 16'000;      ///< of its sound
    gateway::Gateway* gateway = nullptr;  ///< whose models analyse; null: rules do
  };
  explicit TakeRig(Options options);
  ~TakeRig() override;

  /// The take that is opened next is recorded there.
  void record(const std::filesystem::path& folder);
  /// All of the recording is in its file.
  void end_recording();
  const std::string& session_id() const { return session_id_; }

  /// Opens a take; its events are collected from here on.
  void open();
  /// Says something to it, as its client.
  void say(std::string_view json);
  /// Sends so much sound, 100 ms at a time, in its own time.
  void hear(std::chrono::milliseconds length);
  void run_for(Duration span) { time.run_for(span); }
  /// As the route that ends a take.
  void end(std::string reason);

  /// How much sound the session counts as received.
  std::uint64_t received_samples() const { return session_->received_samples(); }

  /// All events of one type so far.
  std::vector<schema::Value> events(std::string_view type) const;
  std::string bytes() const;
  /// The turns that are kept of the take.
  std::vector<app::WaterfallTurn> turns() const;

  testing::VirtualTime time;
  SeededRandom random;
  SeededRandom trace_random{0};  ///< of its own, so that tracing changes nothing else
  trace::Tracer tracer{time.clock(), trace_random};
  FewClips database;
  SlowCache cache;
  std::vector<SeenEvent> seen;

 private:
  std::uint64_t on_events() override;
  void on_taken(const std::string&) override {}
  void on_ended(live::CloseCode, std::string_view) override { session_ = nullptr; }

  WorldParts world_parts();
  void begin_recording();

  TemporaryFolder folder_;
  live::SystemLogFiles files_;
  Pool pool_{{.name = "test", .threads = 0}};
  live::Limits limits_;
  live::Admission admission_{limits_};
  log::Logger log_;
  app::Changes changes_;
  app::Waterfalls waterfalls_;
  TaskGroup tasks_;
  speech::ScriptedRecogniser recogniser_;
  skill::Skills skills_;
  skill::Skill<Speech, Analysis> analyse_;
  AssetStore assets_;
  TakeStore takes_;
  EditStore edits_;
  OpinionStore opinion_rows_;
  std::optional<Library> library_;    // made on the core
  std::optional<Opinions> opinions_;  // likewise
  SeededRandom random_of_keys_{0};
  std::optional<record::Recordings> recordings_;
  std::string session_id_;
  live::Hub hub_;
  std::map<std::string, live::RecoveredSession> recovered_;
  std::shared_ptr<live::Session> session_;
  live::Cursor cursor_;
};

}  // namespace antiphon::director
