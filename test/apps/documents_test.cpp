#include "test/apps/documents.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "test/apps/files.h"

namespace antiphon::apps_test {
namespace {

bool is_told_to_write() { return ::getenv("ANTIPHON_WRITE_DOCUMENTS") != nullptr; }

// E-11, E-12, E-16: the pages say what this program does.
TEST(DocumentsTest, are_those_of_this_program) {
  for (const Document& document : make_documents()) {
    if (is_told_to_write()) write_file(document.path, document.text);
    ASSERT_TRUE(std::filesystem::exists(document.path))
        << document.path << " is missing; `make openapi` writes it.";
    EXPECT_EQ(read_file(document.path), document.text)
        << document.path << " has drifted from the program; `make openapi` writes it anew.";
  }
}

TEST(DocumentsTest, are_the_same_each_time) {
  auto first = make_documents();
  auto second = make_documents();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].text, second[i].text);
}

}  // namespace
}  // namespace antiphon::apps_test
