#pragma once

#include <string>

namespace antiphon::http {

/// Why bytes are not taken as HTTP: the status that says so and the reason in words.
struct Refusal {
  int status = 400;
  std::string reason;
};

}  // namespace antiphon::http
