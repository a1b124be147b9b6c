// E-5: what two servers say to each other at a take-over, and what each does when the other fails.

#include "server/take_over.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/temporary_folder.h"
#include "server/hand_over.h"
#include "server/hard_stop.h"
#include "server/inherited_sockets.h"

namespace antiphon::server {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr TakeOverLimits quick{.offer = 200ms, .hold = 200ms, .margin = 100ms, .serving = 10s};

// The old server, on a thread of its own: it holds the folder and does what it is told.
class Old {
 public:
  using Behaviour = std::function<Task<>(Old&)>;

  Old(std::filesystem::path folder, Behaviour behaviour) : folder_(std::move(folder)) {
    data_ = std::make_unique<DataFolder>(folder_);
    thread_ = std::thread(
        [this, behaviour = std::move(behaviour)] { core_.run_until_done(behave(behaviour)); });
    ready_.get_future().wait();
  }
  ~Old() { thread_.join(); }

  Endpoint endpoint() const { return endpoint_; }
  HandOver hand_over(TakeOverLimits limits = quick) {
    return HandOver({.folder = folder_,
                     .copy_sockets =
                         [this] {
                           std::vector<Descriptor> copies;
                           copies.push_back(listener_->copy_socket());
                           return copies;
                         },
                     .drain = 50ms,
                     .log = log_,
                     .limits = limits});
  }
  std::filesystem::path socket_path() const { return folder_ / take_over_socket_name; }
  Instant soon() const { return clock_.steady() + 10s; }
  /// From here on it can be asked.
  void ready() { ready_.set_value(); }
  void give_up_the_folder() { data_ = nullptr; }
  std::string logged() const { return logged_; }

 private:
  Task<> behave(Behaviour behaviour) {
    listener_ = network_.listen({"127.0.0.1", 0});
    endpoint_ = listener_->local();
    co_await behaviour(*this);
    listener_ = nullptr;
  }

  std::filesystem::path folder_;
  SystemClock clock_;
  Core core_{0, clock_};
  SystemNetwork network_;
  std::string logged_;
  log::Logger log_{clock_, {.sink = [this](std::string_view line) { logged_ += line; }}};
  std::unique_ptr<DataFolder> data_;
  std::unique_ptr<Listener> listener_;
  Endpoint endpoint_;
  std::promise<void> ready_;
  std::thread thread_;
};

class TakeOverTest : public ::testing::Test {
 protected:
  std::unique_ptr<TakeOver> ask(TakeOver::Wanted wanted = {}) {
    return TakeOver::ask(folder_.path(), wanted, quick);
  }
  std::string refusal(TakeOver::Wanted wanted = {}) {
    try {
      ask(std::move(wanted));
    } catch (const Error& error) {
      return error.message();
    }
    return "it was not refused";
  }
  DataFolder take_folder(TakeOver& take_over) {
    return DataFolder(folder_.path(), [&] { return take_over.wait_for_folder(); });
  }
  LocalConnection connect() const {
    return *LocalConnection::connect(folder_.path() / take_over_socket_name);
  }

