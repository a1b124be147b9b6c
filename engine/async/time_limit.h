#pragma once

#include <functional>
#include <optional>

#include "engine/async/core.h"

namespace antiphon {

/// A limit of time that is set and taken back again and again, as with each request of a
/// connection, and hardly ever passes. Setting it mostly costs a comparison: what waits in the
/// core's timers stays there until its own time and only then looks at the limit. Everything
/// happens on one core.
class TimeLimit {
 public:
  /// @param on_passed  runs on the core when the limit has passed, which then is none any more
  explicit TimeLimit(std::function<void()> on_passed) : on_passed_(std::move(on_passed)) {}
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

  /// Takes the limit back when it goes; must not outlive it.
  class [[nodiscard]] Scope {
   public:
    explicit Scope(TimeLimit& owner) : owner_(owner) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { owner_.limit_.reset(); }

   private:
    TimeLimit& owner_;
  };
  /// Sets the limit; there is one at a time.
  Scope until(Instant when);
  /// An earlier end of the limit that is set; a later one, or without a limit, changes nothing.
  void shorten(Instant when);

 private:
  void arm(Instant when);
  void look();

  std::function<void()> on_passed_;
  std::optional<Instant> limit_;
  std::optional<Instant> armed_;  // when alarm_ goes off
  Timers::Alarm alarm_;
};

}  // namespace antiphon
