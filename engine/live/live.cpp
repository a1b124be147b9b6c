#include "engine/live/live.h"

#include "engine/base/error.h"

namespace antiphon::live {

Live::Live(Parts parts)
    : parts_(std::move(parts)),
      recovered_(recover_logs(parts_.log_files, parts_.folder)),
      admission_(parts_.limits) {
  for (unsigned i = 0; i < parts_.cores.size(); ++i) {
    Core& core = parts_.cores.at(i);
    EventLog log(parts_.log_files, fmt::format("{}/core-{}", parts_.folder, i),
                 recovered_.next_segment, parts_.limits.log);
    auto counters = std::make_unique<Counters>(parts_.metrics);
    auto journal = std::make_unique<Journal>(std::move(log), core, parts_.files_pool,
                                             Journal::Options{.counters = counters.get()});
    auto is_home = [&cores = parts_.cores, &core](std::string_view id) {
      return &cores.home(id) == &core;
    };
    hubs_.push_back(
        std::make_unique<Hub>(Hub::Parts{core, is_home, std::move(counters), std::move(journal),
                                         admission_, parts_.random, parts_.limits, parts_.log}));
  }
}

Live::~Live() = default;

Hub& Live::here() { return *hubs_.at(Core::here().index()); }

Hub& Live::home(std::string_view session_id) {
  return *hubs_.at(parts_.cores.home(session_id).index());
}

Task<> Live::start() {
  std::vector<std::map<std::string, RecoveredSession>> shares(hubs_.size());
  for (auto& [id, session] : recovered_.sessions) {
    shares[parts_.cores.home(id).index()].emplace(id, std::move(session));
  }
  recovered_.sessions.clear();
  for (auto& hub : hubs_) {
    auto& share = shares[hub->core().index()];
    co_await on_core(hub->core(), [&hub = *hub, &share] { return hub.start(std::move(share)); });
  }
  mark_in_use(parts_.log_files, parts_.folder);
  for (const std::string& file : recovered_.files) parts_.log_files.remove(file);
}

template <class F>
Task<> Live::at_each_hub(F action) {
  for (auto& hub : hubs_) {
    co_await on_core(hub->core(), [&hub = *hub, action] { return action(hub); });
  }
}

Task<> Live::close_connections(Instant deadline) {
  // All are told before any is waited for: a client on its way to its session's core is met there.
  co_await at_each_hub([](Hub& hub) -> Task<> {
    hub.close_connections();
    co_return;
  });
  co_await at_each_hub([deadline](Hub& hub) { return hub.all_left(deadline); });
}

Task<> Live::stop() {
  co_await close_connections(Core::here().clock().steady() + parts_.limits.stop_close_timeout);
  bool safe = true;
  for (auto& hub : hubs_) {
    safe = co_await on_core(hub->core(), [&hub = *hub] { return hub.stop(); }) && safe;
  }
  if (safe) mark_clean(parts_.log_files, parts_.folder);
}

}  // namespace antiphon::live
