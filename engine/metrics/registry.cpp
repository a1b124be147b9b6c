#include "engine/metrics/registry.h"

#include <prometheus/check_names.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <list>
#include <set>
#include <sstream>

#include "engine/base/error.h"

namespace antiphon::metrics {
namespace {

// Each would make a series for everybody who comes by, and tell who did.
constexpr std::array unbounded_labels = {"tenant",  "tenant_id",  "user",    "user_id",
                                         "session", "session_id", "address", "email"};

void check(const MetricInfo& info) {
  ENSURE(prometheus::CheckMetricName(std::string(info.name)), "a metric has a valid name");
  ENSURE((info.kind == Kind::counter) == info.name.ends_with("_total"),
         "the name of a counter, and of nothing else, ends with _total");
  std::set<std::string_view> seen;
  for (const LabelInfo& label : info.label_infos()) {
    ENSURE(prometheus::CheckLabelName(std::string(label.name)) && label.name != "le",
           "a label has a valid name");
    ENSURE(std::ranges::find(unbounded_labels, label.name) == unbounded_labels.end(),
           "a label has few values");
    ENSURE(label.values.empty() != label.meaning.empty(),
           "a label lists its values, or says where they come from");
    ENSURE(seen.insert(label.name).second, "a label stands once");
  }
}

bool is_same(const MetricInfo& a, const MetricInfo& b) {
  auto labels = [](const LabelInfo& label) {
    return std::tie(label.name, label.values, label.meaning);
  };
  return a.name == b.name && a.kind == b.kind && a.help == b.help && a.when == b.when &&
         std::ranges::equal(a.label_infos(), b.label_infos(), {}, labels, labels) &&
         std::ranges::equal(a.bounds, b.bounds);
}

void raise(prometheus::Counter& counter, double value) {
  if (value > counter.Value()) counter.Increment(value - counter.Value());
}
void raise(prometheus::Gauge& gauge, double value) { gauge.Set(value); }

// What a series is read from.
struct Readers {
  std::list<std::function<double()>> functions;
  double gone = 0;  // what counters counted whose reader went
};

// All series of one metric.
template <typename Series>
struct Family {
  explicit Family(const MetricInfo& declared)
      : info(declared), all(std::string(info.name), std::string(info.help), {}) {}

  const MetricInfo info;
  prometheus::Family<Series> all;
  std::size_t count = 0;
  std::map<Series*, Readers> readers;

  Series& series(LabelValues values) {
    if constexpr (std::is_same_v<Series, prometheus::Histogram>) {
      auto bounds = info.bounds.empty() ? latency_bounds() : info.bounds;
      return all.Add(labels(values), std::vector<double>(bounds.begin(), bounds.end()));
    } else {
      return all.Add(labels(values));
    }
  }

  void read() {
    if constexpr (!std::is_same_v<Series, prometheus::Histogram>) {
      for (auto& [series, sources] : readers) {
        double sum = sources.gone;
        for (const auto& function : sources.functions) sum += function();
        raise(*series, sum);
      }
    }
  }

 private:
  // As given, or "other" for each when there are too many series already.
  prometheus::Labels labels(LabelValues values) {
    std::span names = info.label_infos();
    ENSURE(values.size() == names.size(), "a series has a value for each of its metric's labels");
    prometheus::Labels given;
    prometheus::Labels others;
    for (std::size_t i = 0; i < names.size(); ++i) {
      ENSURE(is_among(names[i], values[i]), "a label has one of the values that it lists");
      bool is_short = values[i].size() <= label_bytes_max;
      given.emplace(names[i].name, is_short ? values[i] : "other");
      others.emplace(names[i].name, "other");
    }
    if (all.Has(given)) return given;
    if (count >= series_max) return others;
    ++count;
    return given;
  }
};

template <typename Series>
using FamilyOf = std::unique_ptr<Family<Series>>;

}  // namespace

class Registry::Families {
 public:
  template <typename Series>
  Series& series(const MetricInfo& info, LabelValues values) {
    std::lock_guard lock(mutex_);
    return family<Series>(info).series(values);
  }

  template <typename Series>
  std::shared_ptr<void> read(std::shared_ptr<Families> self, const MetricInfo& info,
                             LabelValues values, std::function<double()> function) {
    std::lock_guard lock(mutex_);
    Family<Series>& all = family<Series>(info);
    Readers& readers = all.readers[&all.series(values)];
    readers.functions.push_back(std::move(function));
    auto forget = [self = std::move(self), &readers, place = std::prev(readers.functions.end())] {
      std::lock_guard at_end(self->mutex_);
      if (std::is_same_v<Series, prometheus::Counter>) readers.gone += (*place)();
      readers.functions.erase(place);
    };
    return {nullptr, [forget](void*) { forget(); }};
  }

  std::vector<prometheus::MetricFamily> collect() {
    std::lock_guard lock(mutex_);
    std::vector<prometheus::MetricFamily> collected;
    for (const auto& [name, any] : by_name_) {
      std::visit(
          [&](const auto& family) {
            family->read();
            for (auto& one : family->all.Collect()) collected.push_back(std::move(one));
          },
          any);
    }
    return collected;
  }

 private:
  using AnyFamily = std::variant<FamilyOf<prometheus::Counter>, FamilyOf<prometheus::Gauge>,
                                 FamilyOf<prometheus::Histogram>>;

  template <typename Series>
  Family<Series>& family(const MetricInfo& info) {
    auto found = by_name_.find(info.name);
    if (found == by_name_.end()) {
      check(info);
      found = by_name_.emplace(info.name, std::make_unique<Family<Series>>(info)).first;
    }
    auto* family = std::get_if<FamilyOf<Series>>(&found->second);
    ENSURE(family != nullptr && is_same((*family)->info, info), "a metric is declared once");
    return **family;
  }

  std::mutex mutex_;
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

Registry::Registry() : families_(std::make_shared<Families>()) {}
Registry::~Registry() = default;

Counter Registry::counter(const MetricInfo& info, LabelValues values) {
  ENSURE(info.kind == Kind::counter, "a counter is declared as one");
  return Counter(families_->series<prometheus::Counter>(info, values));
}

Gauge Registry::gauge(const MetricInfo& info, std::initializer_list<std::string_view> values) {
  ENSURE(info.kind == Kind::gauge, "a gauge is declared as one");
  return Gauge(families_->series<prometheus::Gauge>(info, values));
}

Histogram Registry::histogram(const MetricInfo& info,
                              std::initializer_list<std::string_view> values) {
  ENSURE(info.kind == Kind::histogram, "a histogram is declared as one");
  ENSURE(std::ranges::is_sorted(info.bounds, std::less_equal<>()) &&
             std::ranges::all_of(info.bounds, [](double bound) { return std::isfinite(bound); }),
         "the bounds of a histogram grow");
  return Histogram(families_->series<prometheus::Histogram>(info, values));
}

Source Registry::source(const MetricInfo& info, std::initializer_list<std::string_view> values,
                        std::function<double()> read) {
  ENSURE(info.kind != Kind::histogram, "a histogram is not read from a source");
  if (info.kind == Kind::counter) {
    return Source(families_->read<prometheus::Counter>(families_, info, values, std::move(read)));
  }
  return Source(families_->read<prometheus::Gauge>(families_, info, values, std::move(read)));
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
