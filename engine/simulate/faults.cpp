#include "engine/simulate/faults.h"

#include <fmt/format.h>

#include <span>

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

// The switches of a plan, by name.
constexpr std::pair<const char*, bool Plan::*> switches[] = {
    {"cuts", &Plan::cuts},
    {"silences", &Plan::silences},
    {"stalls", &Plan::stalls},
    {"splits", &Plan::splits},
    {"slow_storage", &Plan::slow_storage},
    {"full_disk", &Plan::full_disk},
    {"slow_skills", &Plan::slow_skills},
    {"floods", &Plan::floods},
    {"sound", &Plan::sound},
};
constexpr std::pair<const char*, bool Plan::*> model_switches[] = {
    {"models", &Plan::models},
    {"bad_models", &Plan::bad_models},
    {"poor", &Plan::poor},
};
constexpr std::span<const std::pair<const char*, bool Plan::*>> all_switches[] = {switches,
                                                                                  model_switches};
constexpr std::pair<const char*, unsigned Plan::*> numbers[] = {
    {"visitors", &Plan::visitors},     {"readers", &Plan::readers},   {"kills", &Plan::kills},
    {"power_cuts", &Plan::power_cuts}, {"restarts", &Plan::restarts},
};

constexpr const char* model_faults[] = {
    "model none",         "model refused",      "model goes away",    "model slow head",
    "model silent",       "model stalls",       "model cut before",   "model cut within",
    "model empty",        "model error before", "model error within", "model limited",
    "model overloaded",   "model broken",       "model bad key",      "model garbage",
    "model in one piece", "model no usage",     "model no finish",    "model off schema",
    "model not admitted", "model no JSON"};
// A key that is not good puts a provider out for minutes, and hides what else it does.
constexpr std::uint64_t bad_keys_one_in = 8;

}  // namespace

std::string_view to_text(ModelFault fault) { return model_faults[static_cast<std::size_t>(fault)]; }

std::string Plan::text() const {
  auto minutes = std::chrono::duration<double, std::ratio<60>>(length).count();
  std::string text = fmt::format("seed {}, {:.1f} minutes", seed, minutes);
  for (auto [name, member] : numbers) {
    if (this->*member > 0) text += fmt::format(", {} {}", this->*member, name);
  }
  for (auto table : all_switches) {
    for (auto [name, member] : table) {
      if (this->*member) text += fmt::format(", {}", name);
    }
  }
  return text;
}

Plan make_plan(std::uint64_t seed, Duration length) {
  SeededRandom random(seed * 2 + 1);
  Plan plan{.seed = seed, .length = length};
  plan.visitors = 1 + static_cast<unsigned>(random.below(3));
  plan.readers = 1 + static_cast<unsigned>(random.below(2));
  for (auto [name, member] : switches) plan.*member = random.below(2) == 0;
  // One kind of end is enough for most worlds; they hide each other's traces.
  switch (random.below(5)) {
    case 0: plan.kills = 1 + static_cast<unsigned>(random.below(3)); break;
    case 1: plan.power_cuts = 1 + static_cast<unsigned>(random.below(3)); break;
    case 2: plan.restarts = 1 + static_cast<unsigned>(random.below(2)); break;
    case 3: plan.kills = plan.power_cuts = plan.restarts = 1; break;
    default: break;
  }
  // Few are poor: what a budget ends is not seen any more.
  plan.models = random.below(4) != 0;
  plan.bad_models = random.below(2) == 0;
  plan.poor = random.below(4) == 0;
  return plan;
}

std::vector<Plan> smaller_plans(const Plan& plan) {
  std::vector<Plan> smaller;
  for (auto [name, member] : numbers) {
    bool is_least = plan.*member == 0 ||
                    (plan.*member == 1 && (member == &Plan::visitors || member == &Plan::readers));
    if (is_least) continue;
    smaller.push_back(plan);
    --(smaller.back().*member);
  }
  for (auto table : all_switches) {
    for (auto [name, member] : table) {
      if (!(plan.*member)) continue;
      smaller.push_back(plan);
      smaller.back().*member = false;
    }
  }
  if (plan.length > 30s) {
    smaller.push_back(plan);
    smaller.back().length = plan.length / 2;
  }
  return smaller;
}

Duration Faults::between(Duration min, Duration max) {
  return min + Duration(random_.below(static_cast<std::uint64_t>((max - min).count())));
}

Duration Faults::pause(Duration max) { return between(Duration::zero(), max); }

LinkFaults Faults::link() {
  LinkFaults faults{.latency = between(1ms, 60ms), .jitter_max = between(1ms, 40ms)};
  faults.splits = plan_.splits && !calm;
  if (plan_.cuts && one_in(2)) {
    faults.cut_after_bytes = counted("cut", 200 + random_.below(20'000));
  }
  if (plan_.silences && one_in(6)) {
    faults.silent_after = counted("silence", between(Duration::zero(), 90s));
  }
  if (plan_.stalls && one_in(3)) {
    faults.stall_after = counted("stall", between(Duration::zero(), 60s));
    faults.stall = between(1s, 40s);
  }
  return faults;
}

std::optional<Duration> Faults::storage_pace() {
  if (storage_away && !calm) {
    count("storage away");
    return std::nullopt;
  }
  if (plan_.slow_storage && one_in(30)) return counted("slow storage", between(1s, 12s));
  return between(50us, 4ms);
}

Faults::Skill Faults::skill() {
  if (!plan_.slow_skills || !one_in(5)) return Skill::works;
  switch (random_.below(3)) {
    case 0: return counted("skill stalls", Skill::stalls);
    case 1: return counted("skill fails", Skill::fails);
    default: return counted("skill gives nothing", Skill::is_empty);
  }
}

speech::ScriptedFault Faults::recogniser() {
  using enum speech::ScriptedFault;
  if (!one_in(2)) return none;
  constexpr speech::ScriptedFault all[] = {unavailable, stall, crash, empty};
  return counted("recogniser", all[random_.below(std::size(all))]);
}

ModelFault Faults::model() {
  if (!plan_.bad_models || !one_in(3)) return ModelFault::none;
  auto fault = static_cast<ModelFault>(1 + random_.below(std::size(model_faults) - 1));
  if (fault == ModelFault::bad_key && !one_in(bad_keys_one_in)) fault = ModelFault::broken;
  return counted(model_faults[static_cast<std::size_t>(fault)], fault);
}

bool Faults::floods() { return plan_.floods && one_in(2) && counted("flood", true); }

bool Faults::job_fails() { return one_in(4) && counted("job fails", true); }

}  // namespace antiphon::simulate
