#include "server/doctor/finding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/schema/nearest.h"

namespace antiphon::server::doctor {
namespace {

constexpr std::size_t subject_width = 26;
constexpr std::size_t nearest_most = 3;
constexpr std::size_t secret_bytes_least = 4;

std::string_view word_of(Health health) {
  switch (health) {
    case Health::ok: return "ok";
    case Health::warning: return "warning";
    case Health::problem: return "problem";
    case Health::skipped: return "skipped";
  }
  return "ok";
}

std::string counted(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace

Report make_report(Findings findings) {
  Report report;
  report.problems = std::ranges::count(findings, Health::problem, &Finding::health);
  report.warnings = std::ranges::count(findings, Health::warning, &Finding::health);
  report.is_well = report.problems == 0;
  report.findings = std::move(findings);
  return report;
}

std::string to_text(const Finding& finding) {
  std::string line = fmt::format("{:<8} {:<{}} {}\n", word_of(finding.health), finding.subject,
                                 subject_width, finding.message);
  if (!finding.advice.empty()) line += fmt::format("{:9}-> {}\n", "", finding.advice);
  return line;
}

std::string summary_of(const Report& report) {
  return fmt::format("{}, {}", counted(report.problems, "problem"),
                     counted(report.warnings, "warning"));
}

std::string in_quotes(const std::vector<std::string>& names) {
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) all += i + 1 == names.size() ? " or " : ", ";
    all += fmt::format("\"{}\"", names[i]);
  }
  return all;
}

std::vector<std::string> nearest_names(std::string_view name, std::vector<std::string> names) {
  std::vector<std::string> near;
  while (near.size() < nearest_most && !names.empty()) {
    std::vector<std::string_view> views(names.begin(), names.end());
    std::string next(schema::nearest(name, views));
    std::erase(names, next);
    near.push_back(std::move(next));
  }
  return near;
}

std::string in_seconds(Duration time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

std::int64_t in_milliseconds(Duration time) {
  return std::chrono::round<std::chrono::milliseconds>(time).count();
}

Discretion::Discretion(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_, [](const std::string& one) { return one.size() < secret_bytes_least; });
  std::ranges::sort(secrets_, std::ranges::greater(), &std::string::size);
}

std::string Discretion::clean(std::string text) const {
  constexpr std::string_view mask = "[secret]";
  for (const std::string& secret : secrets_) {
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + mask.size())) {
      text.replace(at, secret.size(), mask);
    }
  }
  return text;
}

void Discretion::clean(Finding& finding) const {
  finding.message = clean(std::move(finding.message));
  finding.advice = clean(std::move(finding.advice));
}

}  // namespace antiphon::server::doctor
