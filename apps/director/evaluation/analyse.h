#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/director/analysis/analysis.h"
#include "apps/director/chart/chart.h"
#include "engine/eval/evaluation.h"

namespace antiphon::director {

/// A number that is in a sentence.
struct FigureLabel {
  double value = 0;
  std::string unit;
};

inline auto describe(schema::Tag<FigureLabel>) {
  return schema::object<FigureLabel>("FigureLabel", "A number that is in a sentence")
      .field("value", &FigureLabel::value, "The number")
      .field("unit", &FigureLabel::unit, "What it counts; for the reader", schema::defaulted);
}

struct PointLabel {
  std::string label;
  double value = 0;
};

inline auto describe(schema::Tag<PointLabel>) {
  return schema::object<PointLabel>("PointLabel", "A figure of the chart that is to be drawn")
      .field("label", &PointLabel::label, "A word that its label must have")
      .field("value", &PointLabel::value, "Its number");
}

struct ChartLabel {
  ChartKind kind = ChartKind::bar;
  std::string unit;
  std::vector<PointLabel> points;
};

inline auto describe(schema::Tag<ChartLabel>) {
  return schema::object<ChartLabel>("ChartLabel", "The chart that is to be drawn")
      .field("kind", &ChartLabel::kind, "How it is drawn")
      .field("unit", &ChartLabel::unit, "Its unit")
      .field("points", &ChartLabel::points, "Its figures, in order");
}

/// What is right of a sentence; what is absent is not judged.
struct AnalysisLabel {
  std::optional<std::string> topic;
  std::optional<Sentiment> sentiment;
  std::vector<std::string> query;
  std::vector<std::string> absent;
  std::optional<std::vector<FigureLabel>> figures;
  std::optional<ChartLabel> chart;
};

inline auto describe(schema::Tag<AnalysisLabel>) {
  return schema::object<AnalysisLabel>("AnalysisLabel", "What is right of a sentence")
      .field("topic", &AnalysisLabel::topic, "Its topic; empty: none")
      .field("sentiment", &AnalysisLabel::sentiment, "How the speaker feels")
      .field("query", &AnalysisLabel::query, "Words that the query must have", schema::defaulted)
      .field("absent", &AnalysisLabel::absent, "Words that it must not have", schema::defaulted)
      .field("figures", &AnalysisLabel::figures, "All numbers that are in it")
      .field("chart", &AnalysisLabel::chart, "What is to be drawn; with the tag undrawable none");
}

/// Whether a drawn chart has exactly the numbers that were said, in order, and their unit. Pure.
bool has_exact_numbers(const Chart& drawn, const ChartLabel& label);

/// Whether besides each number stands at its label and the kind is the right one. Pure.
bool is_exact(const Chart& drawn, const ChartLabel& label);

/// `antiphon eval director.analyse`: the rules beside the shipped set (D-6, E-37).
extern const eval::Evaluation evaluate_analysis;

}  // namespace antiphon::director
