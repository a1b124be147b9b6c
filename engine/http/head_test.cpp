#include "engine/http/head.h"

#include <gtest/gtest.h>

#include "engine/http/target.h"

namespace antiphon::http {
namespace {

std::expected<RequestHead, Refusal> parse(std::string_view head) {
  return parse_request_head(head, Limits{});
}

int status_of_target(std::string_view target) {
  auto parsed = parse_target(target, "a.example:80");
  return parsed ? 200 : parsed.error().status;
}

TEST(HeadScanner, finds_the_end_however_the_bytes_come) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  HeadScanner scanner(1000);
  for (std::size_t i = 0; i < head.size(); ++i) {
    EXPECT_EQ(*scanner.scan(std::string_view(head).substr(0, i)), 0u) << i;
  }
  EXPECT_EQ(*scanner.scan(head + "more"), head.size());
}

TEST(HeadScanner, refuses_before_the_end_has_come) {
  for (std::string bad : {"GET / HTTP/1.1\n", "GET / HTTP/1.1\rX", "GET /\x01", "\x16\x03\x01",
                          "GET / HTTP/1.1\r\nA: b\r\n c", "GET / HTTP/1.1\r\n\t", " GET"}) {
    auto result = HeadScanner(1000).scan(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().status, 400) << bad;
  }
}

TEST(HeadScanner, tells_a_long_line_from_a_long_head) {
  EXPECT_EQ(HeadScanner(100).scan("GET /" + std::string(100, 'x')).error().status, 414);
  std::string head = "GET / HTTP/1.1\r\nA: " + std::string(100, 'x');
  EXPECT_EQ(HeadScanner(100).scan(head).error().status, 431);
}

TEST(Head, reads_what_a_request_says) {
  auto head = parse(
      "POST /a%20b?c=d HTTP/1.1\r\nhOST: a.example:80\r\nContent-Length: 7\r\n"
      "Expect: 100-continue\r\nX:  padded \t\r\n\r\n");
  ASSERT_TRUE(head) << head.error().reason;
  EXPECT_EQ(head->request.method, Method::post);
  EXPECT_EQ(head->request.path, "/a%20b");
  EXPECT_EQ(head->request.query, "c=d");
  EXPECT_EQ(head->request.headers.get("host"), "a.example:80");
  EXPECT_EQ(head->request.headers.get("x"), "padded");
  EXPECT_EQ(head->request.content_length, 7u);
  EXPECT_TRUE(head->expects_continue);
  EXPECT_TRUE(head->keeps_alive);
}

TEST(Head, knows_when_a_connection_is_kept) {
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n")->keeps_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n")->keeps_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->keeps_alive);
}

TEST(Target, takes_a_path_a_url_of_this_host_and_a_star) {
  EXPECT_EQ(parse_target("/a/b?c=d?e", "h")->query, "c=d?e");
  EXPECT_EQ(parse_target("http://H/a", "h")->path, "/a");
  EXPECT_EQ(parse_target("*", "h")->path, "*");
  EXPECT_EQ(parse_target("/a//b/", "h")->path, "/a//b/");
  EXPECT_EQ(parse_target("/%C3%A5", "h")->path, "/%C3%A5");
}

TEST(Target, refuses_what_could_be_read_in_two_ways) {
  for (const char* bad : {"",
                          "a",
                          "a.example:80",
                          "http://b.example/",
                          "http://a.example:80",
                          "ftp://a.example:80/",
                          "/..",
                          "/a/../b",
                          "/a/.",
                          "/%2e%2E/a",
                          "/.%2e",
                          "/a%2fb",
                          "/a%5Cb",
                          "/a\\b",
                          "/%00",
                          "/%0a",
                          "/%",
                          "/%4",
                          "/%zz",
                          "/%ff",
                          "/a#b",
                          "/<a>",
                          "/a?b#c",
                          "/\xc3\xa5",
                          "/a?\xc3\xa5"}) {
    EXPECT_EQ(status_of_target(bad), 400) << bad;
  }
}

TEST(BodyLength, of_an_answer_is_as_strict) {
  EXPECT_EQ(parse_body_length({{"Content-Length", "12"}})->content_length, 12u);
  EXPECT_TRUE(parse_body_length({{"Transfer-Encoding", "chunked"}})->is_chunked);
  for (const char* bad : {"", "+1", "-1", "1,1", "0x1", "1 1", "99999999999999999999"}) {
    EXPECT_FALSE(parse_body_length({{"Content-Length", bad}})) << bad;
  }
}

}  // namespace
}  // namespace antiphon::http
