#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "engine/async/call.h"
#include "engine/async/child.h"
#include "engine/async/core.h"
#include "engine/async/mailbox.h"
#include "engine/async/network.h"
#include "engine/async/pool.h"
#include "engine/async/single_flight.h"
#include "engine/async/task_group.h"
#include "engine/base/error.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

class AsyncTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }

  SystemClock clock_;
  Core core_{0, clock_};
};

void ignore(const std::exception_ptr&) {}

Task<> note_after(std::vector<int>& order, Duration wait, int value) {
  co_await sleep_for(wait);
  order.push_back(value);
}

TEST_F(AsyncTest, sleepers_wake_in_the_order_of_their_time) {
  std::vector<int> order;
  auto all = [&]() -> Task<> {
    TaskGroup group(ignore);
    group.spawn(note_after(order, 3ms, 3));
    group.spawn(note_after(order, 1ms, 1));
    group.spawn(note_after(order, 2ms, 2));
    co_await group.join();
  };
  run(all());
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST_F(AsyncTest, a_stopped_group_ends_its_tasks_and_takes_no_more) {
  std::vector<int> order;
  auto all = [&]() -> Task<> {
    TaskGroup group(ignore);
    group.spawn(note_after(order, 1h, 1));
    group.spawn(note_after(order, 1h, 2));
    co_await sleep_for(1ms);
    co_await group.stop();
    group.spawn(note_after(order, 0ms, 3));
    EXPECT_EQ(group.size(), 0u);
  };
  run(all());
  EXPECT_TRUE(order.empty());
}

TEST_F(AsyncTest, a_group_reports_failures_but_not_cancellation) {
  int failures = 0;
  auto fail = []() -> Task<> {
    co_await sleep_for(1ms);
    throw Error(Code::internal, "broken");
  };
  auto all = [&]() -> Task<> {
    TaskGroup group([&](const std::exception_ptr&) { ++failures; });
    std::vector<int> order;
    group.spawn(fail());
    group.spawn(note_after(order, 1h, 1));
    co_await sleep_for(3ms);
    co_await group.stop();
  };
  run(all());
  EXPECT_EQ(failures, 1);
}

TEST_F(AsyncTest, within_cancels_what_is_late_and_lets_through_what_is_not) {
  auto slow = []() -> Task<int> {
    co_await sleep_for(1h);
    co_return 1;
  };
  auto quick = []() -> Task<int> { co_return 2; };
  auto all = [&]() -> Task<> {
    Instant soon = clock_.steady() + 5ms;
    EXPECT_EQ(co_await within(clock_.steady() + 1h, quick()), 2);
    try {
      co_await within(soon, slow());
      ADD_FAILURE() << "the slow task came through";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::timeout);
    }
  };
  run(all());
}

TEST_F(AsyncTest, a_mailbox_is_bounded_and_closes) {
  auto all = [&]() -> Task<> {
    Mailbox<int> box(2);
    EXPECT_TRUE(box.try_send(1));
    EXPECT_TRUE(box.try_send(2));
    EXPECT_FALSE(box.try_send(3));
    box.close();
    EXPECT_FALSE(box.try_send(4));
    EXPECT_EQ(co_await box.receive(), 1);
    EXPECT_EQ(co_await box.receive(), 2);
    EXPECT_EQ(co_await box.receive(), std::nullopt);
  };
  run(all());
}

TEST_F(AsyncTest, a_pool_gives_results_and_errors_back) {
  Pool pool({.name = "test", .threads = 2});
  auto all = [&]() -> Task<> {
    auto here = std::this_thread::get_id();
    auto there = co_await pool.run(WorkClass::request, Instant::max(),
                                   [](const StopFlag&) { return std::this_thread::get_id(); });
    EXPECT_NE(here, there);
    EXPECT_EQ(here, std::this_thread::get_id());
    EXPECT_THROW(co_await pool.run(WorkClass::batch, Instant::max(),
                                   [](const StopFlag&) { throw Error(Code::conflict, "no"); }),
                 Error);
  };
  run(all());
}

