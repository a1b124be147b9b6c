#include "server/doctor/finding.h"

#include <gmock/gmock.h>

#include "engine/schema/json.h"

namespace antiphon::server::doctor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Finding, is_a_line_and_what_to_do) {  // E-3
  Finding finding{.subject = "database",
                  .health = Health::problem,
                  .message = "PostgreSQL: it is away",
                  .advice = "Start it."};
  EXPECT_EQ(to_text(finding),
            "problem  database                   PostgreSQL: it is away\n"
            "         -> Start it.\n");
  EXPECT_EQ(to_text({.subject = "disk", .message = "9.1 GiB are free"}),
            "ok       disk                       9.1 GiB are free\n");
}

TEST(Finding, a_report_counts_and_is_data) {  // E-3
  Report report = make_report({{.subject = "a", .health = Health::problem, .message = "m"},
                               {.subject = "b",
                                .health = Health::warning,
                                .message = "m",
                                .took_ms = 1500,
                                .dimensions = 256},
                               {.subject = "c", .health = Health::skipped, .message = "m"},
                               {.subject = "d", .message = "m"}});
  EXPECT_EQ(summary_of(report), "1 problem, 1 warning");
  EXPECT_FALSE(report.is_well);
  std::string json = schema::to_json(report);
  EXPECT_THAT(json, HasSubstr(R"({"isWell":false,"problems":1,"warnings":1,"findings":[{)"));
  EXPECT_THAT(json, HasSubstr(R"("health":"warning","message":"m","advice":"","tookMs":1500,)"));
  EXPECT_THAT(json, HasSubstr(R"("dimensions":256)"));
  EXPECT_EQ(summary_of(make_report({{.subject = "a"}})), "0 problems, 0 warnings");
  EXPECT_TRUE(make_report({{.subject = "a", .health = Health::warning}}).is_well);
}

TEST(Finding, names_that_are_like_one_come_nearest_first) {
  EXPECT_THAT(nearest_names("llama3", {"mistral", "llama2", "llama3.2", "phi3"}),
              ElementsAre("llama2", "llama3.2", "phi3"));
  EXPECT_THAT(nearest_names("x", {}), IsEmpty());
  EXPECT_EQ(in_quotes({"a", "b", "c"}), R"("a", "b" or "c")");
  EXPECT_EQ(in_quotes({}), "");
}

TEST(Discretion, masks_whole_secrets_longest_first) {
  Discretion discretion({"hunter22", "hunter22-and-more", "ab", ""});
  EXPECT_EQ(discretion.clean("hunter22, hunter22-and-more, abc"), "[secret], [secret], abc");
  Finding finding{.message = "m hunter22", .advice = "a hunter22"};
  discretion.clean(finding);
  EXPECT_EQ(finding.message + finding.advice, "m [secret]a [secret]");
}

}  // namespace
}  // namespace antiphon::server::doctor
