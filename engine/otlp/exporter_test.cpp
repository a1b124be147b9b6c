// E-90: the export of traces to a collector that speaks the real format and misbehaves.
#include "engine/otlp/exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/otlp/sample_test.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::otlp {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ExporterTest : public ::testing::Test {
 protected:
  ExporterTest() {
    options_.endpoint = "http://collector.test:4318";
    options_.resource = {.service_version = "1.2.3", .instance_id = "instance-1"};
    options_.metrics = &registry_;
  }

  void add_spans(int count) {
    for (int i = 0; i < count; ++i) {
      trace::Span(trace::begin_trace(&tracer_, random_), fmt::format("span {}", i));
    }
  }

  // Exports for `span` of virtual time, then stops within `stop_time`.
  void export_for(Duration span, Duration stop_time = 2s) {
    log::Options to_here{.sink = [this](std::string_view line) { log_.append(line) += '\n'; }};
    log::Logger log(time_.clock(), std::move(to_here));
    auto all = [&]() -> Task<> {
      http::NetworkHttpClient client(collector_, {.reach = http::Reach::everywhere});
      Exporter exporter(tracer_, client, random_, log, options_);
      TaskGroup running([](const std::exception_ptr&) {});
      running.spawn(exporter.run());
      co_await sleep_for(span);
      co_await running.stop();
      co_await exporter.flush(time_.clock().steady() + stop_time);
      metrics_ = registry_.to_text();
      co_await client.stop();
      co_await collector_.stop();
    };
    time_.run(all());
  }

  std::string spans_with(std::string_view outcome, int count) const {
    return fmt::format("antiphon_trace_spans_total{{outcome=\"{}\"}} {}\n", outcome, count);
  }
  std::vector<double> waits() const {
    std::vector<double> seconds;
    for (std::size_t i = 1; i < collector_.requests_at.size(); ++i) {
      Duration wait = collector_.requests_at[i] - collector_.requests_at[i - 1];
      seconds.push_back(std::chrono::duration<double>(wait).count());
    }
    return seconds;
  }

  testing::VirtualTime time_;
  SeededRandom random_{1};
  trace::Tracer tracer_{time_.clock(), random_, {.spans_max = 2'000}};
  ScriptedCollector collector_;
  metrics::Registry registry_;
  Exporter::Options options_;
  std::string log_;
  std::string metrics_;
};

TEST_F(ExporterTest, brings_spans_in_the_form_that_collectors_read) {
  options_.headers = {{"X-Key", "secret key"}};
  trace::Context parent =
      *trace::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  parent.tracer = &tracer_;
  parent.state = std::make_shared<const std::string>("rojo=1");
  {
    trace::Span span(parent, "GET /visits/\"{visitId}\"", trace::Kind::server);
    time_.clock().advance(1500us);
    span.set("http.response.status_code", 500);
    span.set("ratio", 0.25);
    span.set("is_late", false);
    span.set("text", "a\nb");
    span.fail("500");
  }
  export_for(3s);
  ASSERT_THAT(collector_.bodies, SizeIs(1));
  EXPECT_THAT(collector_.complaints, IsEmpty());
  EXPECT_THAT(collector_.heads[0], HasSubstr("Host: collector.test:4318\r\n"));
  EXPECT_THAT(collector_.heads[0], HasSubstr("X-Key: secret key\r\n"));
  EXPECT_THAT(collector_.heads[0], Not(HasSubstr("traceparent"))) << "an export is not traced";
  std::string span_id = collector_.spans[0].span_id;
  EXPECT_EQ(collector_.bodies[0],
            R"({"resourceSpans":[{"resource":{"attributes":[)"
            R"({"key":"service.name","value":{"stringValue":"antiphon"}},)"
            R"({"key":"service.version","value":{"stringValue":"1.2.3"}},)"
            R"({"key":"service.instance.id","value":{"stringValue":"instance-1"}},)"
            R"({"key":"telemetry.sdk.name","value":{"stringValue":"antiphon"}},)"
            R"({"key":"telemetry.sdk.language","value":{"stringValue":"cpp"}}]},)"
            R"("scopeSpans":[{"scope":{"name":"antiphon","version":"1.2.3"},"spans":[)"
            R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":")" +
                span_id +
                R"(","parentSpanId":"00f067aa0ba902b7","traceState":"rojo=1",)"
                R"("name":"GET /visits/\"{visitId}\"","kind":2,)"
                R"("startTimeUnixNano":"1772352000000000000",)"
                R"("endTimeUnixNano":"1772352000001500000","attributes":[)"
                R"({"key":"http.response.status_code","value":{"intValue":"500"}},)"
                R"({"key":"ratio","value":{"doubleValue":0.25}},)"
                R"({"key":"is_late","value":{"boolValue":false}},)"
                R"({"key":"text","value":{"stringValue":"a\nb"}},)"
                R"({"key":"error.type","value":{"stringValue":"500"}}],)"
                R"("status":{"code":2}}]}]}]})");
  EXPECT_THAT(metrics_, HasSubstr(spans_with("exported", 1)));
  EXPECT_THAT(metrics_, HasSubstr("antiphon_trace_exports_total{outcome=\"taken\"} 1\n"));
}

