#include "engine/testing/memory_stream.h"

#include <gtest/gtest.h>

#include <boost/system/system_error.hpp>

#include "engine/async/task_group.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::testing {
namespace {

Task<std::string> read_all(Stream* stream) {
  std::string all;
  std::array<char, 7> piece{};
  while (std::size_t count = co_await stream->read_some(piece)) all.append(piece.data(), count);
  co_return all;
}

Task<> write_and_end(Stream* stream, std::string text) {
  co_await stream->write_all(text);
  co_await stream->end_writing();
}

// The buffer is smaller than the text: the writer waits for the reader.
TEST(MemoryStream, carries_more_than_it_holds) {
  VirtualTime time;
  auto [near, far] = memory_streams(10);
  std::string text(1000, 'x');
  auto both = [&]() -> Task<std::string> {
    TaskGroup group([](const std::exception_ptr&) {});
    group.spawn(write_and_end(near.get(), text));
    std::string read = co_await read_all(far.get());
    co_await group.join();
    co_return read;
  };
  EXPECT_EQ(time.run(both()), text);
}

TEST(MemoryStream, closing_ends_both_sides) {
  VirtualTime time;
  auto [near, far] = memory_streams();
  near->close();
  EXPECT_EQ(time.run(read_all(far.get())), "");
  EXPECT_THROW(time.run(far->write_all("late")), boost::system::system_error);
  EXPECT_THROW(time.run(read_all(near.get())), boost::system::system_error);
}

}  // namespace
}  // namespace antiphon::testing
