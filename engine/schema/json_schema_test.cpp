#include "engine/schema/json_schema.h"

#include <gtest/gtest.h>

#include "engine/schema/json.h"
#include "engine/schema/sample_test.h"

namespace antiphon::schema {

namespace {

using sample::Take;

struct Branch {
  std::vector<Branch> branches;
};
auto describe(Tag<Branch>) {
  return object<Branch>("Branch").field("branches", &Branch::branches, "");
}

Value take_property(std::string_view name) {
  return json_schema(of<Take>()).at(fmt::format("/$defs/Take/properties/{}", name));
}

TEST(JsonSchema, DocumentsReferToTheirDefinitions) {
  const Value schema = json_schema(of<Take>());
  EXPECT_EQ(schema.at("/$schema").text(), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema.at("/$ref").text(), "#/$defs/Take");
  EXPECT_EQ(schema.at("/$defs/Take/required"), Value::array().push("title"));
  EXPECT_EQ(schema.at("/$defs/Take/additionalProperties"), Value(false));
  EXPECT_EQ(schema.at("/$defs/Layout/enum"), Value::array().push("fullscreen").push("side"));
}

TEST(JsonSchema, ConstraintsAndDefaultsAreTold) {
  EXPECT_EQ(take_property("title"), parse_value(R"({"type":"string","minLength":1,"maxLength":10,
                            "description":"Its title"})"));
  EXPECT_EQ(take_property("speed"), parse_value(R"({"type":"integer","minimum":-100,"maximum":100,
                            "description":"Times real time","default":1})"));
  EXPECT_EQ(take_property("waitMs"), parse_value(R"({"type":"integer","x-unit":"ms",
                            "description":"Silence that ends an utterance","default":250})"));
  EXPECT_EQ(take_property("languages"),
            parse_value(R"({"type":"array","items":{"type":"string","format":"bcp47"},
                            "description":"Spoken","default":["en"]})"));
  EXPECT_EQ(take_property("layout"),
            parse_value(R"({"$ref":"#/$defs/Layout","description":"Where the clip is shown",
                            "default":"fullscreen"})"));
}

TEST(JsonSchema, LargeIntegersMayBeText) {
  EXPECT_EQ(take_property("frames").at("/type"), Value::array().push("integer").push("string"));
  EXPECT_EQ(take_property("bytes").at("/minimum"), Value(0));
}

TEST(JsonSchema, OnlyNullableFieldsMayBeNull) {
  EXPECT_EQ(take_property("chosen").at("/anyOf/1/type").text(), "null");
  EXPECT_EQ(take_property("note").at("/type").text(), "string");
}

TEST(JsonSchema, StructsMayHoldThemselves) {
  EXPECT_EQ(json_schema(of<Branch>()).at("/$defs/Branch/properties/branches/items/$ref").text(),
            "#/$defs/Branch");
}

TEST(SchemaSet, CollectsForOneDocument) {
  SchemaSet set("#/components/schemas/");
  EXPECT_EQ(set.use(of<Take>()).at("/$ref").text(), "#/components/schemas/Take");
  EXPECT_EQ(set.use(*of<Take>().find("speed"), of<Take>()).at("/maximum"), Value(100));
  set.use(of<Branch>());
  EXPECT_NO_THROW(set.schemas().at("/Branch/properties"));
  EXPECT_NO_THROW(set.schemas().at("/Clip/properties/score/minimum"));
}

}  // namespace

}  // namespace antiphon::schema