TEST_F(ExporterTest, sends_batches_one_after_the_other) {
  options_.batch_spans_max = 100;
  options_.endpoint = "http://collector.test:4318/tenants/1/";
  collector_.base_path = "/tenants/1";
  Instant begin = time_.clock().steady();
  add_spans(250);
  export_for(5s);
  EXPECT_THAT(collector_.complaints, IsEmpty());
  EXPECT_THAT(collector_.bodies, SizeIs(3));
  EXPECT_THAT(collector_.spans, SizeIs(250));
  EXPECT_EQ(collector_.spans[249].name, "span 249");
  EXPECT_LE(collector_.requests_at.back(), begin + 1s + 1ms);
}

TEST_F(ExporterTest, is_woken_when_a_batch_waits) {
  options_.batch_spans_max = 100;
  options_.interval = 1h;
  log::Logger log(time_.clock(), {.sink = [](std::string_view) {}});
  auto all = [&]() -> Task<> {
    http::NetworkHttpClient client(collector_, {.reach = http::Reach::everywhere});
    Exporter exporter(tracer_, client, random_, log, options_);
    TaskGroup running([](const std::exception_ptr&) {});
    running.spawn(exporter.run());
    add_spans(99);
    co_await sleep_for(10s);
    EXPECT_THAT(collector_.bodies, IsEmpty());
    add_spans(1);
    co_await sleep_for(1ms);
    EXPECT_THAT(collector_.spans, SizeIs(100));
    co_await running.stop();
    co_await client.stop();
    co_await collector_.stop();
  };
  time_.run(all());
}

TEST_F(ExporterTest, waits_as_long_as_the_collector_asks) {
  collector_.script = {answer(429, "", "Retry-After: 7\r\n"),
                       answer(503, R"({"code":14,"message":"busy"})",
                              "Retry-After: Sun, 01 Mar 2026 08:00:30 GMT\r\n")};
  add_spans(3);
  export_for(1min);
  EXPECT_THAT(collector_.spans, SizeIs(3));
  ASSERT_THAT(waits(), SizeIs(2));
  EXPECT_NEAR(waits()[0], 7, 0.01);   // asked for at 08:00:01
  EXPECT_NEAR(waits()[1], 22, 0.01);  // at 08:00:08, until 08:00:30
  EXPECT_THAT(metrics_, HasSubstr(spans_with("exported", 3)));
  EXPECT_THAT(metrics_, HasSubstr("antiphon_trace_exports_total{outcome=\"retried\"} 2\n"));
}