  TemporaryFolder folder_;
};

// A behaviour that hands over well.
Task<> hand_over_well(Old& old) {
  HandOver hand_over = old.hand_over();
  old.ready();
  Successor successor = co_await hand_over.next();
  EXPECT_EQ(successor.process(), ::getpid());
  old.give_up_the_folder();
  EXPECT_TRUE(successor.wait_until_serving());
}

TEST_F(TakeOverTest, the_sockets_go_over_then_the_folder) {
  Old old(folder_.path(), hand_over_well);
  auto take_over = ask();
  ASSERT_TRUE(take_over);
  EXPECT_EQ(take_over->from(), ::getpid());
  auto sockets = take_over->take_sockets();
  EXPECT_EQ(endpoints_of(sockets), std::vector{old.endpoint()});
  EXPECT_TRUE(holder_of(folder_.path()));
  DataFolder data = take_folder(*take_over);
  take_over->serving();
}

TEST_F(TakeOverTest, where_nobody_serves_there_is_nothing_to_take_over) {
  EXPECT_EQ(ask(), nullptr);
  {
    DataFolder left(folder_.path());
  }
  EXPECT_EQ(ask(), nullptr);
}

TEST_F(TakeOverTest, another_address_or_protocol_is_refused_and_nothing_has_changed) {
  Old old(folder_.path(), hand_over_well);
  EXPECT_THAT(refusal({.listen = {{"127.0.0.1", 1}}}),
              AllOf(HasSubstr(old.endpoint().text()), HasSubstr("not on 127.0.0.1:1:"),
                    HasSubstr("Nothing was changed")));
  EXPECT_THAT(refusal({.listen = {{"127.0.0.2", 0}}}), HasSubstr("keeps the address"));
  EXPECT_THAT(refusal({.tls = true}), HasSubstr("speaks plain HTTP, and this one would speak TLS"));
  // Any port of the same address, and the address itself, are the same.
  EXPECT_TRUE(ask({.listen = {{"127.0.0.1", 0}}}));
  auto take_over = ask({.listen = {old.endpoint()}});
  ASSERT_TRUE(take_over);
  DataFolder data = take_folder(*take_over);
  take_over->serving();
}

TEST_F(TakeOverTest, a_holder_that_hands_nothing_over_is_named) {
  DataFolder held(folder_.path());
  EXPECT_THAT(refusal(), AllOf(HasSubstr(fmt::format("Process {}", ::getpid())),
                               HasSubstr("did not answer within 200 ms")));
}

TEST_F(TakeOverTest, a_holder_that_hangs_is_given_up) {
  Old old(folder_.path(), [](Old& self) -> Task<> {
    LocalListener listener(self.socket_path());
    self.ready();
    auto asking = co_await listener.accept();
    co_await asking.receive(self.soon());
    EXPECT_FALSE(co_await asking.receive(self.soon()));
  });
  EXPECT_THAT(refusal(), HasSubstr("did not answer within 200 ms"));
}

TEST_F(TakeOverTest, a_refusal_is_told_with_its_reason) {
  Old old(folder_.path(), [](Old& self) -> Task<> {
    LocalListener listener(self.socket_path());
    self.ready();
    auto asking = co_await listener.accept();
    co_await asking.receive(self.soon());
    asking.send(R"({"word":"refuse","version":7,"reason":"it speaks version 7.","more":1})");
    co_await asking.receive(self.soon());
  });
  EXPECT_THAT(refusal(), HasSubstr("does not hand over: it speaks version 7."));
}

TEST_F(TakeOverTest, who_asks_and_does_not_go_on_changes_nothing) {
  Old old(folder_.path(), hand_over_well);
  connect();
  {
    auto garbage = connect();
    garbage.send("{nonsense");
    EXPECT_FALSE(garbage.receive_blocking(10s));
    auto newer = connect();
    newer.send(R"({"word":"ask","version":99})");
    EXPECT_THAT(newer.receive_blocking(10s)->text, HasSubstr("version 1 of the hand-over, not 99"));
    auto silent = connect();
    silent.send(R"({"word":"ask","version":1})");
    EXPECT_EQ(silent.receive_blocking(10s)->descriptors.size(), 1u);
    // It does not hold on to what it got; the offer is void after a time.
    EXPECT_FALSE(silent.receive_blocking(10s));
  }
  EXPECT_TRUE(holder_of(folder_.path()));
  auto take_over = ask();
  ASSERT_TRUE(take_over);
  DataFolder data = take_folder(*take_over);
  take_over->serving();
}

TEST_F(TakeOverTest, a_new_server_that_ends_before_it_serves_is_noticed) {
  std::vector<Descriptor> kept;
  {
    Old old(folder_.path(), [&](Old& self) -> Task<> {
      HandOver hand_over = self.hand_over();
      self.ready();
      Successor successor = co_await hand_over.next();
      self.give_up_the_folder();
      EXPECT_FALSE(successor.wait_until_serving());
      kept = successor.take_sockets();
    });
    auto take_over = ask();
    DataFolder data = take_folder(*take_over);
  }
  EXPECT_EQ(endpoints_of(kept).size(), 1u);
}

TEST_F(TakeOverTest, a_new_server_that_never_serves_is_not_waited_for) {
  Old old(folder_.path(), [](Old& self) -> Task<> {
    HandOver hand_over = self.hand_over();
    self.ready();
    Successor successor = co_await hand_over.next();
    self.give_up_the_folder();
    EXPECT_FALSE(successor.wait_until_serving(20ms));
  });
  auto take_over = ask();
  DataFolder data = take_folder(*take_over);
}

TEST_F(TakeOverTest, an_old_server_that_does_not_give_up_the_folder_is_given_up) {
  Old old(folder_.path(), [](Old& self) -> Task<> {
    HandOver hand_over = self.hand_over();
    self.ready();
    Successor successor = co_await hand_over.next();
    EXPECT_FALSE(successor.wait_until_serving(10s));
  });
  auto take_over = ask();
  try {
    take_folder(*take_over);
    ADD_FAILURE() << "it got the folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::timeout);
    EXPECT_THAT(error.message(), HasSubstr("was asked to drain, which takes it at most 50 ms"));
  }
}

TEST_F(TakeOverTest, an_old_server_that_dies_while_it_hands_over_leaves_the_folder) {
  Old old(folder_.path(), [](Old& self) -> Task<> {
    HandOver hand_over = self.hand_over();
    self.ready();
    {
      Successor successor = co_await hand_over.next();
    }
    self.give_up_the_folder();
  });
  auto take_over = ask();
  DataFolder data = take_folder(*take_over);
  take_over->serving();
}

TEST_F(TakeOverTest, two_who_ask_are_served_one_after_the_other) {
  Old old(folder_.path(), hand_over_well);
  auto first = ask();
  ASSERT_TRUE(first);
  // The second one waits its turn; the folder has another holder then, who hands nothing over yet.
  std::string told;
  std::thread second([&] { told = refusal(); });
  DataFolder data = take_folder(*first);
  first->serving();
  second.join();
  EXPECT_THAT(told, HasSubstr("did not answer"));
}

TEST_F(TakeOverTest, servers_listen_alike_when_each_address_is_the_others) {
  Endpoint a{"127.0.0.1", 80};
  Endpoint b{"127.0.0.1", 81};
  EXPECT_TRUE(are_same({a, b}, {b, a}));
  EXPECT_FALSE(are_same({a}, {a, b}));
  EXPECT_FALSE(are_same({a, b}, {a}));
  EXPECT_TRUE(are_same({{"127.0.0.1", 0}}, {a}));
}

class InheritedSocketsTest : public ::testing::Test {
 protected:
  static std::vector<Descriptor> with(const std::string& process, const std::string& count) {
    ::setenv("LISTEN_PID", process.c_str(), 1);
    ::setenv("LISTEN_FDS", count.c_str(), 1);
    return inherited_sockets();
  }
};

TEST_F(InheritedSocketsTest, are_none_when_they_are_for_another_process) {
  EXPECT_TRUE(inherited_sockets().empty());
  EXPECT_TRUE(with("1", "1").empty());
  EXPECT_EQ(::getenv("LISTEN_FDS"), nullptr);
}

TEST_F(InheritedSocketsTest, are_refused_when_the_variables_make_no_sense) {
  std::string self = std::to_string(::getpid());
  EXPECT_THROW(with(self, "many"), Error);
  EXPECT_THROW(with("me", "1"), Error);
  EXPECT_THROW(with(self, "0"), Error);
  EXPECT_THROW(with(self, "17"), Error);
}

// E-5: exit in the configured time, whatever hangs.
TEST(HardStopTest, ends_the_process_when_the_time_is_over) {
  auto hang = [] {
    HardStop stop;
    stop.arm(10ms);
    std::promise<void>().get_future().wait();
  };
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(hang(), ::testing::ExitedWithCode(1), "within 10 ms");
}

TEST(HardStopTest, is_called_off_when_everything_has_stopped) {
  {
    HardStop never;
  }
  {
    HardStop stop;
    stop.arm(1h);
  }
}

}  // namespace
}  // namespace antiphon::server
