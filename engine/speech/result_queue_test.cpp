#include "engine/speech/result_queue.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

TEST(ResultQueue, holds_so_many_results_and_takes_no_more_sound) {
  ResultQueue queue;
  const Recognition heard = Transcript{.kind = Transcript::Kind::final};
  for (std::size_t i = 1; i < results_max; ++i) queue.push(heard);
  EXPECT_NO_THROW(queue.require_room());
  queue.push(heard);
  try {
    queue.require_room();
    FAIL() << "more than results_max";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
  }
}

}  // namespace
}  // namespace antiphon::speech
