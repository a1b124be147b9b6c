#include "engine/gateway/home_gateway.h"

#include <gtest/gtest.h>

#include "engine/gateway/routed_gateway.h"
#include "engine/gateway/scripted_models_test.h"

// E-34: one answer for all cores of a process, on two of them with the machine's own clock.

namespace antiphon::gateway::testing {
namespace {

/// What one core has.
struct Side {
  Side(Fleet& fleet, Budgets& budgets, UsageLedger& usage, const Clock& clock, GatewayHomes& homes,
       const Script& script)
      : cache(clock, std::size_t{1} << 20) {
    GatewayParts parts{
        .fleet = fleet, .budgets = budgets, .usage = usage, .random = random, .cache = cache};
    parts.models.push_back(
        {.chat = std::make_unique<ScriptedModel>(
             [script](int, const model::ChatRequest&) { return script; }, asked)});
    own.emplace(std::move(parts));
    home.emplace(*own, homes);
  }

  SystemRandom random;
  store::MemoryCache cache;
  std::shared_ptr<Asked> asked = std::make_shared<Asked>();
  std::optional<RoutedGateway> own;
  std::optional<HomeGateway> home;
};

class HomeGatewayTest : public ::testing::Test {
 protected:
  static constexpr CachePolicy joined{.joins = true};

  /// Runs `test` on the first of two cores, each with its gateway over one instance of this script.
  void run(const Script& script, const std::function<Task<>()>& test) {
    fleet_.emplace(
        GatewaySettings{.instances = {{.name = "only", .models = {"m"}, .concurrency_max = 64}}},
        clock_, nullptr);
    TaskGroup main([](const std::exception_ptr& error) {
      ADD_FAILURE() << "the test ended with an exception";
      std::rethrow_exception(error);
    });
    cores_.at(0).post([&] { main.spawn(run_between(script, test)); });
    cores_.run();
  }

  /// Asks on a core and waits there for the end.
  Task<Told> ask(unsigned core, std::string text, CachePolicy cache = joined, Duration left = 10s) {
    co_return co_await on_core(cores_.at(core), [this, core, text, cache, left] {
      return ask_and_follow(*sides_[core]->home, question(text, cache), call(left));
    });
  }

  /// A question whose home is that core.
  Task<std::string> text_at_home(unsigned core) {
    for (int i = 0;; ++i) {
      std::string text = "Where is " + std::to_string(i) + "?";
      int before = sides_[core]->asked->calls;
      std::ignore = co_await ask(0, text);
      if (sides_[core]->asked->calls > before) co_return text;
    }
  }

  static ChatAsk question(std::string text, CachePolicy cache) {
    return {.request = {.messages = {{model::Role::user, std::move(text)}}},
            .purpose = "test",
            .cache = std::move(cache)};
  }
  Call call(Duration left = 10s) {
    auto principal = std::make_shared<Principal>();
    principal->tenant = "ten_a";
    return {principal, clock_.now(), clock_.steady() + left, {}};
  }
  int calls() const { return sides_[0]->asked->calls + sides_[1]->asked->calls; }

  /// Waits until it holds, for at most five seconds.
  static Task<bool> comes_true(std::function<bool()> condition) {
    for (int i = 0; i < 500 && !condition(); ++i) co_await sleep_for(10ms);
    co_return condition();
  }

  SystemClock clock_;
  Cores cores_{2, clock_};
  GatewayHomes homes_{cores_};
  Budgets budgets_{{}, clock_};
  UsageLedger usage_{clock_};
  std::optional<Fleet> fleet_;
  std::array<std::unique_ptr<Side>, 2> sides_;

