#pragma once

#include "apps/director/edit/edit_list.h"
#include "engine/media/composition.h"

// From an edit list to the film that is made of it. Pure.

namespace antiphon::director {

enum class Quality { hd720, hd1080 };

inline auto describe(schema::Tag<Quality>) {
  return schema::enumeration<Quality>("Quality", "How large the picture is")
      .value("720p", Quality::hd720, "1280 x 720")
      .value("1080p", Quality::hd1080, "1920 x 1080");
}

/// How a film is wanted.
struct RenderWish {
  Quality quality = Quality::hd720;
  std::optional<Layout> layout;  ///< nothing: as the list has it
  bool captions = false;         ///< drawn into the picture
};

/// The files that there are.
struct RenderFiles {
  std::map<std::string, media::ComposedFilm> clips;  ///< by the clips' ids
  std::optional<std::filesystem::path> recording;
  bool recording_has_sound = true;
  std::optional<std::filesystem::path> subtitles;  ///< only where they are wanted
};

media::Composition composition_of(const EditList& list, const RenderWish& wish,
                                  const RenderFiles& files);

/// What the film will not show of the list, in sentences for people: charts, and clips that are not
/// among `known` any more.
std::vector<std::string> remarks_on(const EditList& list, const std::set<std::string>& known);

}  // namespace antiphon::director
