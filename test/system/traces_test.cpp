// E-90: what an operator sees of the real program: its log, and its traces at a collector.

#include <fstream>
#include <set>

#include "test/system/watch.h"

namespace antiphon::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// What is said to the server in every place that takes something; each must be nowhere afterwards.
constexpr std::string_view canaries[] = {"canary.person@example.org",
                                         "canary.person%40example.org",
                                         "170 555 12 34",
                                         "170%20555%2012",
                                         "4111 1111 1111 1111",
                                         "4111%201111",
                                         "apt_canarytoken0123456789",
                                         "canarysecret",
                                         "quuxzebra"};

class CanaryTest : public WatchSystemTest {
 protected:
  static void expect_no_canary(std::string_view where, const std::string& text) {
    for (std::string_view canary : canaries) {
      std::size_t at = text.find(canary);
      EXPECT_EQ(at, std::string::npos)
          << canary << " reached " << where << ": "
          << text.substr(at > 200 ? at - 200 : 0, at == std::string::npos ? 0 : 400);
    }
  }

  Task<> tell(ServerProcess& server, http::Method method, std::string target, std::string body,
              http::Headers headers) {
    http::ClientRequest request{.method = method,
                                .endpoint = server.endpoint(),
                                .target = std::move(target),
                                .headers = std::move(headers),
                                .body = std::move(body)};
    co_await http_.send(std::move(request), soon());
  }

  // Everything at every place of a request: path, query, header, body.
  Task<> tell_everywhere(ServerProcess& server, std::string token) {
    using http::Method;
    const std::string person = "canary.person%40example.org";
    const std::string bearer = "Bearer " + token;
    for (std::string path :
         {"/nowhere/" + person, "/api/v1/director/sessions/" + person,
          "/api/v1/director/assets/search?q=quuxzebra+" + person,
          std::string("/api/v1/director/sessions?cursor=4111%201111%201111%201111"),
          std::string("/api/v1/director/sessions?limit=%2B49%20170%20555%2012%2034"),
          "/ws?sessionId=" + person, "/socket.io/?EIO=4&transport=polling&sid=" + person}) {
      co_await tell(server, Method::get, path, "", {{"Authorization", bearer}});
      co_await tell(server, Method::get, path, "",
                    {{"Authorization", "Bearer apt_canarytoken0123456789"},
                     {"Cookie", "antiphon_token=apt_canarytoken0123456789; a=canarysecret"},
                     {"User-Agent", "canary.person@example.org"},
                     {"tracestate", "vendor=canarysecret"},
                     {"traceparent", "canary.person@example.org"},
                     {"X-Request-Id", "4111 1111 1111 1111"}});
    }
    for (std::string body :
         {std::string(R"({"account":"canary.person@example.org","secret":"canarysecret"})"),
          std::string(R"({"account":"+49 170 555 12 34","secret":4111111111111111})"),
          std::string("canary.person@example.org is not JSON: 4111 1111 1111 1111")}) {
      co_await tell(server, Method::post, "/api/v1/identity/sign-in", body, {});
      co_await tell(server, Method::post, "/api/v1/director/sessions", body,
                    {{"Authorization", bearer}, {"Idempotency-Key", "canary.person@example.org"}});
    }
  }
};

