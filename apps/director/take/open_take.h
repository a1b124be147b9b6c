#pragma once

#include <string>

#include "apps/director/take/events.h"

namespace antiphon::director {

/// What a take is opened with.
struct OpenTake {
  std::string language = "en";
  Layout layout = Layout::fullscreen;
  bool record = false;
  bool consent = false;
};

inline auto describe(schema::Tag<OpenTake>) {
  return schema::object<OpenTake>("OpenTake", "What a take is opened with")
      .field("language", &OpenTake::language, "Language of the speech", schema::language_tag,
             schema::defaulted)
      .field("layout", &OpenTake::layout, "Where clip and speaker stand", schema::defaulted)
      .field("record", &OpenTake::record,
             "Whether the take is recorded, sound and all, so that it can be replayed; takes "
             "consent, and a server that allows it (record.enabled)",
             schema::defaulted)
      .field("consent", &OpenTake::consent, "Everybody who is heard agrees to be recorded",
             schema::defaulted);
}

/// @throws Error{fields} where a recording is asked for without consent
void check_consent(const OpenTake& wanted);

}  // namespace antiphon::director
