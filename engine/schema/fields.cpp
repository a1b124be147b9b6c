#include "engine/schema/fields.h"

#include "engine/schema/nearest.h"

namespace antiphon::schema {
namespace {

// The object that is written where a value of `type` stands; other values are whole or not at all.
const Type& object_in(const Type& type) {
  const Type* inner = &type;
  while (inner->kind == Kind::optional || inner->kind == Kind::nullable ||
         inner->kind == Kind::list) {
    inner = &inner->element();
  }
  return *inner;
}

std::string no_such_field(std::string_view name, const Type& object) {
  if (object.kind != Kind::object)
    return fmt::format("There are no fields at \".{}\".", name.substr(0, 64));
  std::vector<std::string_view> names;
  for (const Field& field : object.fields) names.push_back(field.name);
  return fmt::format("{} has no field \"{}\"; the nearest is \"{}\".", object.name,
                     name.substr(0, 64), nearest(name, names));
}

// Adds one dotted name; gives what is wrong with it, or nothing.
std::string add(FieldChoice& choice, std::string_view path, const Type& type) {
  FieldChoice* at = &choice;
  const Type* object = &object_in(type);
  for (std::size_t depth = 0; depth < chosen_depth_max; ++depth) {
    auto dot = path.find('.');
    std::string_view name = path.substr(0, dot);
    const Field* field = object->kind == Kind::object ? object->find(name) : nullptr;
    if (!field) return no_such_field(name, *object);
    auto [entry, is_new] = at->below.try_emplace(std::string(name));
    at = &entry->second;
    if (dot == std::string_view::npos) {
      at->below.clear();
      return "";
    }
    object = &object_in(field->type());
    path.remove_prefix(dot + 1);
    if (is_new || !at->is_all()) continue;
    FieldChoice checked;  // chosen whole already, which a part does not change
    return add(checked, path, *object);
  }
  return fmt::format("A name goes at most {} fields deep.", chosen_depth_max);
}

}  // namespace

FieldChoice parse_fields(std::string_view text, const Type& type, std::string_view pointer,
                         std::vector<FieldError>& errors) {
  FieldChoice choice;
  for (std::size_t count = 0;; ++count) {
    if (count == chosen_fields_max) {
      errors.push_back({std::string(pointer), "max_items",
                        fmt::format("At most {} fields can be named.", chosen_fields_max)});
      return choice;
    }
    auto comma = text.find(',');
    std::string wrong = add(choice, text.substr(0, comma), type);
    if (!wrong.empty()) errors.push_back({std::string(pointer), "unknown", std::move(wrong)});
    if (comma == std::string_view::npos) return choice;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace antiphon::schema
