// The one rule for the errors of all providers. E-33.
#include "engine/model/error_reply.h"

#include <gtest/gtest.h>

#include "engine/http/retry_after.h"

namespace antiphon::model {
namespace {

using namespace std::chrono_literals;
using Kind = ProviderFailure::Kind;

std::string_view kind_of(int status, std::string_view body) {
  return to_text(kind_of_error(status, error_facts_of_body(body)));
}

TEST(ErrorReply, a_429_of_openai_has_two_meanings) {
  EXPECT_EQ(kind_of(429, R"({"error":{"message":"You exceeded your current quota","type":)"
                         R"("insufficient_quota","param":null,"code":"insufficient_quota"}})"),
            "quota_exhausted");
  EXPECT_EQ(kind_of(429, R"({"error":{"message":"Rate limit reached","type":"requests",)"
                         R"("param":null,"code":"rate_limit_exceeded"}})"),
            "rate_limited");
  EXPECT_EQ(kind_of(429, "Too many requests"), "rate_limited");
  EXPECT_EQ(kind_of(429, R"({"error":{"type":"invalid_request_error"}})"), "rate_limited");
}

TEST(ErrorReply, openai_and_its_like) {
  EXPECT_EQ(kind_of(401, R"({"error":{"message":"Incorrect API key provided","type":)"
                         R"("invalid_request_error","code":"invalid_api_key"}})"),
            "auth");
  EXPECT_EQ(kind_of(401, R"({"error":{"type":"invalid_request_error"}})"), "auth");
  EXPECT_EQ(kind_of(404, R"({"error":{"code":"model_not_found"}})"), "bad_request");
  EXPECT_EQ(kind_of(400, R"({"error":{"code":"context_length_exceeded"}})"), "context_too_long");
  EXPECT_EQ(kind_of(400, R"({"object":"error","message":"This model's maximum context length is )"
                         R"(4096 tokens.","type":"BadRequestError","param":null,"code":400})"),
            "context_too_long");
  EXPECT_EQ(kind_of(400, R"({"error":{"code":400,"message":"the request exceeds the available )"
                         R"(context size","type":"exceed_context_size_error","n_ctx":512}})"),
            "context_too_long");
  EXPECT_EQ(kind_of(400, R"({"error":{"code":"content_filter"}})"), "refused");
  EXPECT_EQ(kind_of(422, R"({"detail":[{"msg":"field required","input":"secret"}]})"),
            "bad_request");
  for (int status : {500, 502, 504, 408, 409, 499, 520}) {
    EXPECT_EQ(kind_of(status, "<html>"), "transient") << status;
  }
  EXPECT_EQ(kind_of(408, R"({"error":{"type":"invalid_request_error"}})"), "transient");
  EXPECT_EQ(kind_of(503, ""), "overloaded");
  EXPECT_EQ(kind_of(402, "{}"), "quota_exhausted");
  EXPECT_EQ(kind_of(302, ""), "malformed");
}

TEST(ErrorReply, ollama) {
  EXPECT_EQ(kind_of(404, R"({"error":"model 'x' not found"})"), "bad_request");
  EXPECT_EQ(kind_of(503, R"({"error":"server busy, please try again.  maximum pending requests )"
                         R"(exceeded"})"),
            "overloaded");
  EXPECT_EQ(kind_of(200, R"({"error":"server busy, please try again"})"), "overloaded");
  EXPECT_EQ(kind_of(200, R"({"error":"llama runner process has terminated"})"), "transient");
  EXPECT_EQ(kind_of(500, R"({"error":"the input length exceeds the context length"})"),
            "context_too_long");
}

constexpr std::string_view gemini_minute =
    R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[)"
    R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"q",)"
    R"("quotaId":"GenerateRequestsPerMinutePerProjectPerModel"}]},)"
    R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}})";

std::string gemini_day() {
  std::string day(gemini_minute);
  day.replace(day.find("PerMinute"), 9, "PerDay");
  return day;
}

TEST(ErrorReply, a_quota_of_a_day_is_spent_until_its_end) {
  EXPECT_EQ(kind_of(429, gemini_minute), "rate_limited");
  EXPECT_EQ(kind_of(429, gemini_day()), "quota_exhausted");
  auto facts = error_facts_of_body(gemini_day());
  auto hint = [&](const char* now) {
    return retry_hint({}, facts, Kind::quota_exhausted, parse_rfc3339(now));
  };
  EXPECT_EQ(hint("2026-03-01T07:00:00Z"), 1h) << "not the 34 s that are told";
  EXPECT_EQ(hint("2026-03-01T09:00:00Z"), 23h);
}

TEST(ErrorReply, gemini) {
  EXPECT_EQ(kind_of(400, R"({"error":{"code":400,"message":"API key not valid.","status":)"
                         R"("INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}})"),
            "auth");
  EXPECT_EQ(kind_of(400, R"({"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}})"),
            "bad_request");
  EXPECT_EQ(kind_of(400, R"({"error":{"status":"INVALID_ARGUMENT","message":"The input token )"
                         R"(count (9) exceeds the maximum number of tokens allowed (8)."}})"),
            "context_too_long");
  EXPECT_EQ(kind_of(403, R"({"error":{"status":"PERMISSION_DENIED"}})"), "auth");
  EXPECT_EQ(kind_of(503, R"({"error":{"code":503,"status":"UNAVAILABLE"}})"), "overloaded");
  EXPECT_EQ(kind_of(200, R"({"error":{"code":503,"status":"UNAVAILABLE"}})"), "overloaded");
  EXPECT_EQ(kind_of(500, R"({"error":{"status":"INTERNAL"}})"), "transient");
  EXPECT_EQ(kind_of(429, "[" + std::string(gemini_minute) + "]"), "rate_limited")
      << "as it stands in a stream that is an array";
}

