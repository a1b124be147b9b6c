#include "engine/metrics/metric.h"

#include <algorithm>

namespace antiphon::metrics {

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::counter: return "counter";
    case Kind::gauge: return "gauge";
    case Kind::histogram: return "histogram";
  }
  return "gauge";
}

std::span<const LabelInfo> MetricInfo::label_infos() const {
  auto end = std::ranges::find(labels, std::string_view(), &LabelInfo::name);
  return {labels.begin(), end};
}

bool is_among(const LabelInfo& label, std::string_view value) {
  constexpr std::string_view between = ", ";
  if (label.values.empty()) return true;
  for (std::string_view left = label.values;;) {
    std::size_t end = left.find(between);
    if (left.substr(0, end) == value) return true;
    if (end == std::string_view::npos) return false;
    left.remove_prefix(end + between.size());
  }
}

}  // namespace antiphon::metrics
