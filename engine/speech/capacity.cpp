#include "engine/speech/capacity.h"

#include <cmath>

#include "engine/base/error.h"
#include "engine/speech/recogniser.h"
#include "engine/speech/speech_metrics.h"

namespace antiphon::speech {
namespace {

// A stream goes up again only where this share of the processors stays free: otherwise rungs would
// change with every measurement.
constexpr double free_share = 0.1;
// Sums of decimal costs that meet the limit exactly are not over it.
constexpr double rounding = 1e-9;

constexpr std::array all_rungs = {Rung::full, Rung::fast};
constexpr std::array<std::pair<Refusal, std::string_view>, 3> all_refusals = {
    {{Refusal::processors, "processors"}, {Refusal::places, "places"}, {Refusal::pace, "pace"}}};

}  // namespace

std::optional<std::size_t> full_streams_of(std::size_t streams, const StreamCosts& costs,
                                           double processors) {
  double free = processors - static_cast<double>(streams) * costs.fast + rounding;
  if (free < 0) return std::nullopt;
  double step = costs.full - costs.fast;
  if (step <= 0) return streams;
  return std::min(streams, static_cast<std::size_t>(free / step));
}

Capacity::Capacity(CapacityOptions options) : options_(options) {
  if (options_.metrics == nullptr) return;
  auto add = [&](const metrics::MetricInfo& info, std::initializer_list<std::string_view> values,
                 std::function<double()> read) {
    sources_.push_back(options_.metrics->source(info, values, std::move(read)));
  };
  for (Rung rung : all_rungs) {
    add(streams_metric, {to_text(rung)}, [this, rung] { return streams_in(rung); });
    add(stream_cost_metric, {to_text(rung)}, [this, rung] {
      StreamCosts all = costs();
      return rung == Rung::full ? all.full : all.fast;
    });
  }
  for (auto [refusal, name] : all_refusals) {
    auto& count = refused_[static_cast<std::size_t>(refusal)];
    add(streams_refused_metric, {name}, [&count] { return static_cast<double>(count.load()); });
  }
  add(processors_metric, {}, [this] { return options_.processors; });
}

Capacity::Place Capacity::admit(Instant now) {
  std::lock_guard lock(mutex_);
  if (auto why = refusal(now)) refuse(*why);
  rungs_.emplace_back(Rung::fast);
  choose_rungs();
  return {shared_from_this(), std::prev(rungs_.end())};
}

std::optional<Refusal> Capacity::refusal(Instant now) const {
  if (rungs_.size() >= options_.streams_max) return Refusal::places;
  if (!fits(rungs_.size() + 1)) return Refusal::processors;
  bool is_known = pace_.sound > 0 && now - pace_noted_ < pace_known_for;
  if (!rungs_.empty() && is_known && pace_.ratio() > options_.pace_max) return Refusal::pace;
  return std::nullopt;
}

bool Capacity::fits(std::size_t streams) const {
  auto full = full_streams_of(streams, costs_now(), options_.processors);
  return full && (options_.only != Rung::full || *full == streams);
}

void Capacity::refuse(Refusal why) {
  ++refused_[static_cast<std::size_t>(why)];
  std::size_t count = rungs_.size();
  switch (why) {
    case Refusal::places:
      throw Error(Code::unavailable,
                  fmt::format("All {} places for speech recognition are taken. Try again when one "
                              "is free.",
                              count));
    case Refusal::processors:
      throw Error(Code::unavailable,
                  fmt::format("Speech recognition is at its limit: with one more stream, {} would "
                              "take {:.2f} processors in the {} rung, and {:.2f} are there for it. "
                              "Try again when one has ended.",
                              count + 1, static_cast<double>(count + 1) * lowest_cost(),
                              to_text(options_.only.value_or(Rung::fast)), options_.processors));
    case Refusal::pace:
      throw Error(Code::unavailable,
                  fmt::format("The machine does not keep up with speech: a second of sound takes "
                              "{:.1f} s, and above {:.2f} s no stream is added to the {} that are "
                              "heard. Try again later.",
                              pace_.ratio(), options_.pace_max, count));
  }
}

void Capacity::Measure::add(double taken_seconds, double sound_seconds, double memory_seconds) {
  double kept = std::exp(-sound_seconds / memory_seconds);
  taken = taken * kept + taken_seconds;
  sound = sound * kept + sound_seconds;
}

void Capacity::note_pace(double busy_seconds, double sound_seconds, Instant now) {
  if (sound_seconds <= 0) return;
  std::lock_guard lock(mutex_);
  if (now - pace_noted_ >= pace_known_for) pace_ = {};
  pace_.add(busy_seconds, sound_seconds, pace_memory_seconds);
  pace_noted_ = now;
}

void Capacity::note_cost(Rung rung, double processor_seconds, double sound_seconds) {
  if (sound_seconds <= 0) return;
  std::lock_guard lock(mutex_);
  measured_[static_cast<std::size_t>(rung)].add(processor_seconds, sound_seconds,
                                                cost_memory_seconds);
  choose_rungs();
}

// Before anything was measured the costs are those of a common machine (StreamCosts).
StreamCosts Capacity::costs_now() const {
  StreamCosts costs;
  auto take = [&](Rung rung, double& cost) {
    const Measure& measure = measured_[static_cast<std::size_t>(rung)];
    if (measure.sound > 0) cost = measure.ratio();
  };
  take(Rung::full, costs.full);
  take(Rung::fast, costs.fast);
  return costs;
}

double Capacity::lowest_cost() const {
  StreamCosts costs = costs_now();
  return options_.only == Rung::full ? costs.full : costs.fast;
}

void Capacity::choose_rungs() {
  if (options_.only) {
    for (auto& rung : rungs_) rung = *options_.only;
    return;
  }
  auto is_full = [](const auto& rung) { return rung == Rung::full; };
  auto full_now = static_cast<std::size_t>(std::ranges::count_if(rungs_, is_full));
  StreamCosts costs = costs_now();
  auto most = full_streams_of(rungs_.size(), costs, options_.processors).value_or(0);
  auto sure =
      full_streams_of(rungs_.size(), costs, options_.processors * (1 - free_share)).value_or(0);
  // Between the two everybody stays as they are.
  std::size_t full = std::min(most, std::max(sure, full_now));
  for (auto& rung : rungs_) {
    rung = full > 0 ? Rung::full : Rung::fast;
    if (full > 0) --full;
  }
}

StreamCosts Capacity::costs() const {
  std::lock_guard lock(mutex_);
  return costs_now();
}

std::size_t Capacity::streams() const {
  std::lock_guard lock(mutex_);
  return rungs_.size();
}

double Capacity::streams_in(Rung rung) const {
  std::lock_guard lock(mutex_);
  return static_cast<double>(
      std::ranges::count(rungs_, rung, [](auto& each) { return each.load(); }));
}

Capacity::Place::~Place() {
  if (!capacity_) return;
  std::lock_guard lock(capacity_->mutex_);
  capacity_->rungs_.erase(rung_);
  capacity_->choose_rungs();
}

}  // namespace antiphon::speech
