#pragma once

#include <string>
#include <vector>

#include "engine/base/clock.h"

namespace antiphon::apps_test {

/// One limit that what comes from outside may meet.
struct Limit {
  std::string name;      ///< "http.head_bytes_max": the room, and the name in its code
  std::string value;     ///< "16 KiB"
  std::string then;      ///< of what, and what happens beyond
  std::string shown_by;  ///< the test that reaches it, as CTest or GoogleTest know it
};

/// Limits of a part of the server, in the order in which they are met.
struct LimitSection {
  std::string title;
  std::string text = {};  ///< above the table, if anything
  std::vector<Limit> limits;
};

LimitSection http_limits();
LimitSection http_client_limits();
LimitSection model_limits();
LimitSection input_limits();
LimitSection live_limits();
LimitSection socketio_limits();
LimitSection take_over_limits();
LimitSection front_limits();
LimitSection media_limits();
LimitSection store_limits();
LimitSection search_limits();
LimitSection skill_limits();
LimitSection watching_limits();
LimitSection synthesis_limits();
LimitSection speech_server_limits();
LimitSection record_limits();
LimitSection gateway_limits();
LimitSection film_limits();
LimitSection library_limits();
LimitSection take_limits();
LimitSection director_limits();

/// docs/limits.md
std::string limits_page();

std::string digits(std::uint64_t number);  ///< "10,000"
std::string in_bytes(std::uint64_t size);  ///< "16 KiB"
std::string in_time(Duration duration);    ///< "10 s"

}  // namespace antiphon::apps_test