TEST_F(AsyncTest, a_full_pool_refuses_and_the_waiter_leaves_at_its_deadline) {
  Pool pool({.name = "test", .threads = 1, .queue_max = 0});
  Pool busy({.name = "busy", .threads = 1});
  std::atomic<bool> stopped = false;
  auto all = [&]() -> Task<> {
    EXPECT_THROW(co_await pool.run(WorkClass::live, Instant::max(), [](const StopFlag&) {}), Error);
    auto late = busy.run(WorkClass::live, Instant::max(), [&](const StopFlag& stop) {
      while (!stop.requested()) std::this_thread::yield();
      stopped = true;
    });
    EXPECT_THROW(co_await within(clock_.steady() + 5ms, std::move(late)), Error);
    while (!stopped) co_await sleep_for(1ms);
  };
  run(all());
}

TEST_F(AsyncTest, what_a_closure_owns_is_gone_before_its_result_is_given) {
  Pool pool({.name = "test", .threads = 1});
  std::atomic<bool> gone_there = false;
  auto home = std::this_thread::get_id();
  auto all = [&]() -> Task<> {
    std::shared_ptr<void> lock(nullptr, [&](void*) {
      auto slowly = clock_.steady() + 20ms;
      while (clock_.steady() < slowly) std::this_thread::yield();
      gone_there = std::this_thread::get_id() != home;
    });
    co_await pool.run(WorkClass::live, Instant::max(),
                      [lock = std::move(lock)](const StopFlag&) {});
    EXPECT_TRUE(gone_there);
  };
  run(all());
}

// E-90
TEST_F(AsyncTest, a_pool_tells_what_waits_works_and_was_refused) {
  metrics::Registry registry;
  Pool pool({.name = "files", .threads = 1, .queue_max = 1, .metrics = &registry});
  auto has = [&](std::string_view line) {
    return ("\n" + registry.to_text()).contains(fmt::format("\nantiphon_pool_{}\n", line));
  };
  auto all = [&]() -> Task<> {
    std::atomic<bool> goes_on = false;
    TaskGroup group(ignore);
    auto wait = [&](const StopFlag&) {
      while (!goes_on) std::this_thread::yield();
    };
    group.spawn(pool.run(WorkClass::live, Instant::max(), wait));
    while (!has(R"(busy_threads{pool="files"} 1)")) co_await sleep_for(1ms);
    group.spawn(pool.run(WorkClass::live, Instant::max(), [](const StopFlag&) {}));
    while (!has(R"(queued{pool="files"} 1)")) co_await sleep_for(1ms);
    EXPECT_THROW(co_await pool.run(WorkClass::live, Instant::max(), [](const StopFlag&) {}), Error);
    goes_on = true;
    co_await group.join();
  };
  run(all());
  EXPECT_TRUE(has(R"(queued{pool="files"} 0)"));
  EXPECT_TRUE(has(R"(refused_total{pool="files"} 1)"));
  EXPECT_TRUE(has(R"(wait_seconds_count{pool="files"} 2)")) << registry.to_text();
}

TEST_F(AsyncTest, single_flight_computes_once_for_all_who_ask) {
  int computed = 0;
  auto compute = [&]() -> Task<int> {
    ++computed;
    co_await sleep_for(2ms);
    co_return 7;
  };
  auto all = [&]() -> Task<> {
    TaskGroup work(ignore);
    TaskGroup askers(ignore);
    SingleFlight<int> flights(work);
    auto ask = [&]() -> Task<> { EXPECT_EQ(co_await flights.get("key", compute), 7); };
    for (int i = 0; i < 5; ++i) askers.spawn(ask());
    co_await askers.join();
    co_await work.join();
    EXPECT_EQ(flights.size(), 0u);
  };
  run(all());
  EXPECT_EQ(computed, 1);
}

TEST_F(AsyncTest, single_flight_may_land_before_anybody_waits) {
  auto ready = []() -> Task<int> { co_return 7; };
  auto all = [&]() -> Task<> {
    TaskGroup work(ignore);
    SingleFlight<int> flights(work);
    EXPECT_EQ(co_await flights.get("key", ready), 7);
    EXPECT_EQ(flights.size(), 0u);
    co_await work.join();
  };
  run(all());
}

TEST_F(AsyncTest, a_child_hears_and_answers) {
  auto all = [&]() -> Task<> {
    auto child = spawn({.program = "cat", .pipe_in = true, .pipe_out = true});
    co_await child->in().write_all("to be heard");
    co_await child->in().end_writing();
    std::array<char, 64> buffer;
    std::size_t count = co_await child->out().read_some(buffer);
    EXPECT_EQ(std::string(buffer.data(), count), "to be heard");
    EXPECT_TRUE((co_await child->wait()).ok());
  };
  run(all());
}

