// D-10: lists of clips come in line by line; what is wrong hurts no other line, and the same list
// goes on where it was.
#include "apps/director/import/imports.h"

#include <gmock/gmock.h>

#include "apps/director/test/library_rig.h"

namespace antiphon::director {
namespace {

class ImportsTest : public LibraryRig {
 protected:
  ImportProgress begin(const std::string& list) {
    return run(imports_.begin(call(), "Holiday", list, parse_csv(list)));
  }
  TakenIn take(const std::string& id, std::int64_t number, std::string bytes) {
    return run(imports_.take_line(call(), id, number, {"", content_of(std::move(bytes))}));
  }

  Imports imports_{*database_, random_, intake_};
};
ON_BOTH_DATABASES(ImportsTest);

TEST_P(ImportsTest, each_line_is_told_and_the_rest_goes_on) {
  std::string list =
      "file,title,sentiment\na.webm,Sea,positive\nb.webm,,joyful\nc.mp4,,\nd.webm,,\n";
  ImportProgress import = begin(list);
  EXPECT_TRUE(import.is_new);
  EXPECT_EQ(import.counts.waiting, 3);
  EXPECT_EQ(import.counts.invalid, 1);
  const std::string& id = import.import.id;

  TakenIn taken = take(id, 2, sample_film());
  EXPECT_EQ(taken.asset.title, "Sea");
  EXPECT_EQ(taken.asset.sentiment, Sentiment::positive);
  EXPECT_EQ(taken.asset.file_name, "a.webm");
  EXPECT_EQ(code_of([&] { take(id, 3, sample_film()); }), Code::conflict);
  EXPECT_EQ(code_of([&] { take(id, 4, "plain words\n"); }), Code::unsupported);
  EXPECT_FALSE(take(id, 5, sample_film()).is_new);
  EXPECT_EQ(code_of([&] { take(id, 6, sample_film()); }), Code::not_found);

  ImportCounts counts = run(imports_.find(call(), id)).counts;
  EXPECT_EQ(counts.taken, 1);
  EXPECT_EQ(counts.known, 1);
  EXPECT_EQ(counts.failed, 1);
  EXPECT_EQ(counts.waiting, 0);
  auto failed = run(imports_.lines(call(), id, "failed", 0, 10));
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].number, 4);
  EXPECT_THAT(failed[0].problem, ::testing::HasSubstr("This is text"));
  // A file that was mended may be sent again.
  EXPECT_TRUE(take(id, 4, sample_film(1)).is_new);
}

TEST_P(ImportsTest, the_same_list_goes_on_where_it_was) {
  std::string list = "file\na.webm\nb.webm\n";
  ImportProgress first = begin(list);
  take(first.import.id, 2, sample_film());
  ImportProgress again = begin(list);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.import.id, first.import.id);
  EXPECT_EQ(again.counts.taken, 1);
  EXPECT_EQ(again.counts.waiting, 1);
  EXPECT_EQ(code_of([&] { run(imports_.find(call("ten_b"), first.import.id)); }), Code::not_found);
}

TEST_P(ImportsTest, a_forgotten_import_leaves_its_clips) {
  ImportProgress import = begin("file\na.webm\n");
  TakenIn taken = take(import.import.id, 2, sample_film());
  run(imports_.remove(call(), import.import.id));
  EXPECT_EQ(code_of([&] { run(imports_.find(call(), import.import.id)); }), Code::not_found);
  EXPECT_TRUE(find(taken.asset.id));
}

TEST_P(ImportsTest, there_is_a_limit_of_imports) {
  write([&](store::Tx& tx) {
    for (int i = 0; i < Imports::imports_max; ++i) {
      ImportStore::insert(tx, "ten_a",
                          {.id = fmt::format("imp_{}", i), .list_hash = std::to_string(i)}, {});
    }
  });
  EXPECT_EQ(code_of([&] { begin("file\na.webm\n"); }), Code::quota_exceeded);
}

}  // namespace
}  // namespace antiphon::director