TEST_F(ExporterTest, backs_off_and_gives_up_in_the_end) {
  for (int i = 0; i < 100; ++i) collector_.script.push_back(answer(502, "bad gateway"));
  add_spans(3);
  export_for(1h, 0s);
  EXPECT_THAT(collector_.spans, IsEmpty());
  std::vector<double> between = waits();
  ASSERT_GE(between.size(), 6u);
  double wait = 1;
  for (std::size_t i = 0; i < between.size(); ++i, wait = std::min(2 * wait, 30.0)) {
    EXPECT_GE(between[i], wait / 2) << i;
    EXPECT_LE(between[i], wait + 0.01) << i;
  }
  EXPECT_LT(collector_.requests_at.back() - collector_.requests_at.front(), 2min);
  EXPECT_THAT(metrics_, HasSubstr(spans_with("failed", 3)));
  EXPECT_THAT(log_, HasSubstr("Traces are not exported right now."));
  EXPECT_THAT(log_, HasSubstr("lostSpans=3"));
}

TEST_F(ExporterTest, does_not_repeat_what_will_not_get_better) {
  for (int status : {400, 401, 404, 413, 500, 301}) {
    collector_.script.push_back(answer(status, R"({"code":3,"message":"no"})"));
  }
  for (int i = 0; i < 6; ++i) {
    add_spans(1);
    export_for(2s);
  }
  EXPECT_THAT(collector_.bodies, SizeIs(6));
  EXPECT_THAT(metrics_, HasSubstr(spans_with("refused", 6)));
  EXPECT_THAT(log_, HasSubstr("collector.test:4318 answered 400."));
}

TEST_F(ExporterTest, survives_cuts_stalls_and_a_collector_that_is_away) {
  collector_.script = {{.kind = Reply::Kind::refuse}, {.kind = Reply::Kind::cut},
                       {.kind = Reply::Kind::stall},  {.text = "SMTP ready\r\n\r\n"},
                       {.kind = Reply::Kind::refuse}, answer(200, "")};
  add_spans(4);
  export_for(2min);
  EXPECT_THAT(collector_.complaints, IsEmpty());
  EXPECT_THAT(collector_.spans, SizeIs(4)) << "each once";
  EXPECT_THAT(metrics_, HasSubstr(spans_with("exported", 4)));
  EXPECT_THAT(metrics_, HasSubstr("antiphon_trace_exports_total{outcome=\"retried\"} 5\n"));
  // One line when it begins, one when it is over.
  EXPECT_EQ(std::ranges::count(log_, '\n'), 2) << log_;
  EXPECT_THAT(log_, HasSubstr("The trace collector takes spans again."));
}

TEST_F(ExporterTest, tells_what_a_collector_took_only_in_part) {
  collector_.script = {
      answer(200, R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}})"),
      answer(200, R"({"partialSuccess":{"rejectedSpans":99}})"),
      answer(200, R"({"partialSuccess":{"errorMessage":"deprecated"}})"),
      answer(200, "<html>"),
      // The head has said that it was taken; sent again it would be there twice.
      {.text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"par"}};
  for (int i = 0; i < 5; ++i) {
    add_spans(3);
    export_for(2s);
  }
  EXPECT_THAT(collector_.bodies, SizeIs(5));
  EXPECT_THAT(metrics_, HasSubstr(spans_with("exported", 1 + 0 + 3 + 3 + 3)));
  EXPECT_THAT(metrics_, HasSubstr(spans_with("refused", 2 + 3)));
  EXPECT_THAT(log_, HasSubstr("rejectedSpans=2 message=\"too old\""));
  EXPECT_THAT(log_, HasSubstr("rejectedSpans=0 message=deprecated"));
}