TEST_F(AsyncTest, a_child_gets_only_the_descriptors_it_was_given) {
  auto all = [&]() -> Task<> {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);  // without CLOEXEC on purpose
    auto child = spawn({.program = "ls", .arguments = {"/proc/self/fd"}, .pipe_out = true});
    std::string listing;
    std::array<char, 256> buffer;
    while (std::size_t count = co_await child->out().read_some(buffer)) {
      listing.append(buffer.data(), count);
    }
    EXPECT_EQ(listing, "0\n1\n2\n3\n");  // 3 is the folder that ls reads
    ::close(ends[0]);
    ::close(ends[1]);
  };
  run(all());
}

TEST_F(AsyncTest, a_child_that_is_dropped_or_computes_too_long_is_ended) {
  auto all = [&]() -> Task<> {
    pid_t pid = 0;
    {
      auto child = spawn({.program = "sleep", .arguments = {"1000"}});
      pid = child->pid();
      EXPECT_EQ(::kill(pid, 0), 0);
    }
    EXPECT_NE(::kill(pid, 0), 0);
    auto busy = spawn({.program = "sh", .arguments = {"-c", "while :; do :; done"}, .cpu_max = 1s});
    EXPECT_NE((co_await busy->wait()).signal, 0);
  };
  run(all());
}

TEST_F(AsyncTest, a_missing_program_is_named) {
  auto all = [&]() -> Task<> {
    try {
      spawn({.program = "no-such-program"});
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_NE(error.message().find("no-such-program"), std::string::npos);
    }
    co_return;
  };
  run(all());
  EXPECT_EQ(find_program("no-such-program"), "");
  EXPECT_NE(find_program("sh"), "");
}

TEST_F(AsyncTest, a_connection_moves_to_another_core_with_its_bytes) {
  SystemNetwork network;
  Cores cores(2, clock_);
  std::string heard;
  unsigned heard_on = 0;
  auto echo_elsewhere = [&](LooseStream& arriving) -> Task<> {
    auto stream = arriving.settle_here();
    std::array<char, 64> buffer;
    std::size_t count = co_await stream->read_some(buffer);
    heard.assign(buffer.data(), count);
    heard_on = Core::here().index();
    co_await stream->write_all("answer");
  };
  auto all = [&]() -> Task<> {
    auto listener = network.listen({"127.0.0.1", 0});
    auto client = co_await network.connect(listener->local(), Instant::max());
    auto server = co_await listener->accept();
    co_await client->write_all("question");
    auto leaving = server->release();
    co_await on_core(cores.at(1), [&] { return echo_elsewhere(*leaving); });
    std::array<char, 64> buffer;
    std::size_t count = co_await client->read_some(buffer);
    EXPECT_EQ(std::string(buffer.data(), count), "answer");
    EXPECT_EQ(co_await client->read_some(buffer), 0u);
    cores.stop();
  };
  TaskGroup group(ignore);
  cores.at(0).post([&] { group.spawn(all()); });
  cores.run();
  EXPECT_EQ(heard, "question");
  EXPECT_EQ(heard_on, 1u);
}

TEST_F(AsyncTest, a_second_listener_on_a_port_is_refused) {
  SystemNetwork network;
  auto all = [&]() -> Task<> {
    auto first = network.listen({"127.0.0.1", 0});
    EXPECT_THROW(network.listen(first->local()), Error);
    co_return;
  };
  run(all());
}

TEST(Endpoint, is_read_and_written) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:8080").text(), "127.0.0.1:8080");
  EXPECT_EQ(parse_endpoint("[::1]:0").text(), "[::1]:0");
  for (const char* bad : {"", "8080", "host:", "host:99999", ":80", "host:80x"}) {
    EXPECT_THROW(parse_endpoint(bad), Error) << bad;
  }
}

// A start that fails at once stops cores whose threads have not begun.
TEST(CoresTest, a_stop_holds_for_a_core_that_does_not_run_yet) {
  SystemClock clock;
  for (int round = 0; round < 200; ++round) {
    Cores cores(4, clock);
    cores.at(0).post([&] { cores.stop(); });
    cores.run();
  }
}

}  // namespace
}  // namespace antiphon
