// D-10: lists of clips are read line by line; what is wrong is told and the rest goes on.
#include "apps/director/import/clip_list.h"

#include <gmock/gmock.h>

#include "engine/base/error.h"

namespace antiphon::director {
namespace {

using ::testing::HasSubstr;

TEST(ClipList, csv_is_read_by_its_first_line) {
  auto lines = parse_csv(
      "\xef\xbb\xbf"
      "title,file,tags,sentiment\r\n"
      "\"Sea, \"\"blue\"\"\",\"a/海.webm\",\"water,blue\",positive\r\n"
      "\r\n"
      "\"Two\nlines\",b.mp4,,\n"
      "Last,c.mp4,one,neutral");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].entry.title, "Sea, \"blue\"");
  EXPECT_EQ(lines[0].entry.file, "a/海.webm");
  EXPECT_EQ(lines[0].entry.tags, (std::vector<std::string>{"water", "blue"}));
  EXPECT_EQ(lines[0].entry.sentiment, Sentiment::positive);
  EXPECT_EQ(lines[1].entry.title, "Two\nlines");
  EXPECT_EQ(lines[1].number, 4);
  EXPECT_EQ(lines[2].number, 6);
  EXPECT_EQ(lines[2].problem, "");
}

TEST(ClipList, semicolons_part_cells_where_the_first_line_has_them) {
  auto lines = parse_csv("file;title\na.mp4;Hav, blått\n");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].entry.title, "Hav, blått");
}

TEST(ClipList, a_wrong_line_does_not_hurt_the_others) {
  auto lines = parse_csv(
      "file,sentiment\na.mp4\n,neutral\nb.mp4,joyful\n\xff.mp4,neutral\n\"c\"d,neutral\nc.mp4,\n"
      "\"open");
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_THAT(lines[0].problem, HasSubstr("1 cells; there are 2"));
  EXPECT_THAT(lines[1].problem, HasSubstr("file"));
  EXPECT_THAT(lines[2].problem, HasSubstr("sentiment"));
  EXPECT_THAT(lines[3].problem, HasSubstr("UTF-8"));
  EXPECT_THAT(lines[4].problem, HasSubstr("not closed"));
  EXPECT_EQ(lines[5].problem, "");
  EXPECT_EQ(lines[5].entry.file, "c.mp4");
  EXPECT_THAT(lines[6].problem, HasSubstr("not closed"));
}

TEST(ClipList, a_wrong_first_line_is_refused_whole) {
  for (std::string_view text : {"", "title\na\n", "file,color\n", "file,\xff\n"}) {
    EXPECT_THROW(parse_csv(text), Error) << text;
  }
}

TEST(ClipList, lines_of_json_are_read_each_by_itself) {
  auto lines = parse_json_lines(
      "{\"file\":\"a.mp4\",\"title\":\"Sea\",\"tags\":[\"blue\"]}\n\n"
      "{\"file\":\"b.mp4\",\"titel\":\"Sea\"}\r\nno json\n{\"file\":\"a\\u0000b\"}\n"
      "{\"file\":\"c.mp4\"}");
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0].entry.title, "Sea");
  EXPECT_EQ(lines[1].number, 3);
  EXPECT_THAT(lines[1].problem, HasSubstr("titel"));
  EXPECT_NE(lines[2].problem, "");
  EXPECT_THAT(lines[3].problem, HasSubstr("NUL"));
  EXPECT_EQ(lines[4].entry.file, "c.mp4");
}

TEST(ClipList, has_a_limit) {
  // Wrong lines count as well, and are read fast.
  std::string text = "file\n";
  for (std::size_t i = 0; i < list_lines_max; ++i) text += "a,b\n";
  EXPECT_EQ(parse_csv(text).size(), list_lines_max);
  text += "a,b\n";
  EXPECT_THROW(parse_csv(text), Error);
}

}  // namespace
}  // namespace antiphon::director
