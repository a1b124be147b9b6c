#include "engine/async/tcp_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "engine/async/call.h"
#include "engine/async/network.h"
#include "engine/base/error.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

// Two ends of one connection of the loopback address.
class TcpStreamTest : public ::testing::Test {
 protected:
  struct Pair {
    std::unique_ptr<Stream> near;
    std::unique_ptr<Stream> far;
  };

  template <class F>
  void with_pair(F story) {
    auto all = [&]() -> Task<> {
      auto listener = network_.listen({"127.0.0.1", 0});
      Pair pair;
      pair.near = co_await network_.connect(listener->local(), soon());
      pair.far = co_await listener->accept();
      co_await within(soon(), story(&pair));
    };
    core_.run_until_done(all());
  }

  Instant soon() const { return clock_.steady() + 20s; }

  static Task<std::string> read(Stream* stream) {
    std::string bytes(100, '\0');
    bytes.resize(co_await stream->read_some(bytes));
    co_return bytes;
  }
  static Task<std::string> read_to_end(Stream* stream) {
    std::string all;
    for (;;) {
      std::string some = co_await read(stream);
      if (some.empty()) co_return all;
      all += some;
    }
  }
  // How a read ended: nothing for bytes.
  static Task<boost::system::error_code> failure_of(Stream* stream) {
    try {
      co_await read(stream);
      co_return boost::system::error_code();
    } catch (const boost::system::system_error& failure) {
      co_return failure.code();
    }
  }

  SystemClock clock_;
  Core core_{0, clock_};
  SystemNetwork network_;
};

TEST_F(TcpStreamTest, reads_what_came_before_during_and_after_the_wait) {
  with_pair([](Pair* pair) -> Task<> {
    co_await pair->near->write_all("before");
    co_await sleep_for(1ms);
    EXPECT_EQ(co_await read(pair->far.get()), "before");
    TaskGroup writer([](const std::exception_ptr&) {});
    writer.spawn(pair->near->write_all("during"));
    EXPECT_EQ(co_await read(pair->far.get()), "during");
    co_await writer.join();
  });
}

// The end is told once by the kernel, be it with the last bytes or alone.
TEST_F(TcpStreamTest, the_end_is_seen_behind_the_bytes_that_came_with_it) {
  for (bool waits : {false, true}) {
    with_pair([waits](Pair* pair) -> Task<> {
      TaskGroup reader([](const std::exception_ptr&) {});
      std::string got;
      auto read_all = [&]() -> Task<> { got = co_await read_to_end(pair->far.get()); };
      if (waits) reader.spawn(read_all());
      co_await sleep_for(1ms);
      co_await pair->near->write_all(std::string(250, 'x'));
      co_await pair->near->end_writing();
      co_await sleep_for(1ms);
      if (!waits) reader.spawn(read_all());
      co_await reader.join();
      EXPECT_EQ(got, std::string(250, 'x'));
      EXPECT_EQ(co_await read(pair->far.get()), "") << "and again";
      co_await pair->far->write_all("still");
      EXPECT_EQ(co_await read(pair->near.get()), "still");
    });
  }
}

TEST_F(TcpStreamTest, is_silent_until_a_byte_or_the_end_comes_that_nobody_read) {
  with_pair([](Pair* pair) -> Task<> {
    EXPECT_TRUE(pair->near->is_silent());
    co_await pair->far->write_all("some");
    EXPECT_FALSE(pair->near->is_silent()) << "before the loop was told";
    EXPECT_EQ(co_await read(pair->near.get()), "some");
    EXPECT_TRUE(pair->near->is_silent());
    co_await pair->far->end_writing();
    EXPECT_FALSE(pair->near->is_silent());
    pair->near->close();
    EXPECT_FALSE(pair->near->is_silent());
  });
}

TEST_F(TcpStreamTest, writes_more_than_the_kernel_holds_in_many_pieces) {
  with_pair([](Pair* pair) -> Task<> {
    std::string piece(100'000, 'x');
    std::vector<std::string_view> pieces(200, piece);
    pieces.insert(pieces.begin() + 70, "");
    std::size_t ahead = 0;
    while (std::size_t some = pair->near->write_now(pieces)) ahead += some;
    EXPECT_GT(ahead, 0u);
    TaskGroup writer([](const std::exception_ptr&) {});
    auto write = [&]() -> Task<> {
      co_await pair->near->write_all(std::span<const std::string_view>(pieces));
      co_await pair->near->end_writing();
    };
    writer.spawn(write());
    std::string all(1 << 20, '\0');
    std::size_t count = 0;
    while (std::size_t some = co_await pair->far->read_some(all)) count += some;
    EXPECT_EQ(count, ahead + piece.size() * 200);
    co_await writer.join();
  });
}

TEST_F(TcpStreamTest, closing_ends_what_waits) {
  with_pair([](Pair* pair) -> Task<> {
    TaskGroup reader([](const std::exception_ptr&) {});
    boost::system::error_code failure;
    auto wait = [&]() -> Task<> { failure = co_await failure_of(pair->near.get()); };
    reader.spawn(wait());
    co_await sleep_for(1ms);
    pair->near->close();
    co_await reader.join();
    EXPECT_EQ(failure, boost::asio::error::operation_aborted);
    EXPECT_EQ(co_await failure_of(pair->near.get()), boost::asio::error::operation_aborted);
    EXPECT_EQ(co_await read(pair->far.get()), "");
  });
}

TEST_F(TcpStreamTest, a_wait_that_is_cancelled_leaves_the_bytes_to_the_next) {
  with_pair([](Pair* pair) -> Task<> {
    TaskGroup reader([](const std::exception_ptr&) {});
    auto wait = [&]() -> Task<> { co_await read(pair->near.get()); };
    reader.spawn(wait());
    co_await sleep_for(1ms);
    co_await reader.stop();
    co_await pair->far->write_all("late");
    EXPECT_EQ(co_await read(pair->near.get()), "late");
  });
}

// What a reader does last may be to let its stream go: the poller does not touch it afterwards.
TEST_F(TcpStreamTest, a_reader_may_let_its_stream_go) {
  with_pair([](Pair* pair) -> Task<> {
    TaskGroup reader([](const std::exception_ptr&) {});
    auto take = [](std::unique_ptr<Stream> stream) -> Task<> { co_await read(stream.get()); };
    reader.spawn(take(std::move(pair->near)));
    co_await sleep_for(1ms);
    co_await pair->far->write_all("bye");
    co_await reader.join();
    EXPECT_EQ(co_await read(pair->far.get()), "");
  });
}

TEST_F(TcpStreamTest, a_connection_that_was_reset_is_an_error_and_no_end) {
  with_pair([](Pair* pair) -> Task<> {
    linger at_once{1, 0};
    int socket = pair->far->release()->take_socket();
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(socket);
    EXPECT_EQ(co_await failure_of(pair->near.get()), boost::asio::error::connection_reset);
    EXPECT_THROW(co_await pair->near->write_all("x"), boost::system::system_error);
  });
}

TEST_F(TcpStreamTest, settles_again_with_bytes_that_nobody_read) {
  with_pair([](Pair* pair) -> Task<> {
    co_await pair->near->write_all("unread");
    co_await pair->near->end_writing();
    co_await sleep_for(1ms);
    EXPECT_EQ(pair->far->peer(), "127.0.0.1");
    auto again = pair->far->release()->settle_here();
    EXPECT_EQ(co_await read_to_end(again.get()), "unread");
    EXPECT_EQ(again->peer(), "127.0.0.1");
  });
}

}  // namespace
}  // namespace antiphon
