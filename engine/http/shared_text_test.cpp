#include "engine/http/shared_text.h"

#include "engine/http/openapi.h"
#include "engine/http/sample_test.h"
#include "engine/http/unpack_test.h"

namespace antiphon::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SharedTextTest : public VirtualServerTest {
 protected:
  SharedTextTest() { add_docs(router_, {.version = "1"}); }

  std::string ask(std::string_view headers, std::string_view method = "GET",
                  std::string_view path = "/openapi.json") {
    return exchange(fmt::format("{} {} HTTP/1.1\r\nHost: a\r\n{}\r\n", method, path, headers));
  }
  static std::string field(std::string_view answer, std::string_view name) {
    std::string line = fmt::format("\r\n{}: ", name);
    auto at = answer.find(line);
    if (at == std::string_view::npos) return "";
    answer.remove_prefix(at + line.size());
    return std::string(answer.substr(0, answer.find("\r\n")));
  }
  static std::string body_of(std::string_view answer) {
    return std::string(answer.substr(answer.find("\r\n\r\n") + 4));
  }
};

// E-10: what has not changed is not sent again.
TEST_F(SharedTextTest, is_not_sent_again_to_who_has_it) {
  for (const char* path : {"/openapi.json", "/docs"}) {
    std::string first = ask("", "GET", path);
    EXPECT_TRUE(first.starts_with("HTTP/1.1 200")) << first;
    EXPECT_EQ(field(first, "Cache-Control"), "no-cache");
    std::string etag = field(first, "ETag");
    ASSERT_THAT(etag, ::testing::MatchesRegex("\"[0-9a-f]+\""));
    for (const char* method : {"GET", "HEAD"}) {
      std::string again = ask(fmt::format("If-None-Match: \"x\", W/{}\r\n", etag), method, path);
      EXPECT_TRUE(again.starts_with("HTTP/1.1 304")) << again;
      EXPECT_EQ(field(again, "ETag"), etag);
      EXPECT_EQ(field(again, "Cache-Control"), "no-cache");
      EXPECT_EQ(field(again, "Vary"), "Accept-Encoding");
      EXPECT_EQ(field(again, "Content-Type"), "");
      EXPECT_EQ(body_of(again), "");
    }
    EXPECT_TRUE(ask("If-None-Match: \"x\"\r\n", "GET", path).starts_with("HTTP/1.1 200"));
  }
}

TEST_F(SharedTextTest, head_is_get_without_the_body) {
  std::string got = ask("");
  std::string head = ask("", "HEAD");
  EXPECT_EQ(head, got.substr(0, got.find("\r\n\r\n") + 4));
  EXPECT_EQ(field(head, "Content-Length"), std::to_string(body_of(got).size()));
}

// A tag stands for exact bytes: that of one coding must not be taken for another's.
TEST_F(SharedTextTest, each_coding_has_a_tag_of_its_own) {
  std::string plain = ask("");
  for (Coding coding : every_coding) {
    std::string accept = fmt::format("Accept-Encoding: {}\r\n", to_text(coding));
    std::string packed = ask(accept);
    EXPECT_EQ(field(packed, "Content-Encoding"), to_text(coding));
    EXPECT_EQ(unpack(coding, body_of(packed)), body_of(plain));
    EXPECT_NE(field(packed, "ETag"), field(plain, "ETag"));
    std::string other = ask(accept + "If-None-Match: " + field(plain, "ETag") + "\r\n");
    EXPECT_TRUE(other.starts_with("HTTP/1.1 200")) << other;
    std::string same = ask(accept + "If-None-Match: " + field(packed, "ETag") + "\r\n");
    EXPECT_TRUE(same.starts_with("HTTP/1.1 304")) << same;
    EXPECT_EQ(field(same, "Content-Encoding"), "");
  }
}

TEST_F(SharedTextTest, ranges_are_of_the_bytes_that_the_tag_names) {
  std::string packed = ask("Accept-Encoding: br\r\n");
  std::string part =
      ask("Accept-Encoding: br\r\nRange: bytes=2-5\r\nIf-Range: " + field(packed, "ETag") + "\r\n");
  EXPECT_TRUE(part.starts_with("HTTP/1.1 206")) << part;
  EXPECT_EQ(field(part, "Content-Encoding"), "br");
  EXPECT_EQ(body_of(part), body_of(packed).substr(2, 4));
  std::string whole = ask("Range: bytes=2-5\r\nIf-Range: " + field(packed, "ETag") + "\r\n");
  EXPECT_TRUE(whole.starts_with("HTTP/1.1 200")) << "the tag is of other bytes";
  std::string beyond = ask("Range: bytes=9999999-\r\n");
  EXPECT_TRUE(beyond.starts_with("HTTP/1.1 416")) << beyond;
  EXPECT_EQ(body_of(beyond), "");
}

TEST_F(SharedTextTest, who_wants_another_state_of_it_gets_412) {
  std::string etag = field(ask(""), "ETag");
  EXPECT_TRUE(ask("If-Match: " + etag + "\r\n").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(ask("If-Match: *\r\n").starts_with("HTTP/1.1 200"));
  for (const std::string& other : {std::string("\"x\""), "W/" + etag, std::string()}) {
    std::string answer = ask("If-Match: " + other + "\r\nIf-None-Match: " + etag + "\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 412 Precondition Failed")) << other;
    EXPECT_EQ(body_of(answer), "");
  }
}

}  // namespace
}  // namespace antiphon::http
