#pragma once

#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/async/core.h"
#include "engine/base/breaker.h"
#include "engine/gateway/choice.h"
#include "engine/gateway/prices.h"
#include "engine/gateway/retry.h"
#include "engine/gateway/speed.h"
#include "engine/gateway/turn_queue.h"

namespace antiphon::gateway {

class Instance;

/// Why an instance gave no place.
enum class NoPlace { full, late, out };
std::string_view to_text(NoPlace why);

/// A place among the calls that an instance takes at the same time, for one call. Whoever has it
/// tells once how the call ended, unless it was left; then the place goes to the next. Belongs to
/// one core.
class Place {
 public:
  Place(Instance* instance, std::size_t model, Breaker::Ticket ticket, Instant begun)
      : instance_(instance), model_(model), ticket_(ticket), begun_(begun) {}
  Place(Place&& other) noexcept;
  Place& operator=(Place&& other) noexcept;
  ~Place() { leave(); }

  void succeeded(const AnswerTimes& times);
  void failed(const model::ProviderFailure& failure);
  void leave();
  Instant begun() const { return begun_; }

 private:
  Instance* instance_;
  std::size_t model_;
  Breaker::Ticket ticket_;
  Instant begun_;
  bool is_told_ = false;
};

/// What is known of a model of an instance at one moment.
struct RouteView {
  Candidate candidate;      ///< without its route
  bool is_ready = false;    ///< neither breaker, limit nor outage stands before it
  bool is_ejected = false;  ///< health checks fail: only when there is no other
  Instant ready_at{};       ///< when it may be asked, if it is not ready
  Duration wait{};          ///< for a place, as calls took on average
  std::optional<Duration> total;
};

/// One place where models are asked: its exact limit of calls at the same time, who waits for one,
/// and how each of its models does (E-32). Shared by all cores; thread-safe. Outlives its places.
class Instance {
 public:
  struct ModelInfo {
    std::string name;
    bool embeds = false;
    Price price = {};
  };

  /// @param clock  outlives it
  Instance(InstanceSettings settings, std::vector<ModelInfo> models, Breaker::Limits breaker,
           const Clock& clock);

  const InstanceSettings& settings() const { return settings_; }
  const std::string& name() const { return settings_.name; }
  const std::vector<ModelInfo>& models() const { return models_; }

  RouteView view(std::size_t model, Priority priority, Instant now) const;

  /// Waits for its turn, on the core that asks; cancelling gives the turn up.
  Task<std::expected<Place, NoPlace>> enter(std::size_t model, Priority priority,
                                            std::string tenant, Instant deadline);

  /// A place that is free now, if nobody waits for it.
  std::optional<Place> try_enter(std::size_t model);

  /// What a health check found. Two bad ones in a row eject it, a good one takes it back.
  void checked(bool is_well);

  /// The time to the first content that 95 of 100 answers of a model keep; nothing: too few came.
  std::optional<Duration> first_token_p95(std::size_t model) const;

  std::size_t running() const;
  std::size_t waiting() const;
  Breaker::State breaker_state(std::size_t model) const;
  std::int64_t cold_starts() const;
  bool is_ejected() const;

  static constexpr int bad_checks = 2;

 private:
  friend class Place;
  /// One who waits; the state is guarded by the instance's lock, the waiter is its core's.
  struct Waiting {
    explicit Waiting(Core& home) : core(home) {}
    Core& core;
    Waiter waiter;
    enum class State { waits, given, displaced } state = State::waits;
  };
  class Turn;
  struct ModelState {
    Breaker breaker;
    Speed speed;
    Instant limited_until{};
  };

  bool is_ready(const ModelState& model, Instant now) const;
  Instant ready_at(const ModelState& model) const;
  double return_weight(const ModelState& model, Instant now) const;
  Place take(std::size_t model, Instant now);
  std::expected<Place, NoPlace> begin_given(std::size_t model, Instant now);
  std::shared_ptr<Waiting> queue_up(Priority priority, const std::string& tenant,
                                    TurnQueue::Ticket& ticket);
  void give_up(Priority priority, const std::string& tenant, TurnQueue::Ticket ticket,
               const Waiting& waiting);
  void hand_over();
  static void wake(const std::shared_ptr<Waiting>& waiting);
  void release(Instant begun);

  void on_success(std::size_t model, Breaker::Ticket ticket, const AnswerTimes& times);
  void on_failure(std::size_t model, Breaker::Ticket ticket, const model::ProviderFailure& failure);
  void on_leave(std::size_t model, Breaker::Ticket ticket);

  const InstanceSettings settings_;
  const std::vector<ModelInfo> models_;
  const std::size_t concurrency_;
  const Clock& clock_;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<ModelState> states_;
  std::size_t running_ = 0;
  TurnQueue queue_;
  std::unordered_map<TurnQueue::Ticket, std::shared_ptr<Waiting>> waiting_;
  TurnQueue::Ticket next_ticket_ = 0;
  std::optional<double> hold_s_;  // how long calls keep their place, on average
  Instant out_until_{};           // of the whole instance
  int bad_checks_ = 0;
  std::optional<Instant> readmitted_at_;
};

}  // namespace antiphon::gateway
