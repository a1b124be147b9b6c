#pragma once

#include <array>
#include <span>
#include <string_view>

namespace antiphon::metrics {

enum class Kind { counter, gauge, histogram };
std::string_view to_text(Kind kind);

/// A label and what its values may be. They come from a closed set of the program's, never from a
/// caller, and never say who it was.
struct LabelInfo {
  std::string_view name;
  std::string_view values = {};  ///< "cache, model, rules": these and no other
  std::string_view meaning =
      {};  ///< where the program has more than can be listed: "an SQL statement"
};

inline constexpr std::size_t labels_max = 4;

/// A metric, declared once as a constant beside the code that counts; docs/metrics.md is made of
/// these:
///
///   inline constexpr metrics::MetricInfo skill_seconds{
///       .name = "antiphon_skill_seconds",
///       .kind = metrics::Kind::histogram,
///       .help = "Time of a skill, by who answered.",
///       .labels = {{{.name = "skill", .meaning = "a skill"},
///                   {.name = "source", .values = "cache, model, rules, failed"}}}};
struct MetricInfo {
  std::string_view name;  ///< ends with its unit (_seconds, _bytes); a counter's with _total
  Kind kind = Kind::counter;
  std::string_view help;  ///< one sentence
  std::array<LabelInfo, labels_max> labels = {};
  std::span<const double> bounds = {};  ///< of a histogram's buckets; none: latency_bounds()
  std::string_view when = {};           ///< "TLS is on"; empty: it is always there

  std::span<const LabelInfo> label_infos() const;
};

/// Whether `value` is one that the label may have.
bool is_among(const LabelInfo& label, std::string_view value);

}  // namespace antiphon::metrics
