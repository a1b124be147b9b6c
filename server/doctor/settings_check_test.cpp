#include "server/doctor/settings_check.h"

#include <gmock/gmock.h>

#include "server/doctor/place_check.h"

namespace antiphon::server::doctor {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Settings with_models() {
  Settings settings;
  settings.providers = {{.name = "house", .kind = "ollama", .url = "http://127.0.0.1:11434"},
                        {.name = "cloud", .kind = "openai", .api_key = "sk-one-two-three"}};
  settings.gateway.instances = {
      {.name = "house", .models = {"small"}},
      {.name = "first", .provider = "cloud", .models = {"large", "mid"}},
      {.name = "second", .provider = "cloud", .models = {"large"}, .embedding_models = {"vec"}}};
  return settings;
}

TEST(SettingsCheck, all_faults_are_told_at_once) {  // E-2, E-3
  Settings settings = with_models();
  settings.providers[0].url = "ftp://models";
  settings.gateway.instances[1].provider = "nobody";
  settings.speech.recognisers = {{.name = "r", .url = "nonsense"}};
  settings.speech.voices = {{.name = "v", .url = "http://a"}, {.name = "v", .url = "http://b"}};
  Findings findings = check_settings(settings, 3);
  EXPECT_THAT(findings, SizeIs(4));
  for (const Finding& finding : findings) EXPECT_EQ(finding.health, Health::problem);
  EXPECT_EQ(check_settings(with_models(), 1)[0].message, "valid; 1 key is set");
}

TEST(SettingsCheck, a_configuration_that_is_not_taken_is_told_fault_by_fault) {
  Error error({{"/a", "type", "Expected a number."}, {"", "unknown", "Unknown key."}});
  Findings findings = faults_of(error);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0].message, "/a: Expected a number.");
  EXPECT_EQ(findings[1].message, "Unknown key.");
  EXPECT_EQ(faults_of(Error(Code::invalid, "No such file."))[0].message, "No such file.");
}

TEST(SettingsCheck, models_belong_to_the_provider_that_their_instances_name) {
  Settings settings = with_models();
  auto cases = provider_cases(settings);
  ASSERT_THAT(cases, SizeIs(2));
  EXPECT_THAT(cases[0].models, ElementsAre("small"));
  EXPECT_THAT(cases[1].models, ElementsAre("large", "mid"));
  EXPECT_THAT(cases[1].embedding_models, ElementsAre("vec"));
}

TEST(SettingsCheck, models_without_a_price_are_named) {  // E-39
  Settings settings = with_models();
  settings.gateway.prices = {{.model = "lar*", .input = 1}};
  Findings findings = check_prices(settings);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].health, Health::warning);
  EXPECT_THAT(findings[0].message, HasSubstr("none for mid, vec:")) << "one of here may be free";
  settings.gateway.budgets = {{.hard = 5}};
  EXPECT_THAT(check_prices(settings)[0].message, HasSubstr("none for small, mid, vec:"));
  settings.gateway.prices = {{.model = "*", .input = 1}};
  EXPECT_EQ(check_prices(settings)[0].health, Health::ok);
  EXPECT_THAT(check_prices(Settings()), IsEmpty());
}

TEST(SettingsCheck, every_secret_is_known_to_be_one) {
  Settings settings = with_models();
  settings.providers[0].headers = {{"X-Key", "header-value"}};
  settings.speech.recognisers = {{.name = "r", .url = "http://a", .api_key = "hears"}};
  settings.speech.voices = {{.name = "v", .url = "http://a", .api_key = "speaks"}};
  settings.store.database_url = "postgresql://me:p%40ss/word@host/db?password=other&x=1";
  settings.trace.headers = "a=traced,b=also";
  Discretion discretion(secrets_of(settings));
  for (std::string secret : {"sk-one-two-three", "header-value", "hears", "speaks", "p%40ss/word",
                             "p@ss/word", "other", "traced", "also", "word"}) {
    EXPECT_EQ(discretion.clean("<" + secret + ">"), "<[secret]>") << secret;
  }
  EXPECT_EQ(discretion.clean("host me db"), "host me db");
}

TEST(SettingsCheck, a_clock_before_the_program_was_made_is_wrong) {
  Timestamp built = parse_rfc3339("2026-03-01T08:00:00Z");
  EXPECT_EQ(check_clock(built, built).health, Health::ok);
  EXPECT_EQ(check_clock(built - std::chrono::hours(1), built).health, Health::problem);
  EXPECT_LT(program_time(), SystemClock().now());
  EXPECT_GT(program_time(), parse_rfc3339("2024-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace antiphon::server::doctor
