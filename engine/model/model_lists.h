#pragma once

#include <optional>
#include <string_view>

#include "engine/model/protocol.h"

namespace antiphon::model {

/// Where a list of models has what.
struct ModelListShape {
  std::string_view items;  ///< "data"
  std::string_view name;   ///< of an item: "id"
  std::string_view next;   ///< what names the next page, if there is one: "last_id"
  std::string_view more;   ///< says whether there is one: "has_more"; "": what names it does
};

/// A page of a list of models. Nothing for what is no such list.
std::optional<ModelsPage> read_model_list(std::string_view body, const ModelListShape& shape);

}  // namespace antiphon::model
