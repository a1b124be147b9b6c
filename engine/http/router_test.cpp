#include "engine/http/router.h"

#include "engine/base/error.h"
#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

Task<Response> nothing(Call, Request) { co_return Response{}; }

class RouterTest : public ::testing::Test {
 protected:
  void add(Method method, std::string path) {
    router_.add({.method = method, .path = path, .permission = "public"}, &nothing);
  }

  std::string found(Method method, std::string_view path) {
    Router::Match match = router_.find(method, path);
    if (!match.route) return match.allowed.empty() ? "none" : "other method";
    std::string text = match.route->info.path;
    for (const auto& [name, value] : match.parameters) text += fmt::format(" {}={}", name, value);
    return text;
  }

  Code refusal(Method method, std::string path) {
    try {
      add(method, path);
    } catch (const Error& error) {
      return error.code();
    }
    return Code::cancelled;
  }

  Router router_;
};

TEST_F(RouterTest, literal_parts_go_before_names_and_names_before_the_rest) {
  add(Method::get, "/");
  add(Method::get, "/takes/{id}");
  add(Method::get, "/takes/recent");
  add(Method::get, "/takes/{id}/clips");
  add(Method::del, "/takes/recent");
  add(Method::get, "/{path...}");
  EXPECT_EQ(found(Method::get, "/"), "/");
  EXPECT_EQ(found(Method::get, "/takes/recent"), "/takes/recent");
  EXPECT_EQ(found(Method::get, "/takes/7"), "/takes/{id} id=7");
  EXPECT_EQ(found(Method::get, "/takes/recent/clips"), "/takes/{id}/clips id=recent");
  EXPECT_EQ(found(Method::get, "/takes/7/x"), "/{path...} path=takes/7/x");
  EXPECT_EQ(found(Method::get, "/takes/"), "/{path...} path=takes/");
  EXPECT_EQ(found(Method::get, "/takes/%C3%A5%20"), "/takes/{id} id=å ");
  EXPECT_EQ(found(Method::head, "/takes/7"), "/takes/{id} id=7");
}

TEST_F(RouterTest, tells_a_missing_path_from_another_method) {
  add(Method::post, "/takes");
  add(Method::put, "/takes");
  add(Method::get, "/{path...}");
  EXPECT_EQ(found(Method::get, "/takes"), "other method");
  EXPECT_EQ(router_.find(Method::get, "/takes").allowed, (std::vector{Method::post, Method::put}));
  EXPECT_EQ(found(Method::post, "/nowhere"), "none");
}

// Declared wrongly: refused at start, not at the first request.
TEST_F(RouterTest, refuses_what_cannot_be_served) {
  add(Method::get, "/takes/{id}");
  EXPECT_EQ(refusal(Method::get, "/takes/{other}"), Code::conflict);
  EXPECT_EQ(refusal(Method::get, "takes"), Code::invalid);
  EXPECT_EQ(refusal(Method::get, "/a{id}"), Code::invalid);
  EXPECT_EQ(refusal(Method::get, "/{rest...}/a"), Code::invalid);
  EXPECT_THROW(router_.add({.path = "/open"}, &nothing), Error);
  EXPECT_THROW(
      router_.add({.path = "/a/{id}", .aliases = {"/b/{it}"}, .permission = "public"}, &nothing),
      Error);
  Greetings greetings;
  EXPECT_THROW(router_.add({.method = Method::post, .path = "/x/{nobody}", .permission = "public"},
                           &greetings, &Greetings::greet),
               Error);
}

// E-16: not by a name, not by a template, and no page either.
TEST_F(RouterTest, a_reserved_path_is_nobodys) {
  router_.reserve("/ws/voice/");
  EXPECT_EQ(refusal(Method::get, "/ws/voice/{call}"), Code::conflict);
  add(Method::get, "/ws/{app}/{call}");
  add(Method::get, "/{path...}");
  EXPECT_EQ(found(Method::get, "/ws/voice/1"), "none");
  EXPECT_EQ(found(Method::get, "/ws/director/1"), "/ws/{app}/{call} app=director call=1");
}

class TypedRouteTest : public VirtualServerTest {};

