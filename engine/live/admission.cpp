#include "engine/live/admission.h"

#include <map>
#include <mutex>

namespace antiphon::live {

struct Admission::State {
  using Counts = std::map<std::string, std::size_t>;

  std::size_t sessions_per_tenant_max;
  std::size_t connections_per_tenant_max;
  std::size_t connections_per_principal_max;
  std::mutex mutex;
  Counts sessions;  // by tenant
  Counts tenants;   // connections by tenant
  Counts principals;

  struct Place {
    Counts State::* counts;
    Counts::iterator place;
  };
};

namespace {

using Counts = std::map<std::string, std::size_t>;

// One more of `key`; the end when it has as many as it may.
Counts::iterator take_one(Counts& counts, const std::string& key, std::size_t most) {
  auto place = counts.try_emplace(key, 0).first;
  if (place->second < most) {
    ++place->second;
    return place;
  }
  if (place->second == 0) counts.erase(place);
  return counts.end();
}

void give_back(Counts& counts, Counts::iterator place) {
  if (--place->second == 0) counts.erase(place);
}

}  // namespace

// Small, as there is one for each connection: it knows where it is counted, not under which name.
class Admission::CountedSeat final : public Admission::Seat {
 public:
  CountedSeat(std::shared_ptr<State> state, State::Place first, State::Place second = {})
      : state_(std::move(state)), first_(first), second_(second) {}
  CountedSeat(const CountedSeat&) = delete;
  CountedSeat& operator=(const CountedSeat&) = delete;
  ~CountedSeat() override {
    std::lock_guard lock(state_->mutex);
    for (const State::Place& counted : {first_, second_}) {
      if (counted.counts) give_back((*state_).*counted.counts, counted.place);
    }
  }

 private:
  std::shared_ptr<State> state_;
  State::Place first_;
  State::Place second_;
};

Admission::Admission(const Limits& limits) : state_(std::make_shared<State>()) {
  state_->sessions_per_tenant_max = limits.sessions_per_tenant_max;
  state_->connections_per_tenant_max = limits.connections_per_tenant_max;
  state_->connections_per_principal_max = limits.connections_per_principal_max;
}

Admission::~Admission() = default;

std::unique_ptr<Admission::Seat> Admission::admit_session(const std::string& tenant) {
  std::lock_guard lock(state_->mutex);
  auto place = take_one(state_->sessions, tenant, state_->sessions_per_tenant_max);
  if (place == state_->sessions.end()) return nullptr;
  return std::make_unique<CountedSeat>(state_, State::Place{&State::sessions, place});
}

std::expected<std::unique_ptr<Admission::Seat>, Refused> Admission::admit_connection(
    const std::string& tenant, const std::string& principal) {
  std::lock_guard lock(state_->mutex);
  auto of_tenant = take_one(state_->tenants, tenant, state_->connections_per_tenant_max);
  if (of_tenant == state_->tenants.end()) return std::unexpected(Refused::connections_tenant);
  // Two tenants may know the same principal id; a NUL is in neither.
  auto of_principal = take_one(state_->principals, tenant + '\0' + principal,
                               state_->connections_per_principal_max);
  if (of_principal == state_->principals.end()) {
    give_back(state_->tenants, of_tenant);
    return std::unexpected(Refused::connections_principal);
  }
  return std::make_unique<CountedSeat>(state_, State::Place{&State::tenants, of_tenant},
                                       State::Place{&State::principals, of_principal});
}

Admission::Usage Admission::usage() const {
  std::lock_guard lock(state_->mutex);
  Usage usage;
  for (const auto& [tenant, count] : state_->sessions) usage.sessions += count;
  for (const auto& [tenant, count] : state_->tenants) usage.connections += count;
  return usage;
}

}  // namespace antiphon::live
