#pragma once

#include <optional>
#include <string>

#include "engine/skill/provenance.h"

namespace antiphon::skill {

/// An answer as a cache keeps it: its JSON, and who gave it.
std::string to_kept(const std::string& json, const Provenance& provenance);

struct KeptAnswer {
  std::string json;
  Provenance provenance;  ///< source: cache; what it took is none
};
/// Nothing for what is no such text: a shared cache may hold what another version wrote.
std::optional<KeptAnswer> parse_kept(const std::string& text);

}  // namespace antiphon::skill
