#pragma once

#include "engine/schema/value.h"

namespace antiphon::model {

/// Whether OpenAI takes a JSON Schema as one that the model is held to: every object in it names
/// all its members as required and allows no others.
bool is_strict_schema(const schema::Value& schema);

}  // namespace antiphon::model
