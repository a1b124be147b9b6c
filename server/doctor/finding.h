#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/schema/describe.h"

// What `antiphon doctor` finds, for people and for programs (E-3).

namespace antiphon::server::doctor {

enum class Health {
  ok,
  warning,  ///< it works, and something about it is not as one would wish
  problem,  ///< something that is set up does not work
  skipped   ///< nothing is known, because of something else
};

inline auto describe(schema::Tag<Health>) {
  return schema::enumeration<Health>("Health", "How it is with something")
      .value("ok", Health::ok)
      .value("warning", Health::warning, "It works, not as one would wish")
      .value("problem", Health::problem, "It does not work")
      .value("skipped", Health::skipped, "It was not looked at, because of something else");
}

/// What came of one check. No secret stands in it.
struct Finding {
  std::string subject;  ///< "database", "provider cloud", "model cloud gpt-4o-mini"
  Health health = Health::ok;
  std::string message;      ///< what was found
  std::string advice = {};  ///< what to do about it; empty: nothing
  std::optional<std::int64_t> took_ms = {};
  std::optional<std::int64_t> first_token_ms = {};
  std::optional<std::int64_t> dimensions = {};  ///< of a model's vectors
};
using Findings = std::vector<Finding>;

inline auto describe(schema::Tag<Finding>) {
  return schema::object<Finding>("Finding", "What came of one check")
      .field("subject", &Finding::subject, "What was looked at")
      .field("health", &Finding::health, "How it is")
      .field("message", &Finding::message, "What was found")
      .field("advice", &Finding::advice, "What to do about it; empty: nothing")
      .field("tookMs", &Finding::took_ms, "What it took")
      .field("firstTokenMs", &Finding::first_token_ms, "Until a model's first word")
      .field("dimensions", &Finding::dimensions, "Numbers of a model's vectors");
}

struct Report {
  bool is_well = true;  ///< there is no problem
  std::int64_t problems = 0;
  std::int64_t warnings = 0;
  Findings findings;
};

inline auto describe(schema::Tag<Report>) {
  return schema::object<Report>("Report", "What was found")
      .field("isWell", &Report::is_well, "Whether there is no problem")
      .field("problems", &Report::problems, "How many there are")
      .field("warnings", &Report::warnings, "How many there are")
      .field("findings", &Report::findings, "All of them");
}

Report make_report(Findings findings);

/// A line, and one below it for what to do.
std::string to_text(const Finding& finding);
/// "2 problems, 1 warning"
std::string summary_of(const Report& report);

/// "a", "b" or "c", for messages.
std::string in_quotes(const std::vector<std::string>& names);
/// Up to three names that are like `name`, the nearest first.
std::vector<std::string> nearest_names(std::string_view name, std::vector<std::string> names);

/// "2.5 s"
std::string in_seconds(Duration time);
/// Rounded.
std::int64_t in_milliseconds(Duration time);

/// Masks secrets in what others say: keys, passwords, also a part of one.
class Discretion {
 public:
  /// @param secrets  those shorter than four bytes are no secrets
  explicit Discretion(std::vector<std::string> secrets);
  std::string clean(std::string text) const;
  void clean(Finding& finding) const;

 private:
  std::vector<std::string> secrets_;  // the longest first
};

}  // namespace antiphon::server::doctor
