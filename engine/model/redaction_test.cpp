// Keys and conversations do not come into messages. E-31.
#include "engine/model/redaction.h"

#include <gtest/gtest.h>

#include "engine/model/limits.h"

namespace antiphon::model {
namespace {

const std::string key = "sk-proj-abcdefghijklmnop";

TEST(Redaction, masks_keys_and_the_pieces_that_providers_show_of_them) {
  Redaction redaction({key, "team-7"});
  EXPECT_EQ(redaction.clean("Incorrect API key provided: " + key + ". You can"),
            "Incorrect API key provided: [key]. You can");
  EXPECT_EQ(redaction.clean("key sk-proj-***klmnop was"), "key [key]***[key] was");
  EXPECT_EQ(redaction.clean("header team-7, " + key + key), "header [key], [key][key]");
  EXPECT_EQ(redaction.clean("nothing of it"), "nothing of it");
  EXPECT_EQ(Redaction({"", "ab"}).clean("a ab b"), "a [key] b");
}

TEST(Redaction, tells_nothing_that_repeats_the_conversation) {
  Redaction redaction(
      {}, {"Write a letter to my landlord about the broken heating, please.", "17", ""});
  EXPECT_EQ(redaction.clean("Invalid value: 'letter to my landlord about the br'"), "");
  EXPECT_EQ(redaction.clean("Invalid value: '17'"), "");
  EXPECT_EQ(redaction.clean("The model overheats, please wait"),
            "The model overheats, please wait");
}

// Wherever the common piece stands.
TEST(Redaction, finds_common_pieces_at_every_place) {
  std::string text = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (std::size_t at = 0; at < 9; ++at) {
    for (std::size_t before = 0; before < 9; ++before) {
      std::string said = std::string(before, '-') + text.substr(at, 24) + "--";
      EXPECT_EQ(Redaction({}, {text}).clean(said), "") << at << " " << before;
    }
  }
}

TEST(Redaction, is_one_bounded_line_of_text) {
  EXPECT_EQ(Redaction({}).clean("a\r\nb\tc\x7f"), "a  b c ");
  EXPECT_EQ(Redaction({}).clean("a\xff\xfe"), "a??");
  EXPECT_EQ(Redaction({}).clean(std::string(10'000, 'x')).size(), error_text_bytes_max);
  std::string cut = Redaction({}).clean(std::string(error_text_bytes_max - 1, 'x') + "\u00e5");
  EXPECT_EQ(cut, std::string(error_text_bytes_max - 1, 'x')) << "no half of a character";
  // A key at the place where it is cut.
  std::string late = Redaction({key}).clean(std::string(error_text_bytes_max - 8, 'x') + key);
  EXPECT_FALSE(late.contains("sk-proj")) << late;
}

}  // namespace
}  // namespace antiphon::model
