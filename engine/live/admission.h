#pragma once

#include <expected>
#include <memory>
#include <string>

#include "engine/live/counters.h"
#include "engine/live/limits.h"

namespace antiphon::live {

/// Exact counts of what is open over all cores. Thread-safe: it is asked once for each session and
/// connection.
class Admission {
 public:
  explicit Admission(const Limits& limits);
  ~Admission();

  /// Held as long as what it admits is open.
  class Seat {
   public:
    virtual ~Seat() = default;
  };
  /// Null when the tenant has as many sessions as it may.
  std::unique_ptr<Seat> admit_session(const std::string& tenant);
  /// Or who has as many connections as it may: the tenant or the principal.
  std::expected<std::unique_ptr<Seat>, Refused> admit_connection(const std::string& tenant,
                                                                 const std::string& principal);

  /// What is held now, over all tenants.
  struct Usage {
    std::size_t sessions = 0;
    std::size_t connections = 0;
  };
  Usage usage() const;

 private:
  struct State;
  class CountedSeat;
  std::shared_ptr<State> state_;
};

}  // namespace antiphon::live
