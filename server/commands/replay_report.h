#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/recording.h"
#include "engine/record/replayer.h"
#include "engine/schema/describe.h"

namespace antiphon::server {

struct ReportedDifference {
  std::uint64_t event = 0;
  double at_s = 0;
  std::string recorded;
  std::string replayed;
};

inline auto describe(schema::Tag<ReportedDifference>) {
  return schema::object<ReportedDifference>("ReportedDifference", "Where the replay differs first")
      .field("event", &ReportedDifference::event, "Number of the event, from 1")
      .field("atS", &ReportedDifference::at_s, "Seconds from the beginning")
      .field("recorded", &ReportedDifference::recorded, "The event then; empty: none")
      .field("replayed", &ReportedDifference::replayed, "The event now; empty: none");
}

/// What came of a replay.
struct ReplayReport {
  bool same = false;
  std::string end;  ///< whole, cut, changed
  std::string reason;
  std::uint64_t events = 0;
  double length_s = 0;
  double sound_s = 0;
  double took_s = 0;
  std::uint64_t read_bytes = 0;
  std::vector<std::string> other_ingredients;
  std::optional<ReportedDifference> difference;
};

inline auto describe(schema::Tag<ReplayReport>) {
  return schema::object<ReplayReport>("ReplayReport", "What came of a replay")
      .field("same", &ReplayReport::same, "Whether every event was the same, byte for byte")
      .field("end", &ReplayReport::end,
             "whole; cut: the file ends too early; changed: it was "
             "changed from there on")
      .field("reason", &ReplayReport::reason, "Why the recording ended before its session")
      .field("events", &ReplayReport::events, "Events that were the same")
      .field("lengthS", &ReplayReport::length_s, "Length of the recording")
      .field("soundS", &ReplayReport::sound_s, "Sound in it")
      .field("tookS", &ReplayReport::took_s, "What the replay took")
      .field("readBytes", &ReplayReport::read_bytes, "How much of the file could be read")
      .field("otherIngredients", &ReplayReport::other_ingredients,
             "What is not as it was when it was recorded")
      .field("difference", &ReplayReport::difference, "The first");
}

/// @param recording    freshly opened
/// @param ingredients  name and path of those of this machine
ReplayReport make_report(const record::Replayed& replayed, record::Recording& recording,
                         Duration took,
                         const std::vector<std::pair<std::string, std::string>>& ingredients);

/// Why a replay has failed, for people; "" when it has not.
std::string problem_of(const ReplayReport& report);
std::string to_text(const ReplayReport& report);

/// Prints the recordings of a folder, the newest last.
void list_recordings(const std::filesystem::path& folder,
                     const std::function<record::RecordKey()>& key, bool as_json);

}  // namespace antiphon::server
