#include "engine/http/multipart.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace antiphon::http {
namespace {

constexpr std::string_view form = "multipart/form-data; boundary=\"x y\"";

Code refusal(std::string_view type, std::string_view body) {
  try {
    parse_multipart(type, body);
  } catch (const Error& error) {
    return error.code();
  }
  return Code::cancelled;
}

TEST(Multipart, gives_fields_and_files) {
  std::string body =
      "preamble\r\n--x y\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA \"clip\"\r\n"
      "--x y\r\ncontent-disposition: form-data; filename=\"a\\\"b;.wav\"; name=file\r\n"
      "Content-Type: audio/wav\r\n\r\nRIFF\r\n--x\r\n\r\n--x y--\r\nepilogue";
  auto parts = parse_multipart(form, body);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "title");
  EXPECT_EQ(parts[0].content, "A \"clip\"");
  EXPECT_FALSE(parts[0].file_name);
  EXPECT_EQ(parts[1].name, "file");
  EXPECT_EQ(parts[1].file_name, "a\"b;.wav");
  EXPECT_EQ(parts[1].content_type, "audio/wav");
  EXPECT_EQ(parts[1].content, "RIFF\r\n--x\r\n");
}

TEST(Multipart, an_empty_form_has_no_parts) {
  EXPECT_TRUE(parse_multipart(form, "--x y--\r\n").empty());
}

TEST(Multipart, refuses_broken_bodies) {
  EXPECT_EQ(refusal("application/json", "{}"), Code::unsupported);
  EXPECT_EQ(refusal("multipart/form-data", "--x--"), Code::invalid);
  EXPECT_EQ(refusal("multipart/form-data; boundary=", "--x--"), Code::invalid);
  for (const char* bad :
       {"", "x", "--x y", "--x y\r\n", "--x yz\r\n\r\n--x y--", "--x y\r\n\r\n\r\n--x y--",
        "--x y\r\nContent-Disposition: form-data\r\n\r\na\r\n--x y--",
        "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf",
        "--x y\r\nnonsense\r\n\r\na\r\n--x y--", "--x y\r\n\r\n--x y--"}) {
    EXPECT_EQ(refusal(form, bad), Code::invalid) << bad;
  }
  std::string many;
  for (std::size_t i = 0; i <= parts_max; ++i) {
    many += "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
  }
  EXPECT_EQ(refusal(form, many + "--x y--"), Code::invalid);
}

}  // namespace
}  // namespace antiphon::http
