#include <gtest/gtest.h>

#include "engine/trace/context.h"
#include "engine/trace/stages.h"

namespace antiphon::trace {
namespace {

using namespace std::chrono_literals;

// The example of the recommendation, 3.2.
const std::string example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Traceparent, is_read_and_written) {  // E-90
  auto context = parse_traceparent(example);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span_id, "00f067aa0ba902b7");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(to_traceparent(*context), example);
  std::string unsampled = example.substr(0, 53) + "00";
  EXPECT_EQ(to_traceparent(*parse_traceparent(unsampled)), unsampled);
  EXPECT_TRUE(parse_traceparent(example.substr(0, 53) + "ab")->sampled);
  EXPECT_FALSE(parse_traceparent(example.substr(0, 53) + "fe")->sampled);
}

std::string replaced(std::size_t at, std::string_view with) {
  return std::string(example).replace(at, with.size(), with);
}

TEST(Traceparent, is_nothing_in_any_other_form) {  // E-90
  std::vector<std::string> broken = {
      "",
      example + "-more",  // 00 has no more fields
      example + "x",
      " " + example,
      example + " ",
      replaced(0, "ff"),  // forbidden version
      replaced(0, "0g"),
      replaced(3, std::string(32, '0')),
      replaced(36, std::string(16, '0')),
      replaced(10, "A"),  // upper case
      replaced(40, "F"),
      replaced(53, "0A"),
      replaced(53, "-1"),
      replaced(2, "_"),
      replaced(35, "0"),
      replaced(52, "0"),
      replaced(20, "\xff"),
      replaced(20, std::string(1, '\0')),
  };
  for (std::size_t size = 0; size < example.size(); ++size)
    broken.push_back(example.substr(0, size));
  for (const std::string& header : broken) EXPECT_FALSE(parse_traceparent(header)) << header;
}

TEST(Traceparent, of_a_later_version_may_say_more) {
  EXPECT_TRUE(parse_traceparent(replaced(0, "cc")));
  EXPECT_TRUE(parse_traceparent(replaced(0, "cc") + "-what-the-future-is-like"));
  EXPECT_FALSE(parse_traceparent(replaced(0, "cc") + ".what-the-future-is-like"));
}

