#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/trace/tracer.h"

namespace antiphon::trace::span_test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Pair;

class SteppedClock final : public Clock {
 public:
  Timestamp now() const override {
    return Timestamp(1'000s) + jumped +
           std::chrono::duration_cast<std::chrono::microseconds>(steady_ - start);
  }
  Instant steady() const override { return steady_; }
  void advance(Duration by) { steady_ += by; }

  std::chrono::microseconds jumped{};

 private:
  static constexpr Instant start{1h};
  Instant steady_ = start;
};

class SpanTest : public ::testing::Test {
 protected:
  SteppedClock clock_;
  SeededRandom random_{1};
  Tracer tracer_{clock_, random_};
};

TEST_F(SpanTest, tells_what_it_was_and_below_which_work_it_stood) {  // E-90
  {
    Span request(begin_trace(&tracer_, random_), "GET /visits", Kind::server);
    clock_.advance(2ms);
    {
      Span sql(request.context(), "visits.list", Kind::client);
      clock_.advance(3ms);
      sql.set("db.system.name", "sqlite");
      sql.fail("timeout");
    }
    request.set("http.response.status_code", 200);
    request.set("ratio", 0.5);
    request.set("is_late", true);
    request.rename("GET /visits/{visitId}");
  }
  auto spans = tracer_.take(10);
  ASSERT_EQ(spans.size(), 2u);  // in the order in which they ended
  const SpanRecord& sql = spans[0];
  const SpanRecord& request = spans[1];
  EXPECT_TRUE(request.parent.is_none());
  EXPECT_EQ(sql.parent, request.context.span_id);
  EXPECT_EQ(sql.context.trace_id, request.context.trace_id);
  EXPECT_NE(sql.context.span_id, request.context.span_id);
  EXPECT_EQ(request.name, "GET /visits/{visitId}");
  EXPECT_EQ(request.kind, Kind::server);
  EXPECT_EQ(request.start, Timestamp(1'000s));
  EXPECT_EQ(request.took, 5ms);
  EXPECT_EQ(sql.start, Timestamp(1'000s) + 2ms);
  EXPECT_EQ(sql.took, 3ms);
  EXPECT_EQ(sql.failure, "timeout");
  EXPECT_EQ(request.failure, "");
  EXPECT_THAT(sql.attributes, ElementsAre(Pair("db.system.name", Attribute("sqlite"))));
  EXPECT_THAT(request.attributes,
              ElementsAre(Pair("http.response.status_code", Attribute(std::int64_t{200})),
                          Pair("ratio", Attribute(0.5)), Pair("is_late", Attribute(true))));
}

TEST_F(SpanTest, may_have_been_timed_elsewhere_and_outlasts_a_jump_of_the_clock) {
  Context trace = begin_trace(&tracer_, random_);
  Instant begun = clock_.steady();
  clock_.advance(40ms);
  clock_.jumped = -1h;
  Span(trace, "speech", Kind::internal, begun).end(begun + 30ms);
  Span(trace, "backwards", Kind::internal, begun).end(begun - 1ms);
  auto spans = tracer_.take(10);
  EXPECT_EQ(spans[0].took, 30ms);
  EXPECT_EQ(spans[0].start, Timestamp(1'000s) - 1h);
  EXPECT_EQ(spans[1].took, 0ms);
}

TEST_F(SpanTest, is_handed_over_once) {
  Span span(begin_trace(&tracer_, random_), "a");
  Span moved = std::move(span);
  span.end();
  moved.end();
  moved.end();
  moved.set("too", "late");
  moved = Span(begin_trace(&tracer_, random_), "b");
  moved = Span();
  EXPECT_EQ(tracer_.take(10).size(), 2u);
}

TEST_F(SpanTest, is_bounded) {
  {
    Span span(begin_trace(&tracer_, random_), std::string(1'000, 'n'));
    span.set("long", std::string(attribute_bytes_max - 1, 'x') + "\xc3\xa4");
    for (std::size_t i = 0; i < 2 * attributes_max; ++i) span.set("k", i);
  }
  SpanRecord record = tracer_.take(1).at(0);
  EXPECT_EQ(record.name.size(), span_name_bytes_max);
  EXPECT_EQ(record.attributes.size(), attributes_max);
  EXPECT_EQ(record.attributes_dropped, attributes_max + 1);
  EXPECT_EQ(std::get<std::string>(record.attributes[0].second).size(), attribute_bytes_max - 1)
      << "cut between characters";
}

TEST_F(SpanTest, costs_nothing_where_nobody_records) {
  Context parent = make_context(random_);
  Span span(parent, "a");
  span.set("b", 1);
  span.fail("timeout");
  EXPECT_FALSE(span.is_recorded());
  EXPECT_EQ(span.context(), parent) << "what is below it hangs on its parent";
  Context unsampled = continue_trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                                     std::nullopt, &tracer_, random_);
  EXPECT_FALSE(Span(unsampled, "a").is_recorded()) << "the caller decides";
  Context sampled = continue_trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                   std::nullopt, &tracer_, random_);
  EXPECT_TRUE(Span(sampled, "a").is_recorded());
  EXPECT_EQ(tracer_.take(10).at(0).parent, "00f067aa0ba902b7");
}

TEST_F(SpanTest, texts_pass_the_mask) {
  Tracer masked(clock_, random_, {.mask = [](std::string_view) { return std::string("hidden"); }});
  {
    Span span(begin_trace(&masked, random_), "secret");
    span.set("key", "secret");
    span.set("number", 1);
  }
  SpanRecord record = masked.take(1).at(0);
  EXPECT_EQ(record.name, "hidden");
  EXPECT_EQ(std::get<std::string>(record.attributes[0].second), "hidden");
}

TEST_F(SpanTest, are_sampled_by_their_trace_and_ratio) {  // E-90
  Tracer none(clock_, random_, {.sample_ratio = 0});
  Tracer quarter(clock_, random_, {.sample_ratio = 0.25});
  Tracer half(clock_, random_, {.sample_ratio = 0.5});
  int quarters = 0;
  for (int i = 0; i < 4'000; ++i) {
    TraceId id = make_trace_id(random_);
    EXPECT_TRUE(tracer_.samples(id));
    EXPECT_FALSE(none.samples(id));
    if (!quarter.samples(id)) continue;
    ++quarters;
    EXPECT_TRUE(half.samples(id)) << "what a lower ratio takes, a higher one takes too";
  }
  EXPECT_NEAR(quarters, 1'000, 120);
  EXPECT_FALSE(half.samples(TraceId("4bf92f3577b34da6a37fffffffffffff")));
  EXPECT_TRUE(half.samples(TraceId("4bf92f3577b34da6a380000000000000")));
  Context unsampled = begin_trace(&none, random_);
  EXPECT_FALSE(unsampled.sampled);
  EXPECT_EQ(parse_traceparent(to_traceparent(unsampled)), unsampled) << "others can go on from it";
}

TEST_F(SpanTest, wait_in_a_bounded_queue_and_are_counted_when_they_find_no_room) {  // E-90
  Tracer small(clock_, random_, {.spans_max = 10});
  int woken = 0;
  small.on_waiting(4, [&] { ++woken; });
  auto add = [&](int count) {
    for (int i = 0; i < count; ++i) Span(begin_trace(&small, random_), fmt::format("{}", i));
  };
  add(3);
  EXPECT_EQ(woken, 0);
  add(9);
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(small.waiting(), 10u);
  EXPECT_EQ(small.dropped(), 2u);
  EXPECT_EQ(small.take(4).at(3).name, "0");
  add(1);
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(small.take(100).size(), 7u);
  EXPECT_TRUE(small.take(100).empty());
}

TEST_F(SpanTest, come_from_many_threads) {
  SystemClock clock;
  SystemRandom random;
  Tracer tracer(clock, random, {.spans_max = 1'000});
  Context trace = begin_trace(&tracer, random);
  std::size_t taken = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 1'000; ++k) Span(trace, "a").set("k", k);
      });
    }
    for (int i = 0; i < 100; ++i) taken += tracer.take(100).size();
  }
  EXPECT_EQ(taken + tracer.waiting() + tracer.dropped(), 4'000u);
}

}  // namespace
}  // namespace antiphon::trace::span_test
