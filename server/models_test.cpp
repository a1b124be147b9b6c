#include "server/models.h"

#include <gmock/gmock.h>

namespace antiphon::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Settings sound_settings() {
  Settings settings;
  settings.providers = {{.name = "house", .kind = "ollama", .url = "http://127.0.0.1:11434"},
                        {.name = "cloud", .kind = "anthropic"}};
  settings.gateway.instances = {{.name = "house", .models = {"small"}},
                                {.name = "clever", .provider = "cloud", .models = {"large"}}};
  settings.gateway.groups = {{.name = "default", .members = {"house"}}};
  return settings;
}

std::vector<std::string> pointers_of(const Settings& settings) {
  std::vector<std::string> pointers;
  for (const FieldError& fault : find_model_faults(settings)) pointers.push_back(fault.pointer);
  return pointers;
}

TEST(ModelSettings, an_instance_has_the_provider_of_its_name_or_the_one_it_names) {
  EXPECT_THAT(pointers_of(sound_settings()), IsEmpty());
}

TEST(ModelSettings, all_that_is_wrong_is_told_with_its_place) {  // E-2, E-31
  Settings settings = sound_settings();
  settings.providers[1].name = "house";
  settings.providers[0].url = "ftp://models";
  settings.gateway.groups[0].members = {"nobody"};
  EXPECT_THAT(pointers_of(settings),
              ElementsAre("/gateway/groups/0/members/0", "/providers/0/url", "/providers/1/name",
                          "/gateway/instances/1/provider"));
}

TEST(ModelSettings, vectors_come_from_who_has_them) {
  Settings settings = sound_settings();
  settings.gateway.instances[1].embedding_models = {"vectors"};
  EXPECT_THAT(pointers_of(settings), ElementsAre("/gateway/instances/1/embeddingModels"));
}

TEST(ModelSettings, wrong_ones_are_refused_before_anything_is_served) {
  Settings settings = sound_settings();
  settings.gateway.instances[0].provider = "lost";
  SystemClock clock;
  metrics::Registry metrics;
  try {
    SharedModels models(settings, clock, metrics);
    FAIL() << "taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::invalid);
    EXPECT_THAT(error.message(), HasSubstr("/gateway/instances/0/provider: There is no provider"));
  }
}

}  // namespace
}  // namespace antiphon::server
