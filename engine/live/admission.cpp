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

  static void leave(Counts& counts, const std::string& key) {
    auto found = counts.find(key);
    if (--found->second == 0) counts.erase(found);
  }
};

namespace {

class ReleasingSeat final : public Admission::Seat {
 public:
  explicit ReleasingSeat(std::function<void()> release) : release_(std::move(release)) {}
  ~ReleasingSeat() override { release_(); }

 private:
  std::function<void()> release_;
};

}  // namespace

Admission::Admission(const Limits& limits) : state_(std::make_shared<State>()) {
  state_->sessions_per_tenant_max = limits.sessions_per_tenant_max;
  state_->connections_per_tenant_max = limits.connections_per_tenant_max;
  state_->connections_per_principal_max = limits.connections_per_principal_max;
}

Admission::~Admission() = default;

std::unique_ptr<Admission::Seat> Admission::admit_session(const std::string& tenant) {
  std::lock_guard lock(state_->mutex);
  std::size_t& count = state_->sessions[tenant];
  if (count >= state_->sessions_per_tenant_max) return nullptr;
  ++count;
  return std::make_unique<ReleasingSeat>([state = state_, tenant] {
    std::lock_guard leaving(state->mutex);
    State::leave(state->sessions, tenant);
  });
}

std::unique_ptr<Admission::Seat> Admission::admit_connection(const std::string& tenant,
                                                             const std::string& principal) {
  std::lock_guard lock(state_->mutex);
  // Two tenants may know the same principal id; a NUL is in neither.
  std::string key = tenant + '\0' + principal;
  std::size_t& of_tenant = state_->tenants[tenant];
  std::size_t& of_principal = state_->principals[key];
  if (of_tenant >= state_->connections_per_tenant_max ||
      of_principal >= state_->connections_per_principal_max) {
    if (of_principal == 0) state_->principals.erase(key);
    if (of_tenant == 0) state_->tenants.erase(tenant);
    return nullptr;
  }
  ++of_tenant;
  ++of_principal;
  return std::make_unique<ReleasingSeat>([state = state_, tenant, key] {
    std::lock_guard leaving(state->mutex);
    State::leave(state->tenants, tenant);
    State::leave(state->principals, key);
  });
}

}  // namespace antiphon::live
