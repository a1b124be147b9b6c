#pragma once

#include <chrono>
#include <string>

#include "engine/schema/describe.h"

namespace antiphon::director {

/// What can be set of the director: section [director] of the configuration.
struct DirectorSettings {
  std::string library;
  std::string uploads;
  std::string work;
  std::chrono::milliseconds late_after_ms{2500};
  std::chrono::milliseconds approve_within_ms{10'000};
  std::chrono::milliseconds show_min_ms{2000};
  std::chrono::milliseconds cool_down_ms{6000};
  std::chrono::milliseconds repeat_window_ms{60'000};
};

inline auto describe(schema::Tag<DirectorSettings>) {
  return schema::object<DirectorSettings>("DirectorSettings", "The director app")
      .field("library", &DirectorSettings::library,
             "Folder of the starter library; empty: beside the program")
      .field("uploads", &DirectorSettings::uploads,
             "Folder of resumable uploads under way; empty: in the data folder")
      .field("work", &DirectorSettings::work,
             "Folder of films that are being made; empty: in the data folder")
      .field("lateAfterMs", &DirectorSettings::late_after_ms,
             "An overlay that is later than this after its word is not shown", schema::min(100),
             schema::max(600'000), schema::unit("ms"))
      .field("approveWithinMs", &DirectorSettings::approve_within_ms,
             "How long a choice waits for the creator's word in mode approve", schema::min(1000),
             schema::max(600'000), schema::unit("ms"))
      .field("showMinMs", &DirectorSettings::show_min_ms, "How long a clip stays at least",
             schema::min(0), schema::max(600'000), schema::unit("ms"))
      .field("coolDownMs", &DirectorSettings::cool_down_ms,
             "How long a clip keeps others of its topic away", schema::min(0), schema::max(600'000),
             schema::unit("ms"))
      .field("repeatWindowMs", &DirectorSettings::repeat_window_ms,
             "How long the same clip does not come back", schema::min(0), schema::max(86'400'000),
             schema::unit("ms"))
      .all_defaulted();
}

/// The same for another machine: no names of folders.
inline DirectorSettings without_folders(DirectorSettings settings) {
  settings.library = settings.uploads = settings.work = "";
  return settings;
}

}  // namespace antiphon::director
