#include "engine/search/snippet.h"

#include <gtest/gtest.h>

#include "engine/base/encoding.h"
#include "engine/base/random.h"
#include "engine/search/index.h"

namespace antiphon::search {
namespace {

Snippet snippet_of(const std::string& text, const std::string& query, std::size_t bytes_max) {
  std::vector<Document> documents = {{.id = "a", .texts = {text}}};
  std::vector<Hit> hits = Index::build({{"text", 1}}, documents).search({.text = query});
  return make_snippet(text, hits.empty() ? std::vector<Match>{} : hits[0].matches, 0, bytes_max);
}

// The snippet with its highlights in brackets and its cuts as dots.
std::string shown(const Snippet& snippet) {
  std::string text = snippet.text;
  for (auto match = snippet.matches.rbegin(); match != snippet.matches.rend(); ++match) {
    text.insert(match->end, "]");
    text.insert(match->begin, "[");
  }
  return (snippet.cut_before ? "..." : "") + text + (snippet.cut_after ? "..." : "");
}

const std::string harbour =
    "Gulls circle above. Two ships leave the old harbour while a third ship waits outside.";

TEST(Snippet, is_the_piece_with_the_most_matches) {
  EXPECT_EQ(shown(snippet_of(harbour, "ship harbour", 46)),
            "...[ships] leave the old [harbour] while a third [ship]...");
  EXPECT_EQ(shown(snippet_of(harbour, "gulls", 20)), "[Gulls] circle above....");
  EXPECT_EQ(shown(snippet_of(harbour, "outside", 20)), "...ship waits [outside].");
}

TEST(Snippet, is_everything_when_there_is_room) {
  EXPECT_EQ(snippet_of(harbour, "ship", 1'000).text, harbour);
  EXPECT_EQ(shown(snippet_of("old harbour", "harbour", 11)), "old [harbour]");
}

TEST(Snippet, without_matches_is_the_beginning) {
  EXPECT_EQ(shown(snippet_of(harbour, "zebra", 22)), "Gulls circle above....");
  EXPECT_EQ(shown(snippet_of("", "zebra", 10)), "");
}

TEST(Snippet, of_a_text_without_spaces_keeps_characters_whole) {
  Snippet snippet = snippet_of("東京の夜景と京都の朝", "夜景", 13);
  EXPECT_TRUE(is_utf8(snippet.text)) << snippet.text;
  EXPECT_NE(snippet.text.find("夜景"), std::string::npos);
}

TEST(Snippet, keeps_to_its_length_and_marks_what_matched) {
  SeededRandom random(3);
  static constexpr std::array pieces = {"harbour", " ", "ö", "夜", "x", ". ", "ship "};
  for (int i = 0; i < 2'000; ++i) {
    std::string text;
    for (std::size_t n = random.below(40); n > 0; --n) text += pieces[random.below(pieces.size())];
    std::size_t bytes_max = random.below(60);
    Snippet snippet = snippet_of(text, "harbour ship", bytes_max);
    ASSERT_LE(snippet.text.size(), bytes_max) << text;
    ASSERT_TRUE(is_utf8(snippet.text)) << text << " / " << snippet.text;
    ASSERT_NE(text.find(snippet.text), std::string::npos);
    for (Range match : snippet.matches) {
      std::string word = snippet.text.substr(match.begin, match.end - match.begin);
      ASSERT_TRUE(word == "harbour" || word == "ship") << word;
    }
  }
}

}  // namespace
}  // namespace antiphon::search
