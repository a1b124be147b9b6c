#include "engine/http/retry_after.h"

#include <gtest/gtest.h>

namespace antiphon::http {
namespace {

using namespace std::chrono_literals;

TEST(RetryAfter, is_read_as_seconds_or_as_a_date) {
  Timestamp now = Timestamp(std::chrono::seconds(784'111'777));  // RFC 9110's example of a date
  EXPECT_EQ(parse_retry_after("0", now), 0s);
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), 10s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:30 GMT", now), 0s);
  for (std::string_view longest : {"99999999999", "Tue, 01 Jan 2999 00:00:00 GMT"}) {
    EXPECT_EQ(parse_retry_after(longest, now), retry_wait_max) << longest;
  }
  for (std::string_view text :
       {"", "-1", "1.5", "1 s", " 1", "soon", "99999999999999999999999",
        "Sun, 06 Nov 1994 08:49:37", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT, x"}) {
    EXPECT_FALSE(parse_retry_after(text, now)) << text;
  }
}

}  // namespace
}  // namespace antiphon::http
