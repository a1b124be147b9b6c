#include "engine/skill/answer_shape.h"

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "engine/schema/json_schema.h"

namespace antiphon::skill {
namespace {

constexpr std::string_view definitions_key = "$defs";

// Providers want an object at the root and no reference; one that holds itself stays defined too.
schema::Value with_root_in_place(const schema::Type& type) {
  schema::Value document = schema::json_schema(type);
  const schema::Value* definitions = document.find(definitions_key);
  ENSURE(definitions != nullptr && definitions->find(type.name) != nullptr,
         "an answer is a described struct");
  schema::Value root = *definitions->find(type.name);
  schema::Value rest = *definitions;
  rest.remove(type.name);
  std::string reference = fmt::format("\"#/$defs/{}\"", type.name);
  bool holds_itself =
      schema::to_json(root).contains(reference) || schema::to_json(rest).contains(reference);
  if (holds_itself) rest = *definitions;
  if (!rest.members().empty()) root.set(definitions_key, std::move(rest));
  return root;
}

}  // namespace

AnswerShape make_answer_shape(const schema::Type& type) {
  std::string json = schema::to_json(with_root_in_place(type));
  std::string hash = sha256_hex(json);
  return {.name = type.name, .schema = std::move(json), .hash = std::move(hash)};
}

model::OutputShape output_of(const AnswerShape& shape, Hold hold) {
  using Kind = model::OutputShape::Kind;
  switch (hold) {
    case Hold::schema: return {.kind = Kind::schema, .name = shape.name, .schema = shape.schema};
    case Hold::json: return {.kind = Kind::json};
    case Hold::text: return {.kind = Kind::text};
  }
  return {};
}

std::string instructions_of(const AnswerShape& shape, Hold hold) {
  std::string text = "Answer with one JSON object and nothing else.";
  if (hold != Hold::schema) text += " It keeps to this JSON Schema:\n" + shape.schema;
  return text;
}

Hold Holds::first(const std::string& key, Instant now) const {
  auto found = learnt_.find(key);
  bool is_known = found != learnt_.end() && now - found->second.at < kept;
  return is_known ? found->second.hold : Hold::schema;
}

void Holds::learn(const std::string& key, Hold hold, Instant now) {
  auto known = learnt_.find(key);
  if (known != learnt_.end() && known->second.hold == hold && now - known->second.at < kept) return;
  learnt_[key] = {hold, now};
}

}  // namespace antiphon::skill
