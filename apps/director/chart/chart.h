#pragma once

#include <string>
#include <vector>

#include "engine/schema/describe.h"

namespace antiphon::director {

/// How a chart is drawn.
enum class ChartKind { bar, line, pie };

inline auto describe(schema::Tag<ChartKind>) {
  return schema::enumeration<ChartKind>("ChartKind", "How the figures are drawn")
      .value("bar", ChartKind::bar, "things beside each other, or one change")
      .value("line", ChartKind::line, "points in time")
      .value("pie", ChartKind::pie, "shares of one whole");
}

/// One figure of a chart.
struct ChartPoint {
  std::string label;
  double value = 0;
  std::string said;
  bool is_about = false;
  bool operator==(const ChartPoint&) const = default;
};

inline auto describe(schema::Tag<ChartPoint>) {
  return schema::object<ChartPoint>("ChartPoint", "One figure of a chart")
      .field("label", &ChartPoint::label,
             "What it is of: a thing, a point in time, or \"from\" and \"to\"")
      .field("value", &ChartPoint::value, "The number heard; a share in percent, a fall below zero")
      .field("said", &ChartPoint::said, "The words of the number")
      .field("isAbout", &ChartPoint::is_about, "Whether it was said to be about so much");
}

/// What a client draws: the numbers that were said and nothing else. Bars and slices stand in the
/// order of `points`; the slices of a pie are shares of a hundred, and where they are fewer the
/// rest of it stays empty.
struct Chart {
  ChartKind kind = ChartKind::bar;
  std::string title;
  std::string unit;
  bool is_change = false;
  std::vector<ChartPoint> points;
  bool operator==(const Chart&) const = default;
};

inline constexpr std::size_t chart_points_max = 12;

inline auto describe(schema::Tag<Chart>) {
  return schema::object<Chart>("Chart", "Figures that were said, to be drawn")
      .field("kind", &Chart::kind, "How they are drawn")
      .field("title", &Chart::title, "What they are about, in the words of the sentence")
      .field("unit", &Chart::unit,
             "What is counted: percent, a currency (dollars, euros …), a noun (cars, degrees); "
             "empty for a bare number")
      .field("isChange", &Chart::is_change, "Whether the values say how much something grew")
      .field("points", &Chart::points, "The figures", schema::max_items(12));
}

}  // namespace antiphon::director
