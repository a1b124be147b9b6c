#include "engine/metrics/registry.h"

#include <prometheus/check_names.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <set>
#include <sstream>

#include "engine/base/error.h"

namespace antiphon::metrics {
namespace {

// Each would make a series for everybody who comes by, and tell who did.
constexpr std::array unbounded_labels = {"tenant",  "tenant_id",  "user",    "user_id",
                                         "session", "session_id", "address", "email"};

void check_names(std::string_view name, const Labels& labels) {
  ENSURE(prometheus::CheckMetricName(std::string(name)), "a metric has a valid name");
  std::set<std::string_view> seen;
  for (const auto& [label, value] : labels) {
    ENSURE(prometheus::CheckLabelName(label) && label != "le", "a label has a valid name");
    ENSURE(std::ranges::find(unbounded_labels, label) == unbounded_labels.end(),
           "a label has few values");
    ENSURE(seen.insert(label).second, "a label stands once");
  }
}

std::vector<std::string> names_of(const prometheus::Labels& labels) {
  std::vector<std::string> names;
  for (const auto& [name, value] : labels) names.push_back(name);
  return names;
}

prometheus::Labels others(prometheus::Labels labels) {
  for (auto& [name, value] : labels) value = "other";
  return labels;
}

// All series of one name: what they have in common, and which there are.
template <typename Kind>
struct Family {
  prometheus::Family<Kind> series;
  std::string help;
  std::vector<std::string> label_names;
  std::vector<double> bounds;
  std::size_t count = 0;

  // The labels as given, or "other" for each when there are too many series already.
  prometheus::Labels bounded(const Labels& wanted) {
    prometheus::Labels labels;
    for (const auto& [name, value] : wanted) {
      labels[name] = value.size() <= label_bytes_max ? value : "other";
    }
    ENSURE(names_of(labels) == label_names, "all series of a metric have the same labels");
    if (series.Has(labels)) return labels;
    if (count >= series_max) return others(std::move(labels));
    ++count;
    return labels;
  }
};

template <typename Kind>
using FamilyOf = std::unique_ptr<Family<Kind>>;

}  // namespace

class Registry::Families {
 public:
  template <typename Kind, typename... Bounds>
  Kind& series(std::string_view name, std::string_view help, const Labels& labels,
               const Bounds&... bounds) {
    check_names(name, labels);
    std::lock_guard lock(mutex_);
    auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      found = by_name_.emplace(name, make<Kind>(name, help, labels, bounds...)).first;
    }
    auto* family = std::get_if<FamilyOf<Kind>>(&found->second);
    ENSURE(family != nullptr, "a metric name has one kind");
    ENSURE((*family)->help == help, "a metric name has one help text");
    ENSURE((((*family)->bounds == bounds) && ...), "a histogram has the same bounds everywhere");
    return (*family)->series.Add((*family)->bounded(labels), bounds...);
  }

  std::vector<prometheus::MetricFamily> collect() const {
    std::lock_guard lock(mutex_);
    std::vector<prometheus::MetricFamily> all;
    for (const auto& [name, family] : by_name_) {
      std::visit(
          [&](const auto& kind) {
            for (auto& collected : kind->series.Collect()) all.push_back(std::move(collected));
          },
          family);
    }
    return all;
  }

 private:
  using AnyFamily = std::variant<FamilyOf<prometheus::Counter>, FamilyOf<prometheus::Gauge>,
                                 FamilyOf<prometheus::Histogram>>;

  template <typename Kind, typename... Bounds>
  static AnyFamily make(std::string_view name, std::string_view help, const Labels& labels,
                        const Bounds&... bounds) {
    return FamilyOf<Kind>(new Family<Kind>{.series = {std::string(name), std::string(help), {}},
                                           .help = std::string(help),
                                           .label_names = names_of({labels.begin(), labels.end()}),
                                           .bounds = {bounds...}});
  }

  mutable std::mutex mutex_;
  std::map<std::string, AnyFamily, std::less<>> by_name_;
};

void Counter::add(double amount) const { counter_->Increment(amount); }
double Counter::value() const { return counter_->Value(); }

void Gauge::set(double value) const { gauge_->Set(value); }
void Gauge::add(double amount) const { gauge_->Increment(amount); }
double Gauge::value() const { return gauge_->Value(); }

void Histogram::observe(double value) const { histogram_->Observe(value); }
void Histogram::observe(Duration time) const {
  observe(std::chrono::duration<double>(time).count());
}

std::span<const double> latency_bounds() {
  static constexpr std::array bounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                        0.25,  0.5,    1.0,   2.5,  5.0,   10.0};
  return bounds;
}

Registry::Registry() : families_(std::make_unique<Families>()) {}
Registry::~Registry() = default;

Counter Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
  return Counter(families_->series<prometheus::Counter>(name, help, labels));
}

Gauge Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  return Gauge(families_->series<prometheus::Gauge>(name, help, labels));
}

Histogram Registry::histogram(std::string_view name, std::string_view help, const Labels& labels,
                              std::span<const double> bounds) {
  std::vector<double> sorted(bounds.begin(), bounds.end());
  ENSURE(!sorted.empty() && std::ranges::is_sorted(sorted, std::less_equal<>()),
         "the bounds of a histogram grow");
  return Histogram(families_->series<prometheus::Histogram>(name, help, labels, sorted));
}

std::string Registry::to_text() const {
  std::vector<prometheus::MetricFamily> families = families_->collect();
  for (prometheus::MetricFamily& family : families) {
    std::ranges::sort(family.metric, {}, [](const prometheus::ClientMetric& metric) {
      std::vector<std::pair<std::string, std::string>> labels;
      for (const auto& label : metric.label) labels.emplace_back(label.name, label.value);
      return labels;
    });
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return std::move(text).str();
}

}  // namespace antiphon::metrics
