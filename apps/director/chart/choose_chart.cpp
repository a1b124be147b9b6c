#include "apps/director/chart/choose_chart.h"

#include "engine/text/sentences.h"

namespace antiphon::director {
namespace {

// "Three in May and five million in June": three, or three million?
bool has_doubtful_scale(const std::vector<const Figure*>& values) {
  bool is_large = std::ranges::any_of(values, [](const Figure* f) { return f->scale >= 1000; });
  return is_large && std::ranges::any_of(values, [](const Figure* f) {
           return f->scale < 1000 && f->value < 1000;
         });
}

std::optional<Chart> draw(std::string_view text) {
  Sentence sentence = read_sentence(text);
  if (sentence.figures.empty() || !asserts(sentence)) return std::nullopt;
  using Rule = std::optional<Chart> (*)(const Sentence&);
  for (Rule rule : {draw_from_to, draw_list, draw_change, draw_share}) {
    if (auto chart = rule(sentence)) return chart;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Chart> choose_chart(std::string_view text) {
  std::vector<std::string_view> sentences = text::split_sentences(text);
  for (auto sentence = sentences.rbegin(); sentence != sentences.rend(); ++sentence) {
    if (auto chart = draw(*sentence)) return chart;
  }
  return std::nullopt;
}

std::vector<const Figure*> values_of(const Sentence& sentence) {
  std::vector<const Figure*> values;
  for (const Figure& figure : sentence.figures) {
    if (figure.role == Figure::Role::unclear) return {};
    if (figure.role != Figure::Role::value) continue;
    if (figure.is_bounded) return {};
    values.push_back(&figure);
  }
  return values;
}

std::vector<Figure> with_one_unit(const std::vector<const Figure*>& values) {
  const Figure* named = nullptr;
  for (const Figure* figure : values) {
    if (figure->unit_kind == Figure::UnitKind::none) continue;
    if (named && figure->unit != named->unit) return {};
    if (!named) named = figure;
  }
  if (has_doubtful_scale(values)) return {};
  std::vector<Figure> figures;
  for (const Figure* figure : values) {
    figures.push_back(*figure);
    if (!named) continue;
    figures.back().unit = named->unit;
    figures.back().unit_kind = named->unit_kind;
  }
  return figures;
}

ChartPoint make_point(const Sentence& sentence, const Figure& figure, std::string label) {
  return {.label = std::move(label),
          .value = figure.value,
          .said = std::string(sentence.said(figure.span)),
          .is_about = figure.is_about};
}

}  // namespace antiphon::director
