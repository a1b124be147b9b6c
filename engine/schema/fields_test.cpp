#include "engine/schema/fields.h"

#include <gtest/gtest.h>

#include "engine/schema/json.h"

namespace antiphon::schema {
namespace {

struct Room {
  std::string name;
  int beds = 0;
};
auto describe(Tag<Room>) {
  return object<Room>("Room", "A room")
      .field("name", &Room::name, "Its name")
      .field("beds", &Room::beds, "How many");
}

struct House {
  std::string id;
  Room hall;
  std::optional<Room> cellar;
  std::vector<Room> rooms;
  std::map<std::string, int> doors;
};
auto describe(Tag<House>) {
  return object<House>("House", "A house")
      .field("id", &House::id, "Its id")
      .field("hall", &House::hall, "The first room")
      .field("cellar", &House::cellar, "Below")
      .field("rooms", &House::rooms, "All others")
      .field("doors", &House::doors, "By their colour");
}

const House house{.id = "h1",
                  .hall = {"hall", 0},
                  .cellar = Room{"cellar", 1},
                  .rooms = {{"blue", 2}, {"red", 3}},
                  .doors = {{"green", 1}}};

std::string chosen(std::string_view fields) {
  std::vector<FieldError> errors;
  FieldChoice choice = parse_fields(fields, of<House>(), "/fields", errors);
  if (!errors.empty()) return errors[0].rule + ": " + errors[0].message;
  std::string out;
  write_json(out, of<House>(), &house, choice);
  return out;
}

// E-14
TEST(Fields, writes_what_was_chosen_in_wire_order) {
  EXPECT_EQ(chosen("id"), R"({"id":"h1"})");
  EXPECT_EQ(chosen("hall.name,id"), R"({"id":"h1","hall":{"name":"hall"}})");
  EXPECT_EQ(chosen("doors"), R"({"doors":{"green":1}})");
}

TEST(Fields, looks_through_lists_and_optional_values) {
  EXPECT_EQ(chosen("rooms.name"), R"({"rooms":[{"name":"blue"},{"name":"red"}]})");
  EXPECT_EQ(chosen("cellar.beds"), R"({"cellar":{"beds":1}})");
}

TEST(Fields, a_whole_holds_its_parts) {
  constexpr std::string_view whole = R"({"hall":{"name":"hall","beds":0}})";
  EXPECT_EQ(chosen("hall,hall.name"), whole);
  EXPECT_EQ(chosen("hall.name,hall"), whole);
  EXPECT_EQ(chosen("hall.name,hall.beds"), whole);
  EXPECT_EQ(chosen("hall,hall.nmae"),
            "unknown: Room has no field \"nmae\"; the nearest is "
            "\"name\".");
}

TEST(Fields, names_the_nearest_of_an_unknown_field) {
  EXPECT_EQ(chosen("romms"), "unknown: House has no field \"romms\"; the nearest is \"rooms\".");
  EXPECT_EQ(chosen("rooms.bed"), "unknown: Room has no field \"bed\"; the nearest is \"beds\".");
  EXPECT_EQ(chosen(""), "unknown: House has no field \"\"; the nearest is \"id\".");
  EXPECT_EQ(chosen("id,"), chosen(""));
  EXPECT_EQ(chosen("id.x"), "unknown: There are no fields at \".x\".");
  EXPECT_EQ(chosen("doors.green"), "unknown: There are no fields at \".green\".");
}

TEST(Fields, are_limited) {
  std::string many = "id";
  for (std::size_t i = 0; i < chosen_fields_max; ++i) many += ",id";
  EXPECT_TRUE(chosen(many).starts_with("max_items: "));
}

}  // namespace
}  // namespace antiphon::schema