TEST_F(CanaryTest, nothing_that_people_say_reaches_the_log_the_traces_or_the_metrics) {
  auto body = [&]() -> Task<> {
    Collector collector(network_, random_);
    ProgramSpec spec = antiphon(
        {"--log-level", "debug", "--log-format", "json", "--store-slow-statement-ms", "1"});
    spec.environment = {"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.endpoint,
                        "OTEL_EXPORTER_OTLP_HEADERS=x-key=the%20key"};
    auto server = co_await ServerProcess::start(std::move(spec), folder("data"), soon());
    std::string token = co_await owner_token(*server);
    co_await tell_everywhere(*server, token);
    co_await take(http_, server->endpoint(), token,
                  {"Write to canary.person@example.org about the quuxzebra.",
                   "My card is 4111 1111 1111 1111 and my number +49 170 555 12 34.",
                   "The password is canarysecret, the token apt_canarytoken0123456789."});
    auto metrics =
        co_await ask(http_, server->endpoint(), http::Method::get, "/metrics", "", "", soon());
    co_await http_.stop();
    EXPECT_TRUE((co_await stop(server->program())).ok());
    expect_no_canary("the log", server->program().errors());
    expect_no_canary("the metrics", metrics.body);
    EXPECT_THAT(collector.bodies, Not(IsEmpty()));
    for (const std::string& sent : collector.bodies) expect_no_canary("the traces", sent);
    EXPECT_EQ(collector.key, "the key");
    // The token of the owner is no canary, but a secret all the same.
    EXPECT_THAT(server->program().errors(), Not(HasSubstr(token.substr(4))));
    EXPECT_THAT(server->program().errors(), HasSubstr("\"level\":\"debug\"")) << "it was looked at";
    co_await collector.stop();
  };
  run(body());
}

constexpr std::string_view caller = "4bf92f3577b34da6a3ce929d0e0e4736";

// A program that is asked within a caller's trace and plays a take; what the collector has of it.
class TracesTest : public WatchSystemTest {
 protected:
  void observe() {
    auto body = [&]() -> Task<> {
      Collector collector(network_, random_);
      auto server = co_await serve(
          "data", {"--log-level", "debug", "--log-format", "json", "--trace-endpoint",
                   collector.endpoint, "--trace-service-name", "test-service"});
      std::string token = co_await owner_token(*server);
      co_await get(*server, "/api/v1/director/sessions", token,
                   fmt::format("00-{}-00f067aa0ba902b7-01", caller));
      co_await get(*server, "/version", token,
                   "00-1bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
      session_ =
          co_await take(http_, server->endpoint(), token, {"The football team won the match."});
      waterfall_ =
          co_await ask_json(*server, http::Method::get,
                            "/api/v1/director/sessions/" + session_ + "/waterfall", "", token);
      co_await http_.stop();
      EXPECT_TRUE((co_await stop(server->program())).ok());
      spans_ = collector.spans();
      log_ = server->program().errors();
      EXPECT_THAT(collector.bodies.front(), HasSubstr(R"({"stringValue":"test-service"})"));
      co_await collector.stop();
    };
    run(body());
  }

  Task<> get(ServerProcess& server, std::string target, std::string token,
             std::string traceparent) {
    http::ClientRequest request{.endpoint = server.endpoint(),
                                .target = std::move(target),
                                .headers = {{"Authorization", "Bearer " + token},
                                            {"traceparent", traceparent},
                                            {"tracestate", "rojo=1"}}};
    co_await http_.send(std::move(request), soon());
  }

  // The first span of that name, below `parent` if there is one.
  const schema::Value* find(std::string_view name, const schema::Value* parent = nullptr) const {
    for (const schema::Value& span : spans_) {
      bool fits = parent == nullptr || text_of(span, "parentSpanId") == text_of(*parent, "spanId");
      if (text_of(span, "name") == name && fits) return &span;
    }
    return nullptr;
  }

  // Whether one of the spans of that name below `parent` has a child of the other name.
  bool has_grandchild(const schema::Value& parent, std::string_view name,
                      std::string_view child) const {
    return std::ranges::any_of(spans_, [&](const schema::Value& span) {
      return text_of(span, "name") == name &&
             text_of(span, "parentSpanId") == text_of(parent, "spanId") &&
             find(child, &span) != nullptr;
    });
  }

  std::vector<schema::Value> spans_;
  std::string log_;
  std::string session_;
  schema::Value waterfall_;
};

TEST_F(TracesTest, requests_turns_jobs_and_what_they_cause_are_spans_of_one_trace_each) {
  observe();
  // A request within its caller's trace, its SQL below it.
  const schema::Value* listing = find("GET /api/v1/director/sessions");
  ASSERT_NE(listing, nullptr);
  EXPECT_EQ(text_of(*listing, "traceId"), caller);
  EXPECT_EQ(text_of(*listing, "parentSpanId"), "00f067aa0ba902b7");
  EXPECT_EQ(text_of(*listing, "traceState"), "rojo=1");
  ASSERT_NE(find("sql read", listing), nullptr);
  EXPECT_TRUE(has_grandchild(*listing, "sql read", "director.takes.page"));
  EXPECT_EQ(find("GET /version"), nullptr) << "its caller did not want it recorded";

  // A turn, and what it asked for.
  const schema::Value* turn = find("director.turn");
  ASSERT_NE(turn, nullptr);
  EXPECT_EQ(turn->find("parentSpanId"), nullptr);
  EXPECT_NE(find("skill director.analyse", turn), nullptr);
  EXPECT_NE(find("search director.library", turn), nullptr);
  const schema::Value* writing = find("sql write", turn);
  ASSERT_NE(writing, nullptr);
  EXPECT_NE(find("director.utterances.insert", writing), nullptr);
  EXPECT_EQ(waterfall_.at("/turns/0/traceId").text(), text_of(*turn, "traceId"));

  // A job, and its SQL.
  const schema::Value* job = find("job director.import_starter");
  ASSERT_NE(job, nullptr);
  EXPECT_NE(find("sql write", job), nullptr);
}

TEST_F(TracesTest, lines_of_the_log_say_under_which_trace_and_in_which_session) {
  observe();
  const schema::Value* turn = find("director.turn");
  ASSERT_NE(turn, nullptr);
  std::istringstream lines(log_);
  std::set<std::string> traces;
  bool has_turn = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('{')) continue;
    schema::Value entry = schema::parse_value(line);
    traces.insert(text_of(entry, "traceId"));
    if (text_of(entry, "message") != "A turn was decided.") continue;
    has_turn = true;
    EXPECT_EQ(text_of(entry, "sessionId"), session_);
    EXPECT_EQ(text_of(entry, "traceId"), text_of(*turn, "traceId"));
  }
  EXPECT_TRUE(has_turn);
  EXPECT_THAT(traces, Contains(std::string(caller)));
}

