#include "engine/http/openapi.h"

#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using ::testing::HasSubstr;

class OpenApiTest : public VirtualServerTest {
 protected:
  schema::Value document() { return openapi(router_, {.version = "1.2.3"}); }
};

// E-11: the document comes from the declarations.
TEST_F(OpenApiTest, says_what_a_route_takes_and_gives) {
  schema::Value all = document();
  EXPECT_EQ(all.at("/openapi").text(), "3.1.0");
  EXPECT_EQ(all.at("/info/version").text(), "1.2.3");
  const schema::Value& post = all.at("/paths/~1greetings~1{person}/post");
  EXPECT_EQ(post.at("/summary").text(), "Greet somebody");
  EXPECT_EQ(post.at("/operationId").text(), "post_greetings_person");
  EXPECT_EQ(post.at("/parameters/0/name").text(), "person");
  EXPECT_EQ(post.at("/parameters/0/in").text(), "path");
  const auto& body = post.at("/requestBody/content/application~1json/schema");
  EXPECT_EQ(body.at("/required").items().size(), 1u);
  EXPECT_EQ(body.at("/properties/times/maximum").integer(), 9);
  EXPECT_EQ(body.find("person"), nullptr);
  EXPECT_EQ(post.at("/responses/201/content/application~1json/schema/$ref").text(),
            "#/components/schemas/Greeting");
  EXPECT_EQ(post.at("/responses/default/content/application~1problem+json/schema/$ref").text(),
            "#/components/schemas/Problem");
  EXPECT_EQ(post.at("/x-permission").text(), "greeting:create");
  EXPECT_EQ(post.at("/x-rate-class").text(), "create");
  // E-13
  EXPECT_EQ(post.at("/parameters/1/name").text(), "Idempotency-Key");
  EXPECT_EQ(post.at("/parameters/1/in").text(), "header");
}

TEST_F(OpenApiTest, a_list_is_asked_by_query) {
  schema::Value all = document();
  const schema::Value& get = all.at("/paths/~1greetings~1{person}/get");
  EXPECT_EQ(get.at("/parameters/0/name").text(), "cursor");
  EXPECT_EQ(get.at("/parameters/0/in").text(), "query");
  EXPECT_FALSE(get.at("/parameters/0/required").boolean());
  // E-14
  EXPECT_EQ(get.at("/parameters/3/name").text(), "fields");
  EXPECT_EQ(get.at("/parameters").items().size(), 4u);
  EXPECT_NO_THROW(all.at("/components/schemas/GreetingPage/properties/items"));
  EXPECT_NO_THROW(all.at("/components/schemas/Problem/properties/code"));
}

TEST_F(OpenApiTest, is_served_for_machines_and_for_people) {
  add_docs(router_, {.version = "1"});
  router_.add({.path = "/late", .permission = "public", .summary = "<Late>"}, &greetings_,
              &Greetings::forget);
  std::string json = exchange("GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(json, HasSubstr("\"/late\""));
  std::string page = exchange("GET /docs HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(page, HasSubstr("Content-Type: text/html"));
  EXPECT_THAT(page, HasSubstr("<code>/greetings/{person}</code> Greet somebody"));
  EXPECT_THAT(page, HasSubstr("&lt;Late&gt;"));
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

}  // namespace
}  // namespace antiphon::http