TEST_F(ExporterTest, reads_so_much_of_an_answer_and_no_more) {
  auto refusing = [](std::size_t bytes) {
    return answer(200, R"({"partialSuccess":{"rejectedSpans":2,"errorMessage":")" +
                           std::string(bytes, 'a') + "\"}}");
  };
  collector_.script = {refusing(answer_bytes_max / 2), refusing(answer_bytes_max * 2)};
  for (int i = 0; i < 2; ++i) {
    add_spans(3);
    export_for(2s);
  }
  EXPECT_THAT(collector_.bodies, SizeIs(2)) << "what was taken is not sent again";
  EXPECT_THAT(metrics_, HasSubstr(spans_with("exported", 1 + 3)));
  EXPECT_THAT(metrics_, HasSubstr(spans_with("refused", 2)));
}

TEST_F(ExporterTest, what_finds_no_room_while_the_collector_is_away_is_counted) {
  for (int i = 0; i < 1'000; ++i) collector_.script.push_back({.kind = Reply::Kind::refuse});
  auto busy = [&]() -> Task<> {
    for (int i = 0; i < 30; ++i) {
      add_spans(100);
      co_await sleep_for(1s);
    }
  };
  TaskGroup work([](const std::exception_ptr&) {});
  auto begin = [&]() -> Task<> {
    work.spawn(busy());
    co_return;
  };
  time_.run(begin());
  export_for(40s);
  EXPECT_GT(tracer_.dropped(), 0u);
  EXPECT_THAT(metrics_, HasSubstr(spans_with("dropped", static_cast<int>(tracer_.dropped()))));
  EXPECT_EQ(tracer_.waiting(), 0u);
}

TEST_F(ExporterTest, sends_what_is_left_at_the_stop_within_its_time) {
  options_.interval = 1h;
  options_.batch_spans_max = 300;
  add_spans(299);
  export_for(1s, 2s);
  EXPECT_THAT(collector_.spans, SizeIs(299));
  add_spans(299);
  collector_.script = {{.kind = Reply::Kind::stall}};
  Instant begin = time_.clock().steady();
  export_for(1s, 2s);
  EXPECT_LE(time_.clock().steady() - begin, 3s + 1ms) << "a collector that stalls holds nobody up";
  EXPECT_THAT(metrics_, HasSubstr(spans_with("failed", 299)));
}

TEST_F(ExporterTest, refuses_settings_that_cannot_be_used) {
  log::Logger log(time_.clock(), {.sink = [](std::string_view) {}});
  auto refused = [&](std::string endpoint) -> Task<std::string> {
    options_.endpoint = std::move(endpoint);
    http::NetworkHttpClient client(collector_, {});
    std::string why;
    try {
      Exporter exporter(tracer_, client, random_, log, options_);
    } catch (const Error& error) {
      why = error.message();
    }
    co_return why;
  };
  for (std::string endpoint : {"collector:4318", "ftp://collector", "http://", "http://a:b:c"}) {
    EXPECT_THAT(time_.run(refused(endpoint)), Not(IsEmpty())) << endpoint;
  }
  EXPECT_THAT(time_.run(refused("http://collector:4318")), IsEmpty());
}

TEST(OtlpHeaders, are_read_as_the_usual_variable_has_them) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(parse_headers(""), Headers());
  EXPECT_EQ(parse_headers("api-key=abc, Authorization = Basic%20eA%3D%3D ,,empty="),
            (Headers{{"api-key", "abc"}, {"Authorization", "Basic eA=="}, {"empty", ""}}));
  EXPECT_EQ(parse_headers("a=b=c"), (Headers{{"a", "b=c"}}));
  for (std::string_view broken :
       {"secret", "=secret", "a b=secret", "a=secret%0d%0aX:%20y", "a=secret%4", "ok=1,secret"}) {
    try {
      parse_headers(broken);
      ADD_FAILURE() << broken;
    } catch (const Error& error) {
      EXPECT_THAT(error.message(), Not(HasSubstr("secret"))) << "they may be secrets";
    }
  }
}

}  // namespace
}  // namespace antiphon::otlp
