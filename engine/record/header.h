#pragma once

#include <string>
#include <vector>

#include "engine/live/tape.h"
#include "engine/schema/describe.h"

namespace antiphon::record {

/// Something beside the recording that its replay needs the same of.
struct Ingredient {
  std::string name;         ///< "speech model"
  std::string fingerprint;  ///< of its content; "" when it was not there
  bool operator==(const Ingredient&) const = default;
};

inline auto describe(schema::Tag<Ingredient>) {
  return schema::object<Ingredient>("Ingredient", "What a replay needs the same of")
      .field("name", &Ingredient::name, "What it is")
      .field("fingerprint", &Ingredient::fingerprint, "Hash of its content; empty: it was missing");
}

/// What stands first in a recording.
struct Header {
  std::string program;  ///< version that recorded
  std::string app;
  std::string session_id;
  std::string tenant;
  std::string principal;
  std::int64_t steady = 0;  ///< ns: the moment from which the first step is counted
  std::int64_t time = 0;    ///< us since 1970
  std::string wish;         ///< what the session was asked for with, as JSON
  std::string settings;     ///< of the app, as JSON
  std::vector<Ingredient> ingredients;
  bool is_shared = false;  ///< without sound and what was said

  live::Moment start() const {
    return {Instant(std::chrono::nanoseconds(steady)), Timestamp(std::chrono::microseconds(time))};
  }
};

inline auto describe(schema::Tag<Header>) {
  return schema::object<Header>("Header", "What was recorded")
      .field("program", &Header::program, "Version that recorded")
      .field("app", &Header::app, "Whose session it was")
      .field("sessionId", &Header::session_id, "Its id")
      .field("tenant", &Header::tenant, "Whose data it reached")
      .field("principal", &Header::principal, "Who opened it")
      .field("steady", &Header::steady, "When it began, on the clock of waits")
      .field("time", &Header::time, "The same, on the clock of stamps")
      .field("wish", &Header::wish, "What it was asked for with")
      .field("settings", &Header::settings, "Of the app")
      .field("ingredients", &Header::ingredients, "What a replay needs the same of")
      .field("isShared", &Header::is_shared, "Without sound and what was said", schema::defaulted);
}

/// A hash of a file, or of all files below a folder with their names; "" when it is not there.
std::string fingerprint_of(const std::string& path);

}  // namespace antiphon::record
