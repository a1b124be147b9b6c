#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/load/latencies.h"
#include "engine/load/scenario.h"

namespace antiphon::load {

/// Times in milliseconds from when a step was meant to begin.
struct Times {
  double p50_ms = 0;
  double p95_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
};

/// What became of the measured steps of one name.
struct StepReport {
  std::string name;
  std::int64_t done = 0;
  std::int64_t failed = 0;
  Times times;
  std::map<std::string, std::int64_t> failures;  ///< how often, by kind
  std::map<std::string, std::string> examples;   ///< what the first of a kind said
};

/// What a run gave.
struct Report {
  std::string scenario;
  std::int64_t users = 0;
  double seconds = 0;
  std::int64_t rounds = 0;   ///< that were played to their end
  std::int64_t dropped = 0;  ///< that were due and never began, or were cut off at the end
  double success = 0;        ///< share of measured steps
  Times times;
  std::vector<StepReport> steps;
  std::vector<std::string> broken;  ///< thresholds that do not hold, in words
};

inline auto describe(schema::Tag<Times>) {
  return schema::object<Times>("Times", "From when it was meant to begin")
      .field("p50Ms", &Times::p50_ms, "Half took no longer", schema::unit("ms"))
      .field("p95Ms", &Times::p95_ms, "95 of a hundred took no longer", schema::unit("ms"))
      .field("p99Ms", &Times::p99_ms, "99 of a hundred took no longer", schema::unit("ms"))
      .field("maxMs", &Times::max_ms, "The longest", schema::unit("ms"));
}
inline auto describe(schema::Tag<StepReport>) {
  return schema::object<StepReport>("StepReport", "What became of one step")
      .field("name", &StepReport::name, "Of the step")
      .field("done", &StepReport::done, "Went well")
      .field("failed", &StepReport::failed, "Did not")
      .field("times", &StepReport::times, "Of those that went well")
      .field("failures", &StepReport::failures, "How often, by kind")
      .field("examples", &StepReport::examples, "What the first of each kind said");
}
inline auto describe(schema::Tag<Report>) {
  return schema::object<Report>("Report", "What a run gave")
      .field("scenario", &Report::scenario, "Its name")
      .field("users", &Report::users, "That came")
      .field("seconds", &Report::seconds, "How long it took", schema::unit("s"))
      .field("rounds", &Report::rounds, "Played to their end")
      .field("dropped", &Report::dropped, "Were due and never began, or were cut off at the end")
      .field("success", &Report::success, "Share of measured steps that went well")
      .field("times", &Report::times, "Of all measured steps that went well")
      .field("steps", &Report::steps, "Each measured step")
      .field("broken", &Report::broken, "Thresholds that do not hold");
}

/// Counts while a run goes on. On one core.
class Tally {
 public:
  void done(const std::string& step, Duration took) { steps_[step].times.add(took); }
  /// @param kind  of a closed set, as "timeout" or "answered 503"; beyond 32 kinds: "other"
  /// @param said  in words, of which the first of a kind is kept
  void failed(const std::string& step, std::string kind, std::string said);
  void round_done() { ++rounds_; }
  void dropped(std::int64_t rounds) { dropped_ += rounds; }

  /// @param took  the whole run
  Report report(const Scenario& scenario, std::int64_t users, Duration took) const;

 private:
  struct Counted {
    Latencies times;
    std::map<std::string, std::int64_t> failures;
    std::map<std::string, std::string> examples;
  };
  std::map<std::string, Counted> steps_;
  std::int64_t rounds_ = 0;
  std::int64_t dropped_ = 0;
};

/// The report as lines for people.
std::string to_table(const Report& report);

}  // namespace antiphon::load
