#include "engine/simulate/network.h"

#include <gtest/gtest.h>

#include <boost/system/system_error.hpp>

#include "engine/async/call.h"
#include "engine/base/error.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

class NetworkTest : public ::testing::Test {
 protected:
  // Connects, and gives both ends.
  Task<> connect() {
    auto listener = network.listen(server_address);
    client = co_await network.connect(server_address, Instant::max());
    server = co_await listener->accept();
  }
  void connected() { time.run(connect()); }

  Task<std::string> read(Stream* from) {
    std::string bytes(1000, '\0');
    bytes.resize(co_await from->read_some(bytes));
    co_return bytes;
  }
  bool fails(Task<std::string> reading) {
    try {
      time.run(std::move(reading));
      return false;
    } catch (const boost::system::system_error&) {
      return true;
    }
  }
  Duration now() { return time.clock().steady().time_since_epoch(); }

  const Endpoint server_address{"simulated", 80};
  testing::VirtualTime time;
  SeededRandom random{1};
  LinkFaults faults{.latency = 10ms};
  SimulatedNetwork network{random, [this] { return faults; }};
  std::unique_ptr<Stream> client;
  std::unique_ptr<Stream> server;
};

TEST_F(NetworkTest, bytes_take_their_time_and_keep_their_order) {
  connected();
  Duration before = now();
  auto talk = [&]() -> Task<std::string> {
    co_await client->write_all("one");
    co_await client->write_all(" two");
    std::string all = co_await read(server.get());
    while (all.size() < 7) all += co_await read(server.get());
    co_return all;
  };
  EXPECT_EQ(time.run(talk()), "one two");
  EXPECT_GE(now() - before, 10ms);
  EXPECT_LT(now() - before, 11ms);
}

TEST_F(NetworkTest, the_end_of_one_side_is_read_by_the_other) {
  connected();
  client.reset();
  EXPECT_EQ(time.run(read(server.get())), "");
}

TEST_F(NetworkTest, breaks_at_the_byte_it_is_told) {
  faults.cut_after_bytes = 5;
  connected();
  auto write = [&]() -> Task<std::string> {
    co_await client->write_all("hello world");
    co_return "";
  };
  time.run(write());
  EXPECT_EQ(time.run(read(server.get())), "hello");
  EXPECT_TRUE(fails(read(server.get())));
  EXPECT_TRUE(fails(read(client.get())));
}

TEST_F(NetworkTest, a_silent_connection_tells_nobody) {
  faults.silent_after = 0s;
  connected();
  auto talk = [&]() -> Task<> {
    co_await client->write_all("hello");
    co_await within(Core::here().clock().steady() + 1h, read(server.get()));
  };
  EXPECT_THROW(time.run(talk()), Error);
}

TEST_F(NetworkTest, a_stall_holds_everything_up_and_ends) {
  faults.stall_after = 0s;
  faults.stall = 20s;
  connected();
  auto talk = [&]() -> Task<std::string> {
    co_await client->write_all("late");
    co_return co_await read(server.get());
  };
  Duration before = now();
  EXPECT_EQ(time.run(talk()), "late");
  EXPECT_GE(now() - before, 19s);
}

TEST_F(NetworkTest, who_reads_nothing_holds_the_writer_up) {
  connected();
  auto flood = [&]() -> Task<> {
    std::string much(200'000, 'x');
    co_await within(Core::here().clock().steady() + 1min, client->write_all(much));
  };
  EXPECT_THROW(time.run(flood()), Error);
}

TEST_F(NetworkTest, without_a_server_nobody_connects) {
  connected();
  network.lose_server(false);
  EXPECT_TRUE(fails(read(client.get())));
  EXPECT_THROW(time.run(network.connect(server_address, Instant::max())), Error);
}

}  // namespace
}  // namespace antiphon::simulate
