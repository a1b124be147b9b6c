#include "engine/async/timers.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/base/random.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

Instant at(Duration since_start) { return Instant(1h) + since_start; }

TEST(Timers, an_action_runs_at_its_instant_and_not_before) {
  Timers timers([] {});
  std::vector<int> ran;
  auto late = timers.at(at(10s), [&] { ran.push_back(2); });
  auto soon = timers.at(at(1500us), [&] { ran.push_back(1); });
  EXPECT_EQ(timers.next(), at(1500us));
  timers.fire(at(1500us) - 1ns);
  EXPECT_TRUE(ran.empty());
  timers.fire(at(1500us));
  EXPECT_EQ(ran, std::vector<int>{1});
  EXPECT_EQ(timers.next(), at(10s));
  timers.fire(at(11s));
  EXPECT_EQ(ran, (std::vector{1, 2}));
  EXPECT_EQ(timers.next(), std::nullopt);
}

TEST(Timers, a_dropped_alarm_does_not_run) {
  Timers timers([] {});
  bool ran = false;
  {
    auto alarm = timers.at(at(1s), [&] { ran = true; });
    auto near = timers.at(at(0s), [&] { ran = true; });
  }
  EXPECT_EQ(timers.next(), std::nullopt);
  timers.fire(at(1h));
  EXPECT_FALSE(ran);
}

TEST(Timers, an_action_may_set_its_own_alarm_anew) {
  Timers timers([] {});
  int runs = 0;
  std::optional<Timers::Alarm> alarm;
  std::function<void()> again = [&] {
    if (++runs < 5) alarm = timers.at(at(runs * 1s), again);
  };
  again();
  timers.fire(at(10s));
  EXPECT_EQ(runs, 5);
}

TEST(Timers, tells_when_the_earliest_wait_became_earlier) {
  int told = 0;
  Timers timers([&] { ++told; });
  auto first = timers.at(at(10s), [] {});
  auto later = timers.at(at(20s), [] {});
  EXPECT_EQ(told, 1);
  auto sooner = timers.at(at(5s), [] {});
  EXPECT_EQ(told, 2);
}

TEST(Timers, takes_the_ends_of_time) {
  Timers timers([] {});
  int ran = 0;
  auto never = timers.at(Instant::max(), [&] { ++ran; });
  auto past = timers.at(Instant::min(), [&] { ++ran; });
  EXPECT_EQ(timers.next(), Instant::min());
  timers.fire(at(0s));
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(timers.next(), Instant::max());
  timers.fire(Instant::max());
  EXPECT_EQ(ran, 2);
}

// E-28: what a plain ordered map does, the wheel does: which actions run, in which order, and when
// the next one is. Waits of all lengths, taken back and added while others run.
class TimersLikeAMap : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  struct Known {
    Timers::Alarm alarm;
    std::multimap<Instant, int>::iterator place;
  };

  Duration some_time() {
    auto span = std::uint64_t{1} << random_.below(45);  // up to ten hours
    return Duration(static_cast<std::int64_t>(random_.below(span + 1)));
  }
  void add(Duration wait) {
    int id = ++added_;
    Instant when = now_ + wait;
    auto place = map_.emplace(when, id);
    auto action = [this, id] {
      ran_.push_back(id);
      known_.erase(id);
      if (random_.below(4) == 0) add(random_.below(2) ? Duration(0) : some_time());
    };
    known_.emplace(id, Known{timers_.at(when, action), place});
  }
  void take_one_back() {
    if (known_.empty()) return;
    auto chosen = known_.lower_bound(static_cast<int>(random_.below(added_ + 1ull)));
    if (chosen == known_.end()) return;
    map_.erase(chosen->second.place);
    known_.erase(chosen);
  }
  // What ran must be what the map has up to now, in its order.
  void fire() {
    ran_.clear();
    timers_.fire(now_);
    std::vector<int> expected;
    while (!map_.empty() && map_.begin()->first <= now_) {
      expected.push_back(map_.begin()->second);
      map_.erase(map_.begin());
    }
    ASSERT_EQ(ran_, expected);
  }

  SeededRandom random_{GetParam()};
  Timers timers_{[] {}};
  std::multimap<Instant, int> map_;
  std::map<int, Known> known_;
  std::vector<int> ran_;
  Instant now_ = at(0s);
  int added_ = 0;
};

TEST_P(TimersLikeAMap, whatever_is_added_taken_back_and_fired) {
  for (int step = 0; step < 20'000; ++step) {
    switch (random_.below(4)) {
      case 0:
      case 1: add(some_time()); break;
      case 2: take_one_back(); break;
      default:
        now_ += random_.below(8) == 0 ? some_time() : Duration(random_.below(3'000'000));
        fire();
    }
    auto next = map_.empty() ? std::nullopt : std::optional(map_.begin()->first);
    ASSERT_EQ(timers_.next(), next);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TimersLikeAMap, ::testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace antiphon
