#include "engine/async/local_socket.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/async/core.h"
#include "engine/async/network.h"
#include "engine/async/port_holder.h"
#include "engine/base/error.h"
#include "engine/base/temporary_folder.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

class LocalSocketTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  Instant soon() const { return clock_.steady() + 10s; }
  std::filesystem::path path() const { return folder_.path() / "test.sock"; }

  SystemClock clock_;
  Core core_{0, clock_};
  TemporaryFolder folder_;
};

TEST_F(LocalSocketTest, messages_come_whole_with_their_descriptors) {
  auto talk = [&]() -> Task<> {
    LocalListener listener(path());
    auto ours = LocalConnection::connect(path());
    auto theirs = co_await listener.accept();
    EXPECT_EQ(theirs.peer().process, ::getpid());
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    std::vector<Descriptor> sent;
    sent.emplace_back(ends[1]);
    ours->send("with a pipe", sent);
    ours->send("and one more");
    auto first = co_await theirs.receive(soon());
    EXPECT_EQ(first->text, "with a pipe");
    EXPECT_EQ(first->descriptors.size(), 1u);
    EXPECT_EQ((co_await theirs.receive(soon()))->text, "and one more");
    // What came is the pipe, and nobody's children get it.
    EXPECT_EQ(::write(first->descriptors.at(0).get(), "x", 1), 1);
    char read = 0;
    EXPECT_EQ(::read(ends[0], &read, 1), 1);
    EXPECT_EQ(read, 'x');
    EXPECT_EQ(::fcntl(first->descriptors.at(0).get(), F_GETFD), FD_CLOEXEC);
    ::close(ends[0]);
  };
  run(talk());
}

TEST_F(LocalSocketTest, the_end_and_silence_are_told_apart) {
  auto talk = [&]() -> Task<> {
    LocalListener listener(path());
    auto ours = LocalConnection::connect(path());
    {
      auto theirs = co_await listener.accept();
      EXPECT_THROW(co_await theirs.receive(clock_.steady() + 5ms), Error);
      EXPECT_THROW(ours->receive_blocking(5ms), Error);
    }
    EXPECT_FALSE(ours->receive_blocking(10s));
    EXPECT_THROW(ours->send("too late"), Error);
  };
  run(talk());
}

TEST_F(LocalSocketTest, a_message_that_is_too_large_is_refused) {
  auto talk = [&]() -> Task<> {
    LocalListener listener(path());
    auto ours = LocalConnection::connect(path());
    auto theirs = co_await listener.accept();
    ours->send(std::string(local_message_bytes_max, 'x'));
    EXPECT_EQ((co_await theirs.receive(soon()))->text.size(), local_message_bytes_max);
    std::vector<Descriptor> many;
    for (std::size_t i = 0; i < local_descriptors_max; ++i) many.emplace_back(::dup(0));
    ours->send("many", many);
    EXPECT_EQ((co_await theirs.receive(soon()))->descriptors.size(), local_descriptors_max);
  };
  run(talk());
}

// The kernel's limit for such an address is 107 characters.
TEST_F(LocalSocketTest, the_path_may_be_long_and_is_for_its_owner_alone) {
  auto deep = folder_.path();
  for (int i = 0; i < 6; ++i) deep /= std::string(40, 'd');
  std::filesystem::create_directories(deep);
  auto talk = [&]() -> Task<> {
    auto listener = std::make_unique<LocalListener>(deep / "test.sock");
    EXPECT_TRUE(LocalConnection::connect(deep / "test.sock"));
    co_await listener->accept();
    struct stat file{};
    EXPECT_EQ(::stat((deep / "test.sock").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600u);
    listener = nullptr;
    EXPECT_FALSE(std::filesystem::exists(deep / "test.sock"));
    EXPECT_FALSE(LocalConnection::connect(deep / "test.sock"));
  };
  run(talk());
}

TEST_F(LocalSocketTest, what_a_killed_process_left_at_the_path_is_replaced) {
  auto talk = [&]() -> Task<> {
    auto left = std::make_unique<LocalListener>(path());
    std::filesystem::rename(path(), folder_.path() / "kept");
    left = nullptr;
    std::filesystem::rename(folder_.path() / "kept", path());
    EXPECT_FALSE(LocalConnection::connect(path()));
    LocalListener listener(path());
    EXPECT_TRUE(LocalConnection::connect(path()));
    co_await listener.accept();
  };
  run(talk());
}

class ListeningTest : public LocalSocketTest {
 protected:
  SystemNetwork network_;
};

// E-5: what is connected while nobody accepts waits, and whoever adopts the socket gets it.
TEST_F(ListeningTest, a_socket_goes_on_when_the_listener_that_made_it_is_closed) {
  auto hand_over = [&]() -> Task<> {
    auto first = network_.listen({"127.0.0.1", 0});
    Endpoint endpoint = first->local();
    Descriptor copy = first->copy_socket();
    first->close();
    auto waiting = co_await network_.connect(endpoint, soon());
    co_await waiting->write_all("hello");
    auto second = network_.adopt(std::move(copy));
    EXPECT_EQ(second->local(), endpoint);
    auto accepted = co_await second->accept();
    std::array<char, 16> bytes{};
    EXPECT_EQ(co_await accepted->read_some(bytes), 5u);
    second->close();
    EXPECT_THROW(co_await network_.connect(endpoint, soon()), Error);
  };
  run(hand_over());
}

TEST_F(ListeningTest, only_a_tcp_socket_that_listens_is_adopted) {
  auto adopt = [&]() -> Task<> {
    Descriptor idle(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    Descriptor datagrams(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    Descriptor local(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::listen(local.get(), 1), -1);
    for (int descriptor : {idle.get(), datagrams.get(), local.get(), 0, 9999}) {
      EXPECT_THROW(listening_at(descriptor), Error) << descriptor;
    }
    EXPECT_THROW(network_.adopt(Descriptor()), Error);
    co_return;
  };
  run(adopt());
}

// E-5: a second server on the port is refused and told who holds it.
TEST_F(ListeningTest, a_port_in_use_names_its_holder) {
  auto listen_twice = [&]() -> Task<std::string> {
    auto first = network_.listen({"127.0.0.1", 0});
    auto holder = who_listens(first->local().port);
    EXPECT_EQ(holder->process, ::getpid());
    try {
      network_.listen(first->local());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::conflict);
      co_return error.message();
    }
    co_return "it listens twice";
  };
  EXPECT_THAT(run(listen_twice()),
              ::testing::HasSubstr(fmt::format("process {} (async_test)", ::getpid())));
}

TEST_F(ListeningTest, addresses_are_looked_up_before_they_are_compared) {
  EXPECT_EQ(resolve_listening({"127.0.0.1", 80}), (Endpoint{"127.0.0.1", 80}));
  EXPECT_THROW(resolve_listening({"no-such-host.invalid", 80}), Error);
}

}  // namespace
}  // namespace antiphon
