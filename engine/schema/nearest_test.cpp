#include "engine/schema/nearest.h"

#include <gtest/gtest.h>

namespace antiphon::schema {

namespace {

TEST(Nearest, FindsTheFewestEdits) {
  EXPECT_EQ(nearest("prot", {"host", "port", "path"}), "port");
  EXPECT_EQ(nearest("body_byte_max", {"header_bytes_max", "body_bytes_max"}), "body_bytes_max");
  EXPECT_EQ(nearest("same", {"some", "same"}), "same");
}

TEST(Nearest, TakesAnyLength) {
  EXPECT_EQ(nearest("", {}), "");
  EXPECT_EQ(nearest("", {"abc", "a"}), "a");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), {"y", std::string_view("xxx")}), "xxx");
}

}  // namespace

}  // namespace antiphon::schema
