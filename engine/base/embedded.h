#pragma once

#include <string_view>

namespace antiphon {

/// A file that is part of the program (antiphon_embed in tool/cmake/AntiphonEmbed.cmake).
struct EmbeddedFile {
  std::string_view name;  ///< without its folder: "0001_visits.sql"
  std::string_view text;
};

}  // namespace antiphon
