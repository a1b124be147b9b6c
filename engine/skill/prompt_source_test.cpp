#include "engine/skill/prompt_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/temporary_folder.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::skill {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr std::string_view text_of_standard =
    "+++\nversion = 1\nsummary = \"x\"\n[inputs.text]\nlength_max = 100\n+++\n# system\nSort.\n# "
    "user\n{{text}}\n";

class FolderPromptsTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Prompt> find(std::string tenant, std::string skill = "test.sort") {
    Instant due = time_.clock().steady() + 1s;
    return time_.run(prompts_.find(std::move(tenant), std::move(skill), standard_, due));
  }
  void write(std::string_view tenant, std::string_view text) {
    std::filesystem::create_directories(folder_.path() / tenant);
    std::ofstream(folder_.path() / tenant / "test.sort.md", std::ios::binary) << text;
  }
  static std::string told(std::string_view system) {
    std::string text(text_of_standard);
    return text.replace(text.find("Sort."), 5, system);
  }

  testing::VirtualTime time_;
  TemporaryFolder folder_;
  Pool files_{{.name = "files", .threads = 0}};
  std::string logged_;
  std::mutex mutex_;
  std::optional<log::Logger> log_{std::in_place, time_.clock(),
                                  log::Options{.sink = [this](std::string_view line) {
                                    std::scoped_lock lock(mutex_);
                                    logged_ += line;
                                  }}};
  FolderPrompts prompts_{folder_.path(), files_, *log_};
  std::shared_ptr<const Prompt> standard_ = parse_prompt(text_of_standard, "test.sort.md");
};

TEST_F(FolderPromptsTest, a_tenant_may_have_a_prompt_of_its_own) {  // E-36
  write("ten_1", told("Sort like us."));
  EXPECT_EQ(find("ten_1")->system.pieces.at(0).text, "Sort like us.");
  EXPECT_EQ(find("ten_2"), standard_);
  EXPECT_EQ(find("ten_1", "test.other"), standard_);
  EXPECT_NE(find("ten_1")->hash, standard_->hash);
}

TEST_F(FolderPromptsTest, what_changes_is_noticed) {  // E-36
  EXPECT_EQ(find("ten_1"), standard_);
  write("ten_1", told("One."));
  EXPECT_EQ(find("ten_1"), standard_) << "not looked at for a while";
  time_.run_for(FolderPrompts::looked_again_after);
  EXPECT_EQ(find("ten_1")->system.pieces.at(0).text, "One.");
  write("ten_1", told("Two."));
  time_.run_for(FolderPrompts::looked_again_after);
  EXPECT_EQ(find("ten_1")->system.pieces.at(0).text, "Two.");
  std::filesystem::remove_all(folder_.path() / "ten_1");
  time_.run_for(FolderPrompts::looked_again_after);
  EXPECT_EQ(find("ten_1"), standard_);
}

TEST_F(FolderPromptsTest, one_that_is_wrong_is_told_and_not_used) {  // E-36
  write("ten_1", "Just sort it.");
  write("ten_2",
        "+++\nversion = 1\nsummary = \"x\"\n[inputs.text]\nlength_max = 101\n+++\n# "
        "system\nx\n# user\n{{text}}");
  write("ten_3", "");
  for (const char* tenant : {"ten_1", "ten_2", "ten_3"}) EXPECT_EQ(find(tenant), standard_);
  EXPECT_EQ(find("ten_1"), standard_);
}

TEST_F(FolderPromptsTest, tells_file_and_line) {  // E-36
  write("ten_1", told("{{unknown}}"));
  EXPECT_EQ(find("ten_1"), standard_);
  log::Logger last = *log_;
  last.error("The end.");
  for (bool is_written = false; !is_written;) {
    std::scoped_lock lock(mutex_);
    is_written = logged_.contains("The end.");
  }
  EXPECT_THAT(logged_, HasSubstr("ten_1/test.sort.md:8: "));
}

TEST_F(FolderPromptsTest, a_name_leads_nowhere_else) {  // E-36
  std::ofstream(folder_.path() / "test.sort.md") << told("Outside.");
  for (const char* tenant : {"..", ".", "", "a/..", "../x", "a/b"}) {
    EXPECT_EQ(find(tenant), standard_) << tenant;
  }
  EXPECT_EQ(find("ten_1", "../test.sort"), standard_);
}

}  // namespace
}  // namespace antiphon::skill
