#include "engine/speech/capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr Instant start{1h};

std::shared_ptr<Capacity> make(double processors, std::size_t streams_max = 64) {
  return std::make_shared<Capacity>(
      CapacityOptions{.processors = processors, .streams_max = streams_max});
}

std::shared_ptr<Capacity> measured(double processors, StreamCosts costs) {
  auto capacity = make(processors);
  capacity->note_cost(Rung::full, costs.full * 100, 100);
  capacity->note_cost(Rung::fast, costs.fast * 100, 100);
  return capacity;
}

std::string why_refused(Capacity& capacity) {
  try {
    auto place = capacity.admit(start);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
    return error.message();
  }
  return "";
}

std::string rungs_of(const std::vector<Capacity::Place>& places) {
  std::string all;
  for (const auto& place : places) all += place.rung() == Rung::full ? 'F' : 'f';
  return all;
}

TEST(CapacityTest, E40_the_ladder_goes_full_fast_off_by_measured_cost) {
  auto capacity = measured(1.0, {.full = 0.3, .fast = 0.2});
  std::vector<Capacity::Place> places;
  std::vector<std::string> seen;
  for (int i = 0; i < 5; ++i) {
    places.push_back(capacity->admit(start));
    seen.push_back(rungs_of(places));
  }
  // 3 x 0.3 fit; a fourth fits when two of four are fast; five fit in the fast rung alone.
  EXPECT_EQ(seen, (std::vector<std::string>{"F", "FF", "FFF", "FFff", "fffff"}));
  EXPECT_THAT(why_refused(*capacity), HasSubstr("6 would take 1.20 processors"));
  EXPECT_EQ(capacity->streams(), 5u) << "who is refused takes no place";
}

TEST(CapacityTest, E40_a_place_given_back_is_there_for_the_next_and_lifts_the_others) {
  auto capacity = measured(1.0, {.full = 0.3, .fast = 0.2});
  std::vector<Capacity::Place> places;
  for (int i = 0; i < 5; ++i) places.push_back(capacity->admit(start));
  EXPECT_NE(why_refused(*capacity), "");
  places.pop_back();
  EXPECT_EQ(why_refused(*capacity), "");
  places.pop_back();
  // Three full ones take 0.9: all but a tenth of what there is, so that they may.
  EXPECT_EQ(rungs_of(places), "FFF");
}

TEST(CapacityTest, E40_what_streams_cost_is_measured_and_the_newest_weighs_most) {
  auto capacity = make(1.0);
  StreamCosts before = capacity->costs();
  EXPECT_EQ(before.full, StreamCosts().full) << "nothing was measured yet";
  capacity->note_cost(Rung::full, 0.5, 1);
  EXPECT_NEAR(capacity->costs().full, 0.5, 1e-9) << "the first measurement takes the place of it";
  EXPECT_EQ(capacity->costs().fast, before.fast);
  for (int i = 0; i < 300; ++i) capacity->note_cost(Rung::full, 0.1, 1);
  EXPECT_NEAR(capacity->costs().full, 0.1, 0.01);
  capacity->note_cost(Rung::full, 1, 0);
  EXPECT_NEAR(capacity->costs().full, 0.1, 0.01) << "no sound, no measurement";
}

TEST(CapacityTest, E40_a_machine_that_turns_slow_lowers_the_rungs_and_refuses_but_drops_nobody) {
  auto capacity = measured(1.0, {.full = 0.3, .fast = 0.2});
  std::vector<Capacity::Place> places;
  for (int i = 0; i < 3; ++i) places.push_back(capacity->admit(start));
  EXPECT_EQ(rungs_of(places), "FFF");
  for (int i = 0; i < 100; ++i) {
    capacity->note_cost(Rung::full, 0.9 * 10, 10);
    capacity->note_cost(Rung::fast, 0.6 * 10, 10);
  }
  EXPECT_EQ(rungs_of(places), "fff");
  EXPECT_EQ(capacity->streams(), 3u);
  EXPECT_THAT(why_refused(*capacity), HasSubstr("1.00 are there for it"));
}

