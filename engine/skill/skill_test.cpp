#include "engine/skill/skill.h"

#include <gtest/gtest.h>

#include "engine/testing/virtual_time.h"
#include "engine/trace/tracer.h"

namespace antiphon::skill::skill_test {
namespace {

using namespace std::chrono_literals;

struct Ask {
  std::string text;
};
auto describe(schema::Tag<Ask>) {
  return schema::object<Ask>("Ask").field("text", &Ask::text, "What is asked");
}
struct Length {
  std::int64_t letters = 0;
};
auto describe(schema::Tag<Length>) {
  return schema::object<Length>("Length").field("letters", &Length::letters, "How long",
                                                schema::max(10));
}

class SkillTest : public ::testing::Test {
 protected:
  Call call(std::string tenant = "ten_a", Duration left = 1s) {
    auto principal = std::make_shared<Principal>();
    principal->tenant = std::move(tenant);
    return Call(principal, time_.clock().now(), time_.clock().steady() + left, trace_);
  }
  Answer<Length> ask(std::string text, Call as) {
    return time_.run(skills_.run(&count_, Ask{std::move(text)}, std::move(as)));
  }

  testing::VirtualTime time_;
  trace::Context trace_;
  store::MemoryCache cache_{time_.clock(), 1 << 20};
  Skills skills_{cache_};
  int computed_ = 0;
  Skill<Ask, Length> count_{
      .name = "test.count",
      .rules =
          [this](const Ask& ask) {
            ++computed_;
            return Length{static_cast<std::int64_t>(ask.text.size())};
          },
      .cache = {.time_to_live = 1min},
  };
};

TEST_F(SkillTest, answers_by_rules_and_then_from_the_cache) {  // E-30
  EXPECT_EQ(ask("four", call()).provenance.source, Source::rules);
  Answer<Length> again = ask("four", call());
  EXPECT_EQ(again.provenance.source, Source::cache);
  EXPECT_EQ(again.value.letters, 4);
  EXPECT_EQ(computed_, 1);
}

TEST_F(SkillTest, forgets_after_the_time_to_live) {  // E-30
  ask("four", call());
  time_.run_for(61s);
  EXPECT_EQ(ask("four", call()).provenance.source, Source::rules);
}

TEST_F(SkillTest, never_gives_one_tenants_answer_to_another) {  // E-30
  ask("four", call("ten_a"));
  EXPECT_EQ(ask("four", call("ten_b")).provenance.source, Source::rules);
}

TEST_F(SkillTest, a_new_version_does_not_see_old_answers) {
  ask("four", call());
  count_.version = "2";
  EXPECT_EQ(ask("four", call()).provenance.source, Source::rules);
}

TEST_F(SkillTest, checks_the_answer_always) {  // E-30
  EXPECT_THROW(ask("longer than ten", call()), Error);
}

TEST_F(SkillTest, does_not_begin_without_time) {
  try {
    ask("four", call("ten_a", 0s));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::timeout);
  }
}

TEST_F(SkillTest, each_run_is_a_span_that_says_who_answered) {  // E-90
  SeededRandom random(1);
  trace::Tracer tracer(time_.clock(), random);
  trace_ = trace::begin_trace(&tracer, random);
  ask("four", call());
  ask("four", call());
  EXPECT_THROW(ask("four", call("ten_a", 0s)), Error);
  auto spans = tracer.take(10);
  ASSERT_EQ(spans.size(), 3u);
  for (const auto& span : spans) EXPECT_EQ(span.name, "skill test.count");
  auto source = [&](int index) {
    return std::get<std::string>(spans[index].attributes.at(0).second);
  };
  EXPECT_EQ(source(0), "rules");
  EXPECT_EQ(source(1), "cache");
  EXPECT_EQ(spans[2].failure, "timeout");
}

}  // namespace
}  // namespace antiphon::skill::skill_test
