#pragma once

#include <memory>
#include <vector>

#include "engine/simulate/simulation.h"
#include "engine/simulate/visitor.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::simulate {

/// One world: a server, a disk, a network and visitors on one thread and one clock. A step is one
/// piece of work of one core; time jumps when nothing is left to do.
class World {
 public:
  World(const Stage& stage, const Plan& plan);
  ~World();

  Result run();

 private:
  enum class End { kill, power_cut, restart };
  struct Trouble {
    Instant when;
    std::function<Task<>()> happen;
  };

  void live();
  bool step(Instant limit);
  bool run_until(const std::function<bool()>& done, Duration max);
  void check();
  void clear_up();

  Task<> make_trouble(Trouble trouble);
  void plan_trouble();
  Task<> keep_server();
  void boot();
  Task<> end_server(End how);
  void bury();
  Task<> storage_outage();
  Task<> full_disk();
  Task<> look_at_errands();
  void check_errands();
  void look_at_usage(store::Tx& tx);
  Duration within_talk();
  bool is_sound() const { return checker_.violations().empty(); }

  const Stage& stage_;
  const Plan plan_;
  SeededRandom random_;
  testing::FakeClock clock_;
  Core core_{0, clock_};
  Faults faults_;
  SimulatedNetwork network_;
  http::NetworkHttpClient http_;
  ModelChecker model_checker_;
  Checker checker_;
  Providers providers_;
  Trace trace_;
  Surroundings surroundings_;
  std::shared_ptr<SimulatedDisk> disk_;
  std::unique_ptr<Node> node_;
  std::vector<std::unique_ptr<Visitor>> visitors_;
  TaskGroup tasks_;
  unsigned boots_ = 0;
  bool keeps_server_ = true;
  bool errands_seen_ = false;
  std::uint64_t steps_ = 0;
};

}  // namespace antiphon::simulate