TEST(ErrorReply, anthropic) {
  auto error = [](std::string_view type, std::string_view more = "") {
    return fmt::format(R"({{"type":"error","error":{{"type":"{}","message":"m"{}}}}})", type, more);
  };
  EXPECT_EQ(kind_of(429, error("rate_limit_error")), "rate_limited");
  EXPECT_EQ(kind_of(429, error("rate_limit_error",
                               R"(,"details":{"error_code":"enforced_spend_limit_reached"})")),
            "quota_exhausted");
  EXPECT_EQ(kind_of(529, error("overloaded_error")), "overloaded");
  EXPECT_EQ(kind_of(200, error("overloaded_error")), "overloaded");
  EXPECT_EQ(kind_of(402, error("billing_error")), "quota_exhausted");
  EXPECT_EQ(kind_of(401, error("authentication_error")), "auth");
  EXPECT_EQ(kind_of(413, error("request_too_large")), "bad_request");
  EXPECT_EQ(kind_of(500, error("api_error")), "transient");
  EXPECT_EQ(kind_of(200, error("api_error")), "transient");
  EXPECT_EQ(kind_of(400, R"({"type":"error","error":{"type":"invalid_request_error","message":)"
                         R"("prompt is too long: 210000 tokens > 200000 maximum"}})"),
            "context_too_long");
}

TEST(ErrorReply, facts_are_those_of_every_shape) {
  EXPECT_EQ(error_facts_of_body(R"({"detail":"Not Found"})").message, "Not Found");
  EXPECT_EQ(error_facts_of_body(R"({"message":"no","code":7})").code, "7");
  EXPECT_EQ(error_facts_of_body("plain words").message, "plain words");
  EXPECT_EQ(error_facts_of_body("<html>secret</html>").message, "");
  EXPECT_EQ(error_facts_of_body(R"({"error":[1]})").message, "");
  EXPECT_EQ(error_facts_of_body("[]").message, "");
}

const Timestamp now = parse_rfc3339("2026-03-01T08:00:00Z");

std::optional<Duration> hint(http::Headers headers, Kind kind = Kind::rate_limited,
                             std::string_view body = gemini_minute) {
  return retry_hint(headers, error_facts_of_body(body), kind, now);
}

TEST(RetryHint, is_the_first_that_is_there_in_the_order_of_their_exactness) {
  http::Headers headers{{"x-ratelimit-reset-requests", "1s"}};
  EXPECT_EQ(hint(headers), 34s) << "what its body says";
  headers.add("Retry-After", "Sun, 01 Mar 2026 08:01:00 GMT");
  EXPECT_EQ(hint(headers), 60s);
  headers.set("Retry-After", "20");
  EXPECT_EQ(hint(headers), 20s);
  headers.add("x-ms-retry-after-ms", "1500");
  EXPECT_EQ(hint(headers), 1500ms);
  headers.add("retry-after-ms", "250.5");
  EXPECT_EQ(hint(headers), 250500us);
}

TEST(RetryHint, passes_over_what_it_cannot_read) {
  EXPECT_EQ(hint({{"retry-after-ms", "soon"}, {"Retry-After", "1.5"}}), 1500ms);
  EXPECT_EQ(hint({{"retry-after-ms", "-5"}, {"Retry-After", "NaN"}}), 34s);
  EXPECT_EQ(hint({{"Retry-After", "inf"}}, Kind::rate_limited, "{}"), std::nullopt);
  EXPECT_EQ(hint({{"Retry-After", "99999999999999"}}), http::retry_wait_max);
  EXPECT_EQ(hint({{"retry-after-ms", "1e9"}}), 34s);
}

TEST(RetryHint, of_the_limits_is_that_of_the_spent_one) {
  http::Headers headers{{"x-ratelimit-reset-requests", "1s"},
                        {"x-ratelimit-reset-tokens", "6m0s"},
                        {"x-ratelimit-remaining-requests", "3"},
                        {"x-ratelimit-remaining-tokens", "0"}};
  EXPECT_EQ(hint(headers, Kind::rate_limited, "{}"), 6min);
  headers.set("x-ratelimit-remaining-tokens", "12");
  EXPECT_EQ(hint(headers, Kind::rate_limited, "{}"), 1s);
  EXPECT_EQ(hint(headers, Kind::overloaded, "{}"), std::nullopt) << "they stand on every answer";
}

TEST(RetryHint, is_none_where_waiting_helps_nobody) {
  for (Kind kind : {Kind::auth, Kind::bad_request, Kind::context_too_long, Kind::refused}) {
    EXPECT_EQ(hint({{"Retry-After", "20"}}, kind), std::nullopt);
  }
  EXPECT_EQ(hint({{"Retry-After", "20"}}, Kind::overloaded), 20s);
}

TEST(RetryHint, spans_are_those_of_go_and_protobuf) {
  EXPECT_EQ(parse_span("34s"), 34s);
  EXPECT_EQ(parse_span("1.5s"), 1500ms);
  EXPECT_EQ(parse_span("6m0s"), 6min);
  EXPECT_EQ(parse_span("250ms"), 250ms);
  EXPECT_EQ(parse_span("1h2m3s"), 3723s);
  EXPECT_EQ(parse_span("999999999h"), http::retry_wait_max);
  for (const char* text : {"", "s", "5", "-1s", "1x", "1s2", "1 s", "nans"}) {
    EXPECT_EQ(parse_span(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace antiphon::model
