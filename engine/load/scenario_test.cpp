// E-104: scenarios are read, and everything that is wrong with one is told at once.
#include "engine/load/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace antiphon::load {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> errors_of(const std::string& toml) {
  std::vector<std::string> messages;
  try {
    parse_scenario(toml, "x.toml");
  } catch (const Error& error) {
    for (const FieldError& field : error.fields()) messages.push_back(field.message);
    if (messages.empty()) messages.push_back(error.message());
  }
  return messages;
}

TEST(Scenario, reads_users_steps_and_thresholds) {
  Scenario scenario = parse_scenario(R"(
users = 20
spawn_per_second = 5
duration_ms = 3000
every_ms = 500
[thresholds]
success_min = 0.99
p95_ms_max = 300
[[step]]
do = "request"
method = "POST"
path = "/api/v1/director/sessions"
body = '{"language":"en"}'
status = 201
keep = { session = "/sessionId" }
[[step]]
do = "open"
path = "/ws/director?sessionId={session}"
[[step]]
do = "send"
frame = '{"action":"text","id":"m{round}","text":"rain"}'
[[step]]
do = "expect"
event = "timeline"
where = { utterance = "1" }
p99_ms_max = 900.0
)",
                                     "load/peak.toml");
  EXPECT_EQ(scenario.name, "peak");
  EXPECT_EQ(scenario.users, 20);
  EXPECT_EQ(scenario.every, std::chrono::milliseconds(500));
  EXPECT_EQ(scenario.thresholds.p95_ms_max, 300);
  ASSERT_EQ(scenario.steps.size(), 4u);
  EXPECT_EQ(scenario.steps[0].name, "POST /api/v1/director/sessions");
  EXPECT_EQ(scenario.steps[1].name, "open /ws/director");
  EXPECT_EQ(scenario.steps[3].name, "expect timeline");
  EXPECT_EQ(scenario.steps[3].p99_ms_max, 900);
}

TEST(Scenario, tells_everything_that_is_wrong_at_once) {
  auto errors = errors_of(R"(
usrs = 20
duration_ms = "long"
[[step]]
do = "jump"
[[step]]
do = "send"
frame = 'no json'
[[step]]
do = "request"
method = "FETCH"
path = "health/{nobody}"
[[step]]
do = "think"
[[step]]
do = "think"
time_ms = 5
p95_ms_max = 3.0
)");
  for (const char* part :
       {"\"usrs\"; the nearest known is \"users\"", "x.toml:3", "x.toml:5", "Step 2: send needs a",
        "Step 2: frame must be a JSON object", "begins with no slash", "Step 3: \"FETCH\"",
        "Step 3: no step before this one keeps \"nobody\"", "Step 4: think needs time_ms",
        "Step 5: only request, open and expect"}) {
    EXPECT_THAT(errors, ::testing::Contains(HasSubstr(part)));
  }
}

TEST(Scenario, refuses_a_script_without_steps_or_with_a_second_socket) {
  EXPECT_THAT(errors_of("users = 2"), ::testing::ElementsAre(HasSubstr("There is no step")));
  EXPECT_THAT(errors_of(R"(step = [{do = "open", path = "/a"}, {do = "open", path = "/b"}])"),
              ::testing::ElementsAre(HasSubstr("a socket is open already")));
  EXPECT_THAT(errors_of(R"(step = [{do = "open", path = "/a"}, {do = "audio", file = "no.wav"}])"),
              ::testing::ElementsAre(HasSubstr("there is no file no.wav")));
  EXPECT_THAT(errors_of("users = "), ::testing::Contains(HasSubstr("x.toml:1")));
}

TEST(Scenario, fills_names_in_and_leaves_json_alone) {
  Variables variables{{"session", "ses_1"}, {"user", "7"}};
  EXPECT_EQ(fill_in(R"({"a":{"b":"{session}"},"n":{user}})", variables),
            R"({"a":{"b":"ses_1"},"n":7})");
  EXPECT_EQ(fill_in("{", variables), "{");
  EXPECT_THROW(fill_in("{other}", variables), Error);
}

}  // namespace
}  // namespace antiphon::load
