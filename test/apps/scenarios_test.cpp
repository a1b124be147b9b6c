// E-104: the scenarios that ship.
#include <gtest/gtest.h>

#include "engine/load/scenario.h"
#include "test/apps/apps.h"

namespace antiphon::apps_test {
namespace {

TEST(Scenarios, all_that_ship_are_right) {
  for (const app::AppInfo* info : all_apps()) {
    for (const char* name : {"baseline", "peak", "stress"}) {
      auto file =
          std::filesystem::path("apps") / info->name / "load" / (std::string(name) + ".toml");
      load::Scenario scenario = load::load_scenario(file);
      EXPECT_EQ(scenario.name, name);
      EXPECT_GT(scenario.thresholds.success_min, 0) << file;
    }
  }
}

}  // namespace
}  // namespace antiphon::apps_test