TEST(CapacityTest, rungs_do_not_flicker_with_every_measurement) {
  auto capacity = measured(1.0, {.full = 0.30, .fast = 0.2});
  std::vector<Capacity::Place> places;
  for (int i = 0; i < 3; ++i) places.push_back(capacity->admit(start));
  places.push_back(capacity->admit(start));
  EXPECT_EQ(rungs_of(places), "FFff");
  int changes = 0;
  std::string last = rungs_of(places);
  for (int i = 0; i < 200; ++i) {
    capacity->note_cost(Rung::full, (i % 2 == 0 ? 0.310 : 0.295) * 10, 10);
    changes += rungs_of(places) != last ? 1 : 0;
    last = rungs_of(places);
  }
  EXPECT_LE(changes, 2);
}

TEST(CapacityTest, E40_a_machine_that_does_not_keep_up_lets_no_other_in) {
  auto capacity = measured(4.0, {.full = 0.3, .fast = 0.2});
  capacity->note_pace(50, 10, start);
  std::optional<Capacity::Place> first(
      capacity->admit(start));  // nobody is heard whom it could harm
  EXPECT_THAT(why_refused(*capacity), HasSubstr("a second of sound takes 5.0 s"));
  for (int i = 0; i < 20; ++i) capacity->note_pace(5, 10, start);
  EXPECT_EQ(why_refused(*capacity), "");
}

// Streams that are open and silent must not keep everybody else out.
TEST(CapacityTest, a_pace_that_nobody_confirms_is_forgotten) {
  auto capacity = measured(4.0, {.full = 0.3, .fast = 0.2});
  auto silent = capacity->admit(start);
  capacity->note_pace(50, 10, start);
  EXPECT_THROW(capacity->admit(start + pace_known_for - 1s), Error);
  EXPECT_NO_THROW(capacity->admit(start + pace_known_for));
  capacity->note_pace(5, 10, start + 2 * pace_known_for);
  EXPECT_NO_THROW(capacity->admit(start + 2 * pace_known_for));
}

TEST(CapacityTest, a_rung_that_was_chosen_is_the_only_one) {
  auto capacity = std::make_shared<Capacity>(CapacityOptions{.processors = 1, .only = Rung::full});
  capacity->note_cost(Rung::full, 40, 100);
  std::vector<Capacity::Place> places;
  for (int i = 0; i < 2; ++i) places.push_back(capacity->admit(start));
  EXPECT_EQ(rungs_of(places), "FF");
  EXPECT_THAT(why_refused(*capacity), HasSubstr("3 would take 1.20 processors in the full rung"));
}

TEST(CapacityTest, there_are_so_many_places_whatever_they_cost) {
  auto capacity = make(1000, 2);
  auto first = capacity->admit(start);
  auto second = capacity->admit(start);
  EXPECT_THAT(why_refused(*capacity), HasSubstr("All 2 places"));
}

// Whatever comes and goes and is measured: the sum of the costs stays within the processors while
// the costs do not grow, and older streams never have the lower rung.
TEST(CapacityTest, E40_no_order_of_events_overruns_the_processors) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::minstd_rand random(seed + 1);
    auto below = [&](unsigned limit) { return static_cast<unsigned>(random()) % limit; };
    StreamCosts costs{.full = 0.05 + below(100) / 400.0};
    costs.fast = costs.full * (0.4 + below(50) / 100.0);
    double processors = 0.3 + below(40) / 10.0;
    auto capacity = measured(processors, costs);
    std::list<Capacity::Place> places;
    for (int step = 0; step < 100; ++step) {
      if (below(3) > 0) {
        try {
          places.push_back(capacity->admit(start));
        } catch (const Error&) {
          EXPECT_GT(double(places.size() + 1) * costs.fast, processors * 0.999);
        }
      } else if (!places.empty()) {
        places.erase(std::next(places.begin(), below(unsigned(places.size()))));
      }
      double sum = 0;
      bool was_fast = false;
      for (const auto& place : places) {
        bool is_full = place.rung() == Rung::full;
        sum += is_full ? costs.full : costs.fast;
        EXPECT_FALSE(was_fast && is_full) << "seed " << seed;
        was_fast = !is_full;
      }
      ASSERT_LE(sum, processors * 1.001) << "seed " << seed << " step " << step;
    }
  }
}

}  // namespace
}  // namespace antiphon::speech
