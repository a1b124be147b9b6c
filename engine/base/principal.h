#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

/// Who calls, as the gate found out from the credential. Plain data: no one but the gate makes one
/// from outside input.
struct Principal {
  enum class Kind { anonymous, user, machine, system };

  Kind kind = Kind::anonymous;
  std::string id;                        ///< "usr_…", "tok_…"; "system" for our own work
  std::string tenant;                    ///< owner of everything this principal can reach
  std::vector<std::string> permissions;  ///< "director:session:create"; "*" for all
  /// What it may cost in all, in millionths of the price table's unit; 0: no limit of its own.
  std::int64_t budget_micros = 0;

  bool may(std::string_view permission) const {
    return std::any_of(permissions.begin(), permissions.end(),
                       [&](const std::string& held) { return held == "*" || held == permission; });
  }
};

}  // namespace antiphon
