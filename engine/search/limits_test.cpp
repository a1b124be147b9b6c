// The limits of docs/limits.md that no other test of this room reaches.
#include <gtest/gtest.h>

#include "engine/search/index.h"

namespace antiphon::search {
namespace {

TEST(Index, gives_so_many_hits_and_no_more) {
  std::vector<Document> documents;
  for (std::size_t i = 0; i <= hits_max; ++i) {
    documents.push_back({.id = std::to_string(i), .texts = {"harbour"}});
  }
  Index index = Index::build({{"title", 1}}, documents);
  EXPECT_EQ(index.search({.text = "harbour", .limit = hits_max + 1}).size(), hits_max);
}

}  // namespace
}  // namespace antiphon::search
