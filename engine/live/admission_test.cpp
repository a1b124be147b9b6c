#include "engine/live/admission.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/base/random.h"

namespace antiphon::live {
namespace {

// E-22, E-23: whatever comes and goes in whichever order, nobody has more than the limit, nobody is
// refused below it, and in the end nothing is held.
TEST(Admission, counts_exactly_over_random_comings_and_goings) {
  SeededRandom random(11);
  Limits limits;
  limits.sessions_per_tenant_max = 7;
  limits.connections_per_tenant_max = 10;
  limits.connections_per_principal_max = 4;
  Admission admission(limits);
  struct Held {
    std::string tenant;
    std::string principal;  // "" for a session
    std::unique_ptr<Admission::Seat> seat;
  };
  std::vector<Held> held;
  auto count = [&](auto matches) {
    return static_cast<std::size_t>(std::ranges::count_if(held, matches));
  };
  for (int step = 0; step < 20'000; ++step) {
    std::string tenant = "tnt_" + std::to_string(random.below(3));
    std::string principal = "usr_" + std::to_string(random.below(4));
    if (!held.empty() && random.below(2) == 0) {
      std::swap(held[random.below(held.size())], held.back());
      held.pop_back();
    } else if (random.below(2) == 0) {
      std::size_t open = count(
          [&](const Held& other) { return other.tenant == tenant && other.principal.empty(); });
      auto seat = admission.admit_session(tenant);
      ASSERT_EQ(seat != nullptr, open < limits.sessions_per_tenant_max);
      if (seat) held.push_back({tenant, "", std::move(seat)});
    } else {
      std::size_t of_tenant = count(
          [&](const Held& other) { return other.tenant == tenant && !other.principal.empty(); });
      std::size_t of_principal = count([&](const Held& other) {
        return other.tenant == tenant && other.principal == principal;
      });
      auto seat = admission.admit_connection(tenant, principal);
      ASSERT_EQ(seat.has_value(), of_tenant < limits.connections_per_tenant_max &&
                                      of_principal < limits.connections_per_principal_max);
      if (!seat) {
        bool is_tenant_full = of_tenant == limits.connections_per_tenant_max;
        EXPECT_EQ(seat.error(),
                  is_tenant_full ? Refused::connections_tenant : Refused::connections_principal);
      } else {
        held.push_back({tenant, principal, *std::move(seat)});
      }
    }
  }
  held.clear();
  EXPECT_EQ(admission.usage().sessions, 0u);
  EXPECT_EQ(admission.usage().connections, 0u);
}

}  // namespace
}  // namespace antiphon::live
