#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/schema/describe.h"

namespace antiphon::load {

/// What a user does next.
enum class Action { request, open, send, audio, expect, think, close };

inline auto describe(schema::Tag<Action>) {
  return schema::enumeration<Action>("Action", "What a user does")
      .value("request", Action::request, "asks over HTTP; measured")
      .value("open", Action::open, "opens a live session's socket and is welcomed; measured")
      .value("send", Action::send, "sends a frame")
      .value("audio", Action::audio, "sends the sound of a file as fast as it was spoken")
      .value("expect", Action::expect, "waits for an event; measured from the step before it")
      .value("think", Action::think, "waits")
      .value("close", Action::close, "closes the socket");
}

/// One step of the script. `{name}` in path, body, frame and where stands for what an earlier step
/// kept; {user} and {round} are numbers from 1.
struct Step {
  Action action = Action::think;
  std::string name;
  std::string method = "GET";
  std::string path;
  std::string body;
  int status = 200;
  std::map<std::string, std::string> keep;
  std::string frame;
  std::string event;
  std::map<std::string, std::string> where;
  std::chrono::milliseconds within{10'000};
  std::string file;
  std::chrono::milliseconds time{0};
  std::chrono::milliseconds time_max{0};
  std::optional<double> p95_ms_max;
  std::optional<double> p99_ms_max;
};

inline auto describe(schema::Tag<Step>) {
  return schema::object<Step>("Step", "One step of the script")
      .field("do", &Step::action, "What the user does")
      .field("name", &Step::name, "In the report; else made of the step", schema::max_length(60))
      .field("method", &Step::method, "Of a request")
      .field("path", &Step::path, "Of a request or a socket", schema::max_length(2'000))
      .field("body", &Step::body, "JSON of a request", schema::max_length(1'000'000))
      .field("status", &Step::status, "The answer that is right", schema::min(100),
             schema::max(599))
      .field("keep", &Step::keep, "Name and JSON pointer of what to keep of the answer")
      .field("frame", &Step::frame, "JSON to send", schema::max_length(1'000'000))
      .field("event", &Step::event, "Type of the event to wait for", schema::max_length(100))
      .field("where", &Step::where, "What its fields must be; * is anything")
      .field("withinMs", &Step::within, "For an answer or event", schema::min(1),
             schema::max(600'000))
      .field("file", &Step::file, "Sound, from the folder of the scenario")
      .field("timeMs", &Step::time, "To think", schema::min(0), schema::max(3'600'000))
      .field("timeMaxMs", &Step::time_max, "Think between timeMs and this; 0: timeMs",
             schema::min(0), schema::max(3'600'000))
      .field("p95MsMax", &Step::p95_ms_max, "Threshold of this step", schema::min(0))
      .field("p99MsMax", &Step::p99_ms_max, "Threshold of this step", schema::min(0))
      .all_defaulted();
}

/// What must hold of a run.
struct Thresholds {
  double success_min = 0;
  std::optional<double> p50_ms_max;
  std::optional<double> p95_ms_max;
  std::optional<double> p99_ms_max;
  std::optional<std::int64_t> dropped_max;
};

inline auto describe(schema::Tag<Thresholds>) {
  return schema::object<Thresholds>("Thresholds", "What must hold of a run, else it fails")
      .field("successMin", &Thresholds::success_min, "Share of measured steps that went well",
             schema::min(0), schema::max(1))
      .field("p50MsMax", &Thresholds::p50_ms_max, "Over all measured steps", schema::min(0))
      .field("p95MsMax", &Thresholds::p95_ms_max, "Over all measured steps", schema::min(0))
      .field("p99MsMax", &Thresholds::p99_ms_max, "Over all measured steps", schema::min(0))
      .field("droppedMax", &Thresholds::dropped_max, "Rounds that were due and did not happen",
             schema::min(0))
      .all_defaulted();
}

/// Who comes, how many, and what they do.
struct Scenario {
  std::string name;
  std::int64_t users = 1;
  double spawn_per_second = 10;
  std::chrono::milliseconds duration{10'000};
  std::chrono::milliseconds every{0};
  bool guests = false;
  Thresholds thresholds;
  std::vector<Step> steps;

  std::filesystem::path folder;  ///< where files are looked for
};

inline constexpr std::int64_t users_max = 10'000;

inline auto describe(schema::Tag<Scenario>) {
  return schema::object<Scenario>("Scenario", "Who comes, how many, and what they do")
      .field("name", &Scenario::name, "In the report; else the file's name", schema::max_length(60))
      .field("users", &Scenario::users, "At the same time", schema::min(1), schema::max(users_max))
      .field("spawnPerSecond", &Scenario::spawn_per_second, "How fast they come", schema::min(0.01),
             schema::max(10'000))
      .field("durationMs", &Scenario::duration, "While rounds begin", schema::min(1),
             schema::max(86'400'000))
      .field("everyMs", &Scenario::every,
             "A user's rounds begin so far apart; 0: each when the one before is done",
             schema::min(0), schema::max(3'600'000))
      .field("guests", &Scenario::guests, "Each user has a guest's token of its own")
      .field("thresholds", &Scenario::thresholds, "What must hold, else the run fails")
      .field("step", &Scenario::steps, "The script of a round", schema::max_items(1'000))
      .all_defaulted();
}

/// Whether the report tells times of it.
bool is_measured(const Step& step);

/// Reads a scenario. @param name  of its file, for messages
/// @throws Error{fields} with everything that is wrong
Scenario parse_scenario(const std::string& toml, const std::string& name);

/// @throws as above; Error{Code::invalid} when it cannot be read
Scenario load_scenario(const std::filesystem::path& file);

using Variables = std::map<std::string, std::string, std::less<>>;

/// `text` with each {name} replaced by its value. @throws Error{Code::invalid} for an unknown one
std::string fill_in(std::string_view text, const Variables& variables);

}  // namespace antiphon::load
