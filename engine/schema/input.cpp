#include "engine/schema/input.h"

#include "engine/schema/json_reader.h"
#include "engine/schema/scalar.h"

namespace antiphon::schema {

Input::Input(const Type& type, void* target, ParseOptions options)
    : type_(type),
      target_(target),
      options_(options),
      given_(type.fields.size()),
      texts_(type.fields.size()) {
  ENSURE(type.kind == Kind::object, "input fills an object");
}

void Input::text(std::string_view name, std::string_view text) {
  const Field* field = type_.find(name);
  const std::string pointer = "/" + escape_pointer(name);
  if (field == nullptr) {
    if (options_.ignore_unknown) return;
    std::vector<std::string_view> known;
    for (const Field& other : type_.fields) known.push_back(other.name);
    errors_.push_back({pointer, "unknown", unknown_key("parameter", name, known)});
    return;
  }
  const auto index = static_cast<std::size_t>(field - type_.fields.data());
  auto& gathered = texts_[index];
  if (!gathered) {
    gathered = text;
  } else if (bare(field->type()).kind == Kind::list) {
    *gathered += ',';
    *gathered += text;
  } else {
    errors_.push_back(
        {pointer, "duplicate", fmt::format("The parameter {} is given twice.", quoted(name))});
  }
  given_[index] = true;
}

void Input::json(std::string_view body) {
  JsonReader reader({.type = &type_, .target = target_}, options_, errors_);
  reader.share_root(given_);
  parse_json(body, reader, options_);
}

void Input::refuse(std::vector<FieldError> errors) {
  std::ranges::move(errors, std::back_inserter(errors_));
}

void Input::finish() {
  for (std::size_t i = 0; i < type_.fields.size(); ++i) {
    const Field& field = type_.fields[i];
    const std::string pointer = "/" + escape_pointer(field.name);
    if (texts_[i]) {
      assign_text(slot_of(field, target_), *texts_[i], pointer, errors_);
    } else if (!given_[i] && field.presence == Presence::required) {
      errors_.push_back({pointer, "required", missing_field(field)});
    }
  }
  if (!errors_.empty()) throw Error(std::move(errors_));
}

}  // namespace antiphon::schema
