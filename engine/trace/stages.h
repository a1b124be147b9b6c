#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"

namespace antiphon::trace {

/// One timed step of a turn or request. Offsets are from the start of the whole.
struct Stage {
  std::string name;  ///< of a closed set: "recognise", "analyse", "search"
  double begin_ms = 0;
  std::optional<double> end_ms;  ///< nothing while it runs
  std::string note;              ///< what was special, for people: "cached", "fallback: keywords"
};

/// Further stages are not recorded.
inline constexpr std::size_t stages_max = 64;

/// The stages of one turn, in the order they were noted; they may overlap. Belongs to one core.
///
///   auto timing = stages.begin("search");
///   auto clips = co_await library.search(query, call);
///   timing.note("keywords only");        // the stage ends with its scope
class Stages {
 public:
  /// Ends its stage when it goes, once. Must not outlive its Stages.
  class [[nodiscard]] Timing {
   public:
    Timing(Timing&& other) noexcept;
    Timing& operator=(Timing&&) = delete;
    ~Timing() { end(); }
    void end();
    void note(std::string_view text);

   private:
    friend class Stages;
    Timing(Stages* stages, std::size_t index) : stages_(stages), index_(index) {}
    Stages* stages_;  // null when ended or not recorded
    std::size_t index_;
  };

  /// Time counts from here. @param clock  outlives the object
  explicit Stages(const Clock& clock) : clock_(clock), start_(clock.steady()) {}
  Stages(const Stages&) = delete;
  Stages& operator=(const Stages&) = delete;

  Timing begin(std::string_view name);
  /// A stage that was timed elsewhere. An end before its beginning counts as its beginning.
  void add(std::string_view name, Instant begin, Instant end, std::string_view note = {});

  std::span<const Stage> all() const { return stages_; }
  double elapsed_ms() const { return offset_ms(clock_.steady()); }

 private:
  double offset_ms(Instant time) const;

  const Clock& clock_;
  Instant start_;
  std::vector<Stage> stages_;
};

/// The finished stages as a Server-Timing header: `analyse;dur=12.3;desc="cached", search;dur=4.1`.
/// Source: W3C Server Timing. Names and notes that HTTP does not allow are made to fit.
std::string to_server_timing(std::span<const Stage> stages);

}  // namespace antiphon::trace
