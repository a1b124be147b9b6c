#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/schema/type.h"

namespace antiphon::schema {

inline constexpr std::size_t chosen_fields_max = 100;
inline constexpr std::size_t chosen_depth_max = 8;

/// Which fields of an object are to be written; empty: all. Lists and optional values are looked
/// through: `items.title` of a list of items is every title.
struct FieldChoice {
  std::map<std::string, FieldChoice, std::less<>> below;

  bool is_all() const { return below.empty(); }
};

/// Reads "id,visit.title" against the description of an object; adds what is wrong at `pointer`:
/// rule `unknown`, naming the nearest field, or `max_items`.
FieldChoice parse_fields(std::string_view text, const Type& type, std::string_view pointer,
                         std::vector<FieldError>& errors);

/// Appends the JSON of a value of `type` with the chosen fields.
void write_json(std::string& out, const Type& type, const void* value, const FieldChoice& choice);

}  // namespace antiphon::schema