TEST_F(TypedRouteTest, input_comes_from_path_and_body) {
  std::string answer = exchange(
      "POST /greetings/Ada HTTP/1.1\r\nHost: a\r\nContent-Type: application/json; charset=utf-8\r\n"
      "Content-Length: 16\r\n\r\n{\"text\":\"hello\"}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 Created")) << answer;
  EXPECT_THAT(answer, ::testing::HasSubstr("Location: /greetings/1\r\n"));
  EXPECT_TRUE(answer.ends_with("{\"text\":\"hello, Ada\"}")) << answer;
}

// E-16
TEST_F(TypedRouteTest, an_alias_is_the_same_route) {
  std::string answer = exchange(
      "POST /hello/Ada HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Content-Length: 16\r\n\r\n{\"text\":\"hello\"}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 Created")) << answer;
}

TEST_F(TypedRouteTest, a_path_that_cannot_be_what_it_names_is_not_there) {
  std::string nobody = std::string(300, 'a');
  std::string body = "Content-Type: application/json\r\nContent-Length: ";
  std::string answer = exchange("POST /greetings/" + nobody + " HTTP/1.1\r\nHost: a\r\n" + body +
                                "16\r\n\r\n{\"text\":\"hello\"}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404")) << answer;
  answer = exchange("POST /greetings/Ada HTTP/1.1\r\nHost: a\r\n" + body +
                    "31\r\n\r\n{\"text\":\"hello\",\"person\":\"Eve\"}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << answer;
}

// E-14
TEST_F(TypedRouteTest, input_comes_from_path_and_query_and_pages_go_on) {
  std::string answer = exchange("GET /greetings/%C3%85sa?limit=7 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("{\"items\":[{\"text\":\"hello, Åsa\"}],\"nextCursor\":\"" +
                               make_cursor("1") + "\"}"))
      << answer;
  for (const char* query : {"limit=0", "limit=201", "limit=x", "limt=1", "person=Eve", "limit=%"}) {
    std::string bad =
        exchange(fmt::format("GET /greetings/Ada?{} HTTP/1.1\r\nHost: a\r\n\r\n", query));
    EXPECT_TRUE(bad.starts_with("HTTP/1.1 400")) << query << bad;
  }
}

// E-14
TEST_F(TypedRouteTest, a_reply_has_the_fields_that_were_asked_for) {
  auto get = [this](std::string_view target) {
    std::string answer = exchange(fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", target));
    return answer.substr(answer.find("\r\n\r\n") + 4);
  };
  EXPECT_EQ(get("/house?fields=name"), "{\"name\":\"Home\"}");
  EXPECT_EQ(get("/house?fields=hall.text&fields=name"),
            "{\"name\":\"Home\",\"hall\":{\"text\":\"here\"}}");
  EXPECT_EQ(get("/house"), "{\"name\":\"Home\",\"hall\":{\"text\":\"here\"},\"floors\":2}");
  EXPECT_THAT(get("/house?fields=nme"), ::testing::HasSubstr("the nearest is \\\"name\\\""));
  std::string page = "{\"items\":[{\"text\":\"hello, Ada\"}],\"nextCursor\":\"";
  EXPECT_THAT(get("/greetings/Ada?fields=text"), ::testing::StartsWith(page));
  std::string both = get("/greetings/Ada?fields=txt&limit=0");
  EXPECT_THAT(both, ::testing::HasSubstr("\"/fields\""));
  EXPECT_THAT(both, ::testing::HasSubstr("\"/limit\""));
}

TEST_F(TypedRouteTest, no_content_has_none) {
  std::string answer = exchange("DELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 204 No Content\r\n"));
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(TypedRouteTest, another_method_is_told_what_is_allowed) {
  std::string answer = exchange("PUT /greetings/Ada HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405")) << answer;
  EXPECT_THAT(answer, ::testing::HasSubstr("Allow: GET, HEAD, POST, OPTIONS\r\n"));
}

TEST(Cursor, gives_back_what_it_was_made_of) {
  for (std::string position : {"", "a", "2026-03-01T08:00:00Z|ses_1"}) {
    EXPECT_EQ(parse_cursor(make_cursor(position)), position);
  }
}

TEST(Cursor, refuses_what_nobody_was_given) {
  std::string other = make_cursor("position");
  other[6] = other[6] == 'A' ? 'B' : 'A';
  for (const std::string& bad :
       {std::string(), std::string("AAAA"), std::string("x"), std::string("\" OR 1=1"), other}) {
    try {
      parse_cursor(bad);
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.fields().at(0).pointer, "/cursor");
    }
  }
}

}  // namespace
}  // namespace antiphon::http