TEST(Tracestate, is_passed_on_in_its_one_form) {  // E-90
  auto read = [](std::string_view header) {
    auto state = parse_tracestate(header);
    return state ? *state : "";
  };
  EXPECT_EQ(read("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
            "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  EXPECT_EQ(read(" a=1 ,, \tb@c=2 3\t"), "a=1,b@c=2 3");
  for (std::string_view broken : {"", ",", "a", "a=", "=1", "A=1", "a=1,b", "a=1=2", "_a=1",
                                  "a=1;b=2", "a=\xc3\xa4", "a=1\r\nX: y"}) {
    EXPECT_EQ(read(broken), "") << broken;
  }
  std::string many = "a0=1";
  for (int i = 1; i < 32; ++i) many += fmt::format(",a{}=1", i);
  EXPECT_EQ(read(many), many);
  EXPECT_EQ(read(many + ",b=1"), "") << "33 members";
  // Too long: members of over 128 bytes go first, then the last ones.
  std::string large = "large=" + std::string(150, 'x');
  std::string members = "a=" + std::string(100, 'x') + ",b=" + std::string(100, 'x') +
                        ",c=" + std::string(100, 'x') + ",d=" + std::string(100, 'x');
  EXPECT_EQ(read(large + "," + members), members);
  EXPECT_EQ(read(members + ",e=" + std::string(100, 'x')), members);
}

TEST(Context, goes_on_in_the_callers_trace_or_starts_its_own) {  // E-90
  SeededRandom random(1);
  // Where nobody records, the caller stays the parent of what is caused here.
  Context theirs = continue_trace(example, "a=1", nullptr, random);
  EXPECT_EQ(to_traceparent(theirs), example);
  EXPECT_EQ(*theirs.state, "a=1");
  for (auto header : {std::optional<std::string_view>(), std::optional<std::string_view>("junk")}) {
    Context fresh = continue_trace(header, "a=1", nullptr, random);
    EXPECT_NE(fresh.trace_id, theirs.trace_id);
    EXPECT_FALSE(fresh.sampled);
    EXPECT_EQ(fresh.state, nullptr) << "of no use without its traceparent";
    EXPECT_EQ(parse_traceparent(to_traceparent(fresh)), fresh);
  }
}

TEST(Context, is_repeated_by_its_seed_and_never_zero) {
  // Zeros first, as a broken generator might: an id of zeros is no id.
  class ZerosFirst final : public Random {
   public:
    void fill(std::span<std::byte> bytes) override {
      std::ranges::fill(bytes, std::byte{static_cast<unsigned char>(calls_++ % 2)});
    }
    int calls_ = 0;
  } zeros_first;
  EXPECT_EQ(make_context(zeros_first).span_id, "0101010101010101");
  SeededRandom a(3);
  SeededRandom b(3);
  EXPECT_EQ(make_context(a), make_context(b));
  EXPECT_NE(make_context(a), make_context(a));
}

class SteppedClock final : public Clock {
 public:
  Timestamp now() const override { return {}; }
  Instant steady() const override { return now_; }
  void advance(Duration by) { now_ += by; }

 private:
  Instant now_{1h};
};

TEST(Stages, know_when_each_began_and_ended) {  // E-26, E-91
  SteppedClock clock;
  Stages stages(clock);
  clock.advance(5ms);
  {
    auto analyse = stages.begin("analyse");
    clock.advance(10ms);
    auto search = stages.begin("search");
    analyse.note("cached");
    clock.advance(1500us);
  }
  auto running = stages.begin("show");
  stages.add("recognise", clock.steady() - 20ms, clock.steady() - 18ms, "first pass");
  clock.advance(1ms);
  ASSERT_EQ(stages.all().size(), 4u);
  const auto all = stages.all();
  EXPECT_EQ(all[0].name, "analyse");
  EXPECT_DOUBLE_EQ(all[0].begin_ms, 5);
  EXPECT_DOUBLE_EQ(all[0].end_ms.value(), 16.5);
  EXPECT_EQ(all[0].note, "cached");
  EXPECT_DOUBLE_EQ(all[1].begin_ms, 15);
  EXPECT_FALSE(all[2].end_ms);
  EXPECT_DOUBLE_EQ(all[3].end_ms.value() - all[3].begin_ms, 2);
  EXPECT_DOUBLE_EQ(stages.elapsed_ms(), 17.5);
  EXPECT_EQ(
      to_server_timing(all),
      "analyse;dur=11.5;desc=\"cached\", search;dur=1.5, recognise;dur=2.0;desc=\"first pass\"");
}

TEST(Stages, end_once_and_move) {
  SteppedClock clock;
  Stages stages(clock);
  {
    auto first = stages.begin("a");
    auto moved = std::move(first);
    clock.advance(1ms);
    moved.end();
    clock.advance(1ms);
    moved.note("too late");
  }
  EXPECT_DOUBLE_EQ(stages.all()[0].end_ms.value(), 1);
  EXPECT_EQ(stages.all()[0].note, "");
  stages.add("b", clock.steady(), clock.steady() - 5ms);
  EXPECT_DOUBLE_EQ(stages.all()[1].end_ms.value(), stages.all()[1].begin_ms);
}

TEST(Stages, are_bounded) {
  SteppedClock clock;
  Stages stages(clock);
  for (std::size_t i = 0; i < 2 * stages_max; ++i) {
    auto timing = stages.begin("a");
    timing.note("n");
    stages.add("b", clock.steady(), clock.steady());
  }
  EXPECT_EQ(stages.all().size(), stages_max);
}

TEST(ServerTiming, cannot_be_broken_out_of) {
  std::vector<Stage> stages = {{"a b\r\n;x=\"", 0, 1, "say \"hi\"\\\r\nSet-Cookie: å"},
                               {"", 0, 2, {}}};
  EXPECT_EQ(to_server_timing(stages),
            "a_b___x__;dur=1.0;desc=\"say \\\"hi\\\"\\\\__Set-Cookie: __\", _;dur=2.0");
  EXPECT_EQ(to_server_timing({}), "");
}

}  // namespace
}  // namespace antiphon::trace
