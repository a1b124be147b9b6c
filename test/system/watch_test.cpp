// E-90: what an operator sees of the real program: its metrics, its log, its traces at a collector.

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "engine/http/server.h"
#include "engine/live/client.h"
#include "engine/testing/certificates.h"
#include "test/support/networks.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A collector of OpenTelemetry's in this process: keeps what it is sent.
class Collector {
 public:
  Collector(Network& network, Random& random) : server_(router_, gate_, random) {
    router_.add({.method = http::Method::post,
                 .path = "/v1/traces",
                 .permission = std::string(http::public_permission),
                 .body_bytes_max = std::size_t{16} << 20},
                [this](Call, http::Request request) -> Task<http::Response> {
                  key = request.headers.get("x-key");
                  bodies.push_back(co_await request.read_all());
                  co_return http::json_text("{}");
                });
    auto listener = network.listen({"127.0.0.1", 0});
    endpoint = "http://" + listener->local().text();
    server_.start(std::move(listener));
  }
  Task<> stop() { return server_.stop(); }

  std::vector<schema::Value> spans() const {
    std::vector<schema::Value> all;
    for (const std::string& body : bodies) {
      schema::Value request = schema::parse_value(body);
      for (const auto& span : request.at("/resourceSpans/0/scopeSpans/0/spans").items()) {
        all.push_back(span);
      }
    }
    return all;
  }

  std::string endpoint;
  std::string key;
  std::vector<std::string> bodies;

 private:
  http::Router router_;
  http::OpenGate gate_;
  http::Server server_;
};

std::string text_of(const schema::Value& value, std::string_view key) {
  const schema::Value* found = value.find(key);
  return found ? found->text() : "";
}

// A row of docs/metrics.md.
struct Documented {
  std::string type;
  std::map<std::string, std::string> labels;  ///< and what their values may be
};

std::map<std::string, Documented> documented_metrics() {
  std::map<std::string, Documented> all;
  std::ifstream page("docs/metrics.md");
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    for (std::size_t at = 2; at < line.size();) {
      std::size_t end = line.find(" | ", at);
      if (end == std::string::npos) end = line.rfind(" |");
      cells.push_back(line.substr(at, end - at));
      at = end + 3;
    }
    Documented& metric = all[cells[0].substr(1, cells[0].size() - 2)];
    metric.type = cells[1];
    for (std::size_t at = 0; at < cells[2].size();) {
      std::size_t end = std::min(cells[2].find("; ", at), cells[2].size());
      std::string label = cells[2].substr(at, end - at);
      std::size_t colon = label.find("`: ");
      metric.labels[label.substr(1, colon - 1)] = label.substr(colon + 3);
      at = end + 2;
    }
  }
  return all;
}

// What /metrics has: names with their type, and the labels of every series.
struct Told {
  std::map<std::string, std::string> types;
  std::map<std::string, std::vector<std::map<std::string, std::string>>> series;
};

Told read_metrics(const std::string& text) {
  Told told;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      std::size_t space = line.rfind(' ');
      told.types[line.substr(7, space - 7)] = line.substr(space + 1);
    }
    if (line.starts_with('#')) continue;
    std::string name = line.substr(0, line.find_first_of("{ "));
    for (std::string_view part : {"_bucket", "_sum", "_count"}) {
      std::string stem = name.substr(0, name.size() - std::min(name.size(), part.size()));
      if (name.ends_with(part) && told.types[stem] == "histogram") name = stem;
    }
    std::map<std::string, std::string> labels;
    std::size_t at = line.find('{');
    while (at != std::string::npos && line[at] != '}') {
      std::size_t equals = line.find("=\"", at);
      std::size_t end = line.find('"', equals + 2);
      labels[line.substr(at + 1, equals - at - 1)] = line.substr(equals + 2, end - equals - 2);
      at = end + 1;
    }
    labels.erase("le");
    told.series[name].push_back(std::move(labels));
  }
  std::erase_if(told.types, [](const auto& entry) { return entry.second.empty(); });
  return told;
}

class WatchSystemTest : public SystemTest {
 protected:
  // A take in which so much is typed; returns when its last words were answered.
  Task<std::string> take(http::HttpClient& http, Endpoint server, std::string token,
                         std::vector<std::string> sentences) {
    auto opened = co_await ask(http, server, http::Method::post, "/api/v1/director/sessions", "{}",
                               token, soon());
    std::string id = schema::parse_value(opened.body).at("/sessionId").text();
    live::Client client(
        http, random_,
        {.target = {.endpoint = server, .path = "/ws"}, .token = token, .session_id = id});
    auto talk = [&]() -> Task<> {
      co_await client.connect();
      for (const std::string& words : sentences) {
        std::string message = R"({"action":"text","text":)";
        schema::write_text(message, words);
        client.send(message + "}");
        for (;;) {
          auto frame = co_await client.receive();
          if (!frame || frame->type == "timeline") break;
        }
      }
      client.send(R"({"action":"no such thing"})");
      client.send(R"({"action":"finish"})");
      while (auto frame = co_await client.receive()) {
        if (frame->type == "ended") break;
      }
    };
    co_await client.run(talk());
    co_return id;
  }
};

TEST_F(WatchSystemTest, every_documented_metric_is_told_and_no_other) {
  auto body = [&]() -> Task<> {
    Collector collector(network_, random_);
    SelfSigned texts = make_certificate();
    auto certificate = folder("certificate.pem");
    auto key = folder("key.pem");
    std::ofstream(certificate) << texts.certificate;
    std::ofstream(key) << texts.key;
    auto server =
        co_await serve("data", {"--tls-certificate-file", certificate.string(), "--tls-key-file",
                                key.string(), "--trace-endpoint", collector.endpoint});
    TlsClient trusting({.authorities = certificate});
    TlsNetwork network(trusting);
    http::NetworkHttpClient http(network, {.reach = http::Reach::everywhere});
    std::string secret = co_await server->owner_secret(soon());
    std::string token = co_await sign_in(http, server->endpoint(), "owner", secret, soon());
    co_await take(http, server->endpoint(), token, {"The football team won the match."});
    auto answer =
        co_await ask(http, server->endpoint(), http::Method::get, "/metrics", "", "", soon());
    Told told = read_metrics(answer.body);
    auto documented = documented_metrics();
    EXPECT_GE(documented.size(), 60u);
    for (const auto& [name, metric] : documented) {
      EXPECT_EQ(told.types[name], metric.type) << name << " is documented";
      EXPECT_THAT(told.series[name], Not(IsEmpty())) << name << " is documented";
      for (const auto& series : told.series[name]) {
        for (const auto& [label, value] : series) {
          auto row = metric.labels.find(label);
          EXPECT_TRUE(row != metric.labels.end()) << name << " has the label " << label;
        }
        EXPECT_EQ(series.size(), metric.labels.size()) << name;
      }
    }
    for (const auto& [name, type] : told.types) {
      EXPECT_TRUE(documented.contains(name)) << name << " is not in docs/metrics.md";
    }
    co_await http.stop();
    EXPECT_TRUE((co_await stop(server->program())).ok());
    co_await collector.stop();
  };
  run(body());
}

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