TEST_F(TracesTest, a_collector_that_is_not_there_changes_nothing) {
  auto body = [&]() -> Task<> {
    auto gone = network_.listen({"127.0.0.1", 0});
    std::string endpoint = "http://" + gone->local().text();
    gone->close();
    gone.reset();
    auto server = co_await serve("data", {"--trace-endpoint", endpoint});
    std::string token = co_await owner_token(*server);
    co_await take(http_, server->endpoint(), token, {"The football team won the match."});
    while (!server->program().errors().contains("Traces are not exported right now.")) {
      co_await sleep_for(10ms);
    }
    co_await http_.stop();
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

TEST_F(TracesTest, settings_that_cannot_be_used_are_told_at_the_start) {
  auto body = [&]() -> Task<> {
    for (auto [flag, value, told] :
         {std::tuple("--trace-endpoint", "collector:4318", "[trace]"),
          std::tuple("--trace-endpoint", "ftp://collector", "[trace]"),
          std::tuple("--trace-sample-ratio", "2", "--trace-sample-ratio"),
          std::tuple("--trace-headers", "canarysecret", "name=value")}) {
      std::vector<std::string> arguments{
          "serve", "--listen", "127.0.0.1:0", "--data", folder("data").string(), flag, value};
      if (std::string_view(flag) == "--trace-headers") {
        arguments.insert(arguments.end(), {"--trace-endpoint", "http://127.0.0.1:1"});
      }
      Ran ran = co_await run_program(antiphon(arguments), soon());
      EXPECT_EQ(ran.status.code, 2) << flag << " " << value;
      EXPECT_THAT(ran.errors, HasSubstr(told)) << flag << " " << value;
      EXPECT_THAT(ran.errors, Not(HasSubstr("canarysecret"))) << "headers are secrets";
    }
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
