#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/random.h"

namespace antiphon::identity {

/// Codes that sign somebody in once, within minutes: for the link that is printed at start. Kept in
/// this process only. Thread-safe.
class SignInCodes {
 public:
  SignInCodes(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  std::string make(std::string account_id);
  /// The account, once; nothing for a code that is unknown, used or too old.
  std::optional<std::string> redeem(const std::string& code);

  static constexpr Duration lifetime = std::chrono::minutes(15);
  static constexpr std::size_t codes_max = 100;  ///< the oldest goes

 private:
  struct Code {
    std::string account_id;
    Instant expires;
  };

  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, Code> codes_;  // by the hash of the code
};

}  // namespace antiphon::identity
