#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/live/close_code.h"
#include "engine/live/engine_events.h"

// docs/live-protocol.md says what the code does: its tables are the code's.

namespace antiphon::live {
namespace {

using ::testing::HasSubstr;

std::string page() {
  std::ifstream file("docs/live-protocol.md");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::size_t rows_after(const std::string& text, std::string_view heading) {
  std::size_t rows = 0;
  std::size_t at = text.find('\n', text.find(heading)) + 1;
  for (at = text.find("|---", at); text[at] == '|'; at = text.find('\n', at) + 1) ++rows;
  return rows - 1;
}

// E-23: one table of close codes.
TEST(ProtocolPage, has_every_close_code_and_no_other) {
  std::string text = page();
  for (const CloseCodeRow& row : close_codes()) {
    EXPECT_THAT(
        text, HasSubstr(fmt::format("| {} | {} | {} | {} | {} |\n", static_cast<int>(row.code),
                                    row.name, row.meaning, row.client, row.resume ? "yes" : "no")));
  }
  EXPECT_EQ(rows_after(text, "## Close codes"), close_codes().size());
}

TEST(ProtocolPage, has_every_event_of_the_engine_and_no_other) {
  std::string text = page();
  EXPECT_THAT(text, HasSubstr(event_table(engine_events())));
  EXPECT_EQ(rows_after(text, "### Events of the engine"), engine_events().size());
}

TEST(CloseCodes, every_code_that_is_sent_may_be_sent) {
  for (const CloseCodeRow& row : close_codes()) {
    EXPECT_TRUE(is_valid_close_code(static_cast<std::uint16_t>(row.code))) << row.name;
  }
  for (int i = 0; i <= static_cast<int>(Code::internal); ++i) {
    CloseCode code = close_code(static_cast<Code>(i));
    auto row = std::ranges::find(close_codes(), code, &CloseCodeRow::code);
    EXPECT_NE(row, close_codes().end()) << to_text(static_cast<Code>(i));
  }
}

}  // namespace
}  // namespace antiphon::live
