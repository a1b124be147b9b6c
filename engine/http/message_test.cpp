#include "engine/http/message.h"

#include "engine/http/compress.h"
#include "engine/http/origin.h"
#include "engine/http/problem.h"
#include "engine/http/sample_test.h"
#include "engine/http/unpack_test.h"

namespace antiphon::http {
namespace {

using ::testing::HasSubstr;

TEST(Headers, names_match_in_any_case) {
  Headers headers{{"Accept", "a"}, {"accept", "b, C ,d"}};
  EXPECT_EQ(*headers.find("ACCEPT"), "a");
  EXPECT_EQ(headers.count("Accept"), 2u);
  EXPECT_TRUE(headers.has_token("Accept", "c"));
  EXPECT_FALSE(headers.has_token("Accept", "b, C"));
  headers.set("aCCept", "e");
  EXPECT_EQ(headers.count("Accept"), 1u);
  EXPECT_EQ(headers.find("Host"), nullptr);
}

TEST(Query, is_decoded_and_checked) {
  EXPECT_EQ(parse_query("a=1&b=x%20y+z&&c&a==%3D"),
            (Parameters{{"a", "1"}, {"b", "x y z"}, {"c", ""}, {"a", "=="}}));
  for (const std::string& bad : {std::string("a=%"), std::string("%zz=1"), std::string("a=%ff")}) {
    EXPECT_THROW(parse_query(bad), Error) << bad;
  }
  std::string many;
  for (int i = 0; i < 101; ++i) many += "a=1&";
  EXPECT_THROW(parse_query(many), Error);
}

// E-12: RFC 9457 with our additions.
TEST(Problem, says_all_that_the_caller_may_know) {
  Error error = Error({{"/speed", "max", "101 is above 100"}}).detail("only for the log");
  Response response = problem(error, "/api/v1/takes", "0123");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
  auto body = schema::parse_value(std::get<std::string>(response.body));
  EXPECT_EQ(body.at("/type").text(), "about:blank");
  EXPECT_EQ(body.at("/title").text(), "Bad Request");
  EXPECT_EQ(body.at("/status").integer(), 400);
  EXPECT_EQ(body.at("/instance").text(), "/api/v1/takes");
  EXPECT_EQ(body.at("/code").text(), "invalid");
  EXPECT_EQ(body.at("/traceId").text(), "0123");
  EXPECT_EQ(body.at("/errors/0/pointer").text(), "/speed");
  EXPECT_EQ(body.at("/errors/0/rule").text(), "max");
  EXPECT_EQ(std::get<std::string>(response.body).find("log"), std::string::npos);
}

TEST(Problem, says_when_to_come_again) {
  Response response = problem(Error(Code::rate_limited, "Too many.").retry_after(7), "/", "");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.get("Retry-After"), "7");
}

TEST(Origin, our_own_page_and_listed_ones_may_open_sockets) {
  Origins origins{.allowed = {"https://studio.example", "null"}};
  Request request;
  request.headers = {{"Host", "antiphon.example:8080"}};
  EXPECT_TRUE(origin_allowed(request, origins)) << "no browser";
  for (const char* good : {"http://antiphon.example:8080", "https://studio.example", "null"}) {
    request.headers.set("Origin", good);
    EXPECT_TRUE(origin_allowed(request, origins)) << good;
  }
  for (const char* bad : {"", "http://antiphon.example", "https://antiphon.example:8080",
                          "http://evil.example", "https://studio.example.evil",
                          "https://studio.example/", "file://", "HTTPS://studio.example"}) {
    request.headers.set("Origin", bad);
    EXPECT_FALSE(origin_allowed(request, origins)) << bad;
  }
}

// E-10
TEST(Compress, is_what_the_client_takes_best) {
  for (const char* brotli : {"br", "gzip, br", "deflate, gzip;q=0.5, BR", "*", "gzip;q=1.0, *",
                             "br;q=0.001", "identity;q=0.5, br;q=0.5", "br;q=0.9, gzip; q=0.899"}) {
    EXPECT_EQ(choose_coding(brotli), Coding::brotli) << brotli;
  }
  for (const char* gzip : {"gzip", "GZIP;q=1.000", "br;q=0.1, gzip;q=0.2", "br;q=0, *",
                           "gzip, br;q=0", "br;q=nonsense, gzip", "gzip;Q=0.3"}) {
    EXPECT_EQ(choose_coding(gzip), Coding::gzip) << gzip;
  }
  for (const char* neither : {"", "deflate", "gzip;q=0", "gzip; q=0.000, br;q=0", "*;q=0",
                              "identity", "gzip;q=2", "br;q=1.001", "br;q=", "br;q=0.0001",
                              "br;x=1", "identity;q=0", "identity, gzip;q=0.5", "br;q=.5"}) {
    EXPECT_EQ(choose_coding(neither), Coding::identity) << neither;
  }
}

TEST(Compress, can_be_undone) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += std::to_string(i * i % 977);
  for (const std::string& bytes : {text, std::string()}) {
    Gunzipped read = gunzip(compress(Coding::gzip, bytes));
    EXPECT_EQ(read.text, bytes);
    EXPECT_TRUE(read.is_whole);
    EXPECT_EQ(unbrotli(compress(Coding::brotli, bytes)), bytes);
  }
}

class AnswerTest : public VirtualServerTest {
 protected:
  std::string echo(std::string body, std::string_view headers) {
    return exchange(fmt::format("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n{}\r\n{}",
                                body.size(), headers, body));
  }
};

TEST_F(AnswerTest, long_text_is_compressed_and_short_is_not) {
  std::string body(5000, 'x');
  std::string packed = echo(body, "Accept-Encoding: gzip\r\n");
  EXPECT_THAT(packed, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_EQ(gunzip(packed.substr(packed.find("\r\n\r\n") + 4)).text, body);
  std::string plain = echo(body, "");
  EXPECT_TRUE(plain.ends_with("\r\n\r\n" + body));
  EXPECT_THAT(plain, HasSubstr("Vary: Accept-Encoding\r\n"));
  EXPECT_TRUE(echo("short", "Accept-Encoding: gzip\r\n").ends_with("\r\n\r\nshort"));
}

TEST_F(AnswerTest, cors_names_exactly_the_listed_origin) {
  options_.origins.allowed = {"https://studio.example"};
  EXPECT_THAT(echo("", "Origin: https://studio.example\r\n"),
              HasSubstr("Access-Control-Allow-Origin: https://studio.example\r\n"));
  std::string other = echo("", "Origin: https://evil.example\r\n");
  EXPECT_EQ(other.find("Access-Control"), std::string::npos);
  EXPECT_THAT(other, HasSubstr("Vary: Origin\r\n"));
}

TEST_F(AnswerTest, a_preflight_is_answered_for_listed_origins) {
  options_.origins.allowed = {"https://studio.example"};
  std::string ask = "OPTIONS /echo HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Method: PUT\r\n";
  std::string good = exchange(ask + "Origin: https://studio.example\r\n\r\n");
  EXPECT_TRUE(good.starts_with("HTTP/1.1 204"));
  EXPECT_THAT(good, HasSubstr("Access-Control-Allow-Methods: PUT, OPTIONS\r\n"));
  std::string bad = exchange(ask + "Origin: https://evil.example\r\n\r\n");
  EXPECT_EQ(bad.find("Access-Control"), std::string::npos);
}

}  // namespace
}  // namespace antiphon::http