 private:
  Task<> run_between(Script script, std::function<Task<>()> test) {
    for (unsigned i = 0; i < 2; ++i)
      co_await on_core(cores_.at(i), [&, i] { return open(i, script); });
    try {
      co_await test();
    } catch (const Error& error) {
      ADD_FAILURE() << error.message();
    }
    for (unsigned i = 0; i < 2; ++i) co_await on_core(cores_.at(i), [&, i] { return close(i); });
    cores_.stop();
  }
  Task<> open(unsigned core, Script script) {
    sides_[core] = std::make_unique<Side>(*fleet_, budgets_, usage_, clock_, homes_, script);
    co_return;
  }
  Task<> close(unsigned core) {
    co_await sides_[core]->home->stop();
    co_await sides_[core]->own->stop();
    EXPECT_EQ(sides_[core]->own->running(), 0u);
    EXPECT_EQ(sides_[core]->asked->running, 0);
    sides_[core].reset();
  }
};

TEST_F(HomeGatewayTest, two_hundred_identical_questions_on_two_cores_are_one_call) {  // E-34
  run({.first_after = 50ms, .gap = 20ms}, [&]() -> Task<> {
    std::array<std::vector<Told>, 2> told;
    TaskGroup group([](const std::exception_ptr&) { ADD_FAILURE(); });
    auto one = [&](unsigned core) -> Task<> { told[core].push_back(co_await ask(core, "Same")); };
    for (int i = 0; i < 100; ++i) {
      group.spawn(one(0));
      group.spawn(one(1));
    }
    co_await group.join();
    EXPECT_EQ(calls(), 1);
    int paid = 0;
    for (unsigned core : {0u, 1u}) {
      EXPECT_EQ(told[core].size(), 100u);
      for (const Told& each : told[core]) {
        EXPECT_EQ(each.text, "Hello there.");
        EXPECT_TRUE(each.is_whole());
        EXPECT_EQ(each.account.model, "m");
        paid += each.account.cache == CacheResult::joined ? 0 : 1;
      }
    }
    EXPECT_EQ(paid, 1);
  });
}

TEST_F(HomeGatewayTest, what_one_core_keeps_another_finds) {  // E-34
  run({}, [&]() -> Task<> {
    CachePolicy kept{.time_to_live = 10min};
    for (int i = 0; i < 20; ++i) {
      std::string text = "Question " + std::to_string(i);
      EXPECT_EQ((co_await ask(0, text, kept)).account.cache, CacheResult::miss);
      Told again = co_await ask(1, text, kept);
      EXPECT_EQ(again.account.cache, CacheResult::hit);
      EXPECT_EQ(again.text, "Hello there.");
      EXPECT_TRUE(again.is_whole());
    }
    EXPECT_EQ(calls(), 20);
    EXPECT_GT(sides_[0]->asked->calls, 0) << "questions are spread over the cores";
    EXPECT_GT(sides_[1]->asked->calls, 0);
  });
}

TEST_F(HomeGatewayTest, what_is_not_shared_is_asked_where_it_came) {
  run({}, [&]() -> Task<> {
    for (int i = 0; i < 10; ++i) co_await ask(1, "Question " + std::to_string(i), {});
    EXPECT_EQ(sides_[0]->asked->calls, 0);
    EXPECT_EQ(sides_[1]->asked->calls, 10);
  });
}

TEST_F(HomeGatewayTest, why_nobody_answers_is_told_on_the_other_core) {
  run(refused(Failure::Kind::bad_request), [&]() -> Task<> {
    std::string text = co_await text_at_home(1);
    Told told = co_await ask(0, text);
    EXPECT_FALSE(told.is_answered());
    if (told.failure) {
      EXPECT_EQ(told.failure->last->kind, Failure::Kind::bad_request);
      EXPECT_EQ(told.failure->attempts, 1);
    }
  });
}

TEST_F(HomeGatewayTest, a_cut_and_a_deadline_are_told_on_the_other_core) {  // E-33
  run({.gap = 1ms, .stalls_at = 1}, [&]() -> Task<> {
    std::string text;
    for (int i = 0; text.empty(); ++i) {
      int before = sides_[1]->asked->calls;
      Told told = co_await ask(0, std::to_string(i), joined, 50ms);
      EXPECT_EQ(told.text, "Hello");
      EXPECT_EQ(told.end.finish, model::Finish::truncated);
      if (sides_[1]->asked->calls > before) text = std::to_string(i);
    }
    EXPECT_TRUE(co_await comes_true([&] { return fleet_->instances()[0]->running() == 0; }));
  });
}

TEST_F(HomeGatewayTest, when_the_last_leaves_the_other_cores_upstream_is_closed) {  // E-34, E-27
  run({.stalls_at = 1}, [&]() -> Task<> {
    std::vector<std::unique_ptr<Answer>> answers;
    for (int i = 0; i < 10; ++i) {
      auto answer = co_await sides_[0]->home->chat(question(std::to_string(i), joined), call(60s));
      EXPECT_EQ((co_await (*answer)->next())->text, "Hello");
      answers.push_back(std::move(*answer));
    }
    EXPECT_GT(sides_[1]->asked->calls, 0);
    EXPECT_EQ(fleet_->instances()[0]->running(), 10u);
    answers.clear();
    EXPECT_TRUE(co_await comes_true([&] { return fleet_->instances()[0]->running() == 0; }));
    EXPECT_EQ(calls(), 10);
  });
}

TEST_F(HomeGatewayTest, who_waits_on_another_core_is_told_when_the_home_stops) {
  run({.stalls_at = 1}, [&]() -> Task<> {
    int cut = 0;
    for (int i = 0; i < 10; ++i) {
      int before = sides_[1]->asked->calls;
      auto answer = co_await sides_[0]->home->chat(question(std::to_string(i), joined), call(60s));
      if (sides_[1]->asked->calls == before) continue;
      co_await on_core(cores_.at(1), [&] { return sides_[1]->home->stop(); });
      Told told = co_await within(clock_.steady() + 5s, follow_to_end(std::move(*answer)));
      EXPECT_EQ(told.text, "Hello");
      EXPECT_EQ(told.end.finish, model::Finish::truncated);
      ++cut;
      break;
    }
    EXPECT_EQ(cut, 1);
    Told after = co_await ask(0, "Is anybody there?", joined, 50ms);
    EXPECT_EQ(after.text, "Hello") << "asked here, as the home is gone";
  });
}

}  // namespace
}  // namespace antiphon::gateway::testing
