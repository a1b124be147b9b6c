// E-90: what nobody may read in a log does not come into it.
#include "engine/log/personal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/log/logger.h"

namespace antiphon::log {
namespace {

TEST(MaskPersonal, hides_addresses_numbers_and_secrets_in_their_many_forms) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"from someone@example.org today", "from [e-mail] today"},
      {"<first.last+tag@mail.example.co.uk>", "<[e-mail]>"},
      {"jörg@bücher.example,next", "[e-mail],next"},
      {"call +49 170 1234567 now", "call +[number] now"},
      {"card 4111-1111-1111-1111.", "card [number]."},
      {"iban 44532013000", "iban [number]"},
      {"Authorization: Bearer abc.def-ghi", "Authorization: Bearer [secret]"},
      {"bearer ABCDEFGH, then", "bearer [secret], then"},
      {"Basic dXNlcjpwYXNz", "Basic [secret]"},
      {"hello apt_0123456789abcdef", "hello [secret]"},
      {"id_token eyJhbGciOi.eyJzdWIi.c2ln end", "id_token [secret] end"},
      {"postgresql://me:hunter2@db/x", "postgresql://me:[secret]@db/x"},
      {R"({"password": "hunter2!", "a": 1})", R"({"password": "[secret]", "a": 1})"},
      {"api_key=abcd1234&x=1", "api_key=[secret]&x=1"},
      {"/users/someone%40example.org/x", "[e-mail]/x"},
      {"?phone=%2B49%20170%201234567&x=1", "?phone=%2B[number]&x=1"},
      {"?card=4111+1111+1111+1111", "?card=[number]"},
  };
  for (const auto& [text, masked] : cases) EXPECT_EQ(mask_personal(text), masked);
}

TEST(MaskPersonal, leaves_alone_what_tells_nothing_of_anybody) {
  for (std::string_view text :
       {"", "The football team won 3:1 in 2026", "GET /api/v1/director/sessions/ses_0f3k 404",
        "127.0.0.1:8080", "took 12345678 us", "2026-03-01T08:15:30.250Z", "a @ b", "@", "x@",
        "4bf92f3577b34da6a3ce929d0e0e4736", "0123456789abcdef", "the token is missing",
        "password must have 8 letters", "http://127.0.0.1:9000/path"}) {
    EXPECT_EQ(mask_personal(text), text);
  }
}

// Every place in a line that comes from outside.
TEST(MaskPersonal, planted_secrets_reach_neither_form_of_a_log) {
  SystemClock clock;
  for (Form form : {Form::text, Form::json}) {
    std::string lines;
    {
      Logger logger(clock, {.level = Level::debug,
                            .form = form,
                            .mask = mask_personal,
                            .sink = [&](std::string_view line) { lines.append(line) += '\n'; }});
      logger.with_trace("4bf92f3577b34da6a3ce929d0e0e4736")
          .with_session("ses_0f3k")
          .warning("no mail to planted@example.org",
                   {{"token", "Bearer planted-token-1"},
                    {"telephone", std::string("0170 99 88 77 66")},
                    {"url", "redis://:planted-password@cache:6379"}});
    }
    EXPECT_THAT(lines, ::testing::Not(::testing::HasSubstr("planted")));
    EXPECT_THAT(lines, ::testing::Not(::testing::HasSubstr("99 88")));
    EXPECT_THAT(lines, ::testing::HasSubstr("4bf92f3577b34da6a3ce929d0e0e4736"));
    EXPECT_THAT(lines, ::testing::HasSubstr("ses_0f3k"));
  }
}

}  // namespace
}  // namespace antiphon::log
