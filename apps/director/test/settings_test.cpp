#include "apps/director/settings.h"

#include <gtest/gtest.h>

#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

// Every text among the settings is a folder; one that is added has to be thought of.
TEST(DirectorSettings, that_travel_with_a_recording_name_no_folder) {  // E-24
  DirectorSettings settings;
  for (const schema::Field& field : schema::of<DirectorSettings>().fields) {
    if (field.type().kind != schema::Kind::text) continue;
    auto* value = reinterpret_cast<char*>(&settings) + field.offset;
    *reinterpret_cast<std::string*>(value) = "/somebody/here";
  }
  EXPECT_TRUE(schema::to_json(settings).contains("somebody"));
  EXPECT_FALSE(schema::to_json(without_folders(settings)).contains("somebody"));
}

}  // namespace
}  // namespace antiphon::director
