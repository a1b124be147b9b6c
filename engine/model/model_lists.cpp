#include "engine/model/model_lists.h"

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::model {
namespace {

std::string text_at(const schema::Value& object, std::string_view key) {
  const schema::Value* member = key.empty() ? nullptr : object.find(key);
  return member && member->is_text() ? member->text() : std::string();
}

bool has_more(const schema::Value& list, const ModelListShape& shape) {
  if (shape.more.empty()) return true;
  const schema::Value* more = list.find(shape.more);
  return more && more->is_boolean() && more->boolean();
}

}  // namespace

std::optional<ModelsPage> read_model_list(std::string_view body, const ModelListShape& shape) {
  try {
    schema::Value list = schema::parse_value(body);
    const schema::Value* items = list.find(shape.items);
    if (!items || !items->is_array()) return std::nullopt;
    ModelsPage page;
    for (const schema::Value& item : items->items()) {
      std::string name = text_at(item, shape.name);
      if (!name.empty()) page.names.push_back(std::move(name));
    }
    if (has_more(list, shape)) page.next = text_at(list, shape.next);
    return page;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace antiphon::model
