#include "server/doctor/place_check.h"

#include <gmock/gmock.h>

#include <fstream>

#include "engine/base/temporary_folder.h"
#include "engine/store/migration.h"
#include "server/data_folder.h"
#include "server/doctor/speech_check.h"

namespace antiphon::server::doctor {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PlaceCheckTest : public ::testing::Test {
 protected:
  PlaceCheckTest() { settings_.server.data = (folder_.path() / "data").string(); }

  Finding database() {
    return core_.run_until_done(check_database({network_, nullptr, 30s}, &settings_, {}));
  }
  std::filesystem::path data() const { return settings_.server.data; }

  TemporaryFolder folder_;
  SystemClock clock_;
  Core core_{0, clock_};
  SystemNetwork network_;
  Settings settings_;
};

TEST_F(PlaceCheckTest, a_folder_that_is_to_be_made_is_left_alone) {  // E-3
  Finding finding = check_data_folder(settings_)[0];
  EXPECT_EQ(finding.health, Health::ok);
  EXPECT_THAT(finding.message, EndsWith("is made at the first start"));
  EXPECT_THAT(database().message, EndsWith("is made at the first start"));
  EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(PlaceCheckTest, who_holds_the_folder_is_told) {  // E-3, E-5
  {
    DataFolder held(data());
    held.announce("http://127.0.0.1:8080", "the token");
    Finding finding = check_data_folder(settings_)[0];
    EXPECT_EQ(finding.health, Health::ok);
    EXPECT_THAT(finding.message,
                HasSubstr(fmt::format("held by process {}, which serves http://127.0.0.1:8080",
                                      ::getpid())));
    EXPECT_THAT(check_address(settings_, network_).message, "a server runs on the data folder");
  }
  EXPECT_THAT(check_data_folder(settings_)[0].message, EndsWith("no server runs on it"));
}

TEST_F(PlaceCheckTest, a_file_in_the_place_of_the_folder_is_a_problem) {
  std::ofstream(data()) << "x";
  EXPECT_EQ(check_data_folder(settings_)[0].health, Health::problem);
}

TEST_F(PlaceCheckTest, migrations_that_have_run_and_are_to_come_are_counted) {  // E-3, E-60
  std::filesystem::create_directories(data());
  auto all = store::engine_migrations();
  {
    auto file = store::make_database("sqlite:" + (data() / "antiphon.sqlite").string());
    core_.run_until_done(store::migrate(*file, {{"engine", all.first(2)}}, clock_.steady() + 30s));
  }
  Finding finding = database();
  EXPECT_EQ(finding.health, Health::ok);
  EXPECT_THAT(
      finding.message,
      EndsWith(fmt::format("answers; 2 migrations have run, {} are to come", all.size() - 2)));
  EXPECT_THAT(finding.advice, HasSubstr("antiphon migrate"));
}

TEST_F(PlaceCheckTest, a_database_that_does_not_answer_is_a_problem) {
  settings_.store.database_url = "postgresql://me:hunter22@127.0.0.1:1/antiphon";
  Finding finding = database();
  EXPECT_EQ(finding.health, Health::problem);
  EXPECT_THAT(finding.message, HasSubstr("PostgreSQL: "));
  EXPECT_THAT(finding.message, Not(HasSubstr("hunter22")));
  settings_.store.database_url = "mysql://somewhere";
  EXPECT_EQ(database().health, Health::problem);
  std::filesystem::create_directories(data() / "antiphon.sqlite");
  settings_.store.database_url.clear();
  EXPECT_EQ(database().health, Health::problem);
}

TEST_F(PlaceCheckTest, an_address_that_is_taken_is_a_problem) {  // E-3
  Findings findings;
  core_.run_until_done([&]() -> Task<> {
    auto other = network_.listen({"127.0.0.1", 0});
    settings_.server.listen = other->local().text();
    findings.push_back(check_address(settings_, network_));
    other.reset();
    findings.push_back(check_address(settings_, network_));
    co_return;
  }());
  EXPECT_EQ(findings[0].health, Health::problem);
  EXPECT_EQ(findings[1].health, Health::ok);
}

TEST_F(PlaceCheckTest, a_certificate_that_cannot_be_used_is_a_problem) {
  EXPECT_THAT(check_certificate({}, clock_.now()), IsEmpty());
  Findings findings =
      check_certificate({.certificate_file = "/none.pem", .key_file = "/none.key"}, clock_.now());
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].health, Health::problem);
  EXPECT_THAT(findings[0].message, HasSubstr("/none.pem"));
}

TEST_F(PlaceCheckTest, an_english_model_that_is_not_there_is_a_warning) {
  SpeechSettings speech{.program = "/nowhere/antiphon-speech", .model = "/nowhere"};
  Finding finding =
      core_.run_until_done(check_embedded_recogniser({network_, nullptr, 30s}, speech));
  EXPECT_EQ(finding.health, Health::warning);
  speech.embedded = false;
  speech.recognisers = {{.name = "r", .url = "http://127.0.0.1:1"}};
  finding = core_.run_until_done(check_embedded_recogniser({network_, nullptr, 30s}, speech));
  EXPECT_EQ(finding.health, Health::ok);
}

}  // namespace
}  // namespace antiphon::server::doctor
