// "Sales grew by 20 percent", "a 20 percent rise in rents": one bar, up or down.

#include "apps/director/chart/choose_chart.h"
#include "apps/director/chart/labels.h"
#include "apps/director/chart/word_lists.h"

namespace antiphon::director {
namespace {

constexpr std::string_view rises =
    "rose rise rises risen rising grew grow grows grown growing increased increase increases "
    "increasing climbed climb climbs jumped jump jumps gained gain gains soared surged swelled "
    "expanded added improved raised lifted boosted up growth higher more greater";
constexpr std::string_view falls =
    "fell fall falls fallen falling dropped drop drops dropping declined decline declines "
    "decreased "
    "decrease decreases decreasing shrank shrink shrinks shrunk lost lose loses sank sunk plunged "
    "slipped slid dipped tumbled cut cuts reduced reduction reduce lowered slashed down lower "
    "fewer less";
// These may have what changes after them: "we cut costs by 20 percent".
constexpr std::string_view transitive =
    "cut reduced raised increased lowered lifted boosted slashed";
// Of these only "by" or a measure is a change: one can lose three keys.
constexpr std::string_view measures =
    "metres meters kilometres kilometers miles feet inches centimetres centimeters kilos kilograms "
    "tonnes tons grams litres liters degrees watts kilowatts megawatts gigawatts points "
    "percentage_points";
constexpr std::string_view fillers =
    "by about another a an further only just almost nearly around whopping massive huge full "
    "staggering total good mere roughly";
constexpr std::string_view pronouns = "we i they it he she you that this there who which";
constexpr std::size_t object_words_max = 4;

struct Change {
  int sign = 0;
  std::size_t at = 0;  // of its word
  Span object;         // what changes, where it stands after the verb
  bool has_by = false;
};

// The verb before the figure: "grew by", "is up", "cut costs by".
std::optional<Change> verb_before(const Sentence& sentence, const Figure& figure) {
  std::size_t end = figure.span.first;
  for (std::size_t at = end; at-- > 0;) {
    std::string_view word = sentence.word(at);
    int sign = sign_of(word);
    Span between{at + 1, end};
    bool has_by = sentence.word(end - 1) == "by";
    bool is_made_up =
        word == "up" && at > 0 && is_one_of(sentence.word(at - 1), "make makes made making");
    if (is_made_up) return std::nullopt;
    if (sign != 0) {
      Span object{at + 1, has_by ? end - 1 : at + 1};
      while (!object.is_empty() && is_one_of(sentence.word(object.first), fillers)) ++object.first;
      bool takes_object = is_one_of(word, transitive);
      bool is_near =
          object.is_empty() || (takes_object && object.last - object.first <= object_words_max);
      if (!is_near || (has_by && is_one_of(word, "lost lose loses"))) return std::nullopt;
      return Change{sign, at, object, has_by};
    }
    bool is_passed = is_one_of(word, fillers) || word.ends_with("ly") ||
                     (has_by && between.last - between.first <= object_words_max);
    if (!is_passed || is_one_of(word, "to from at of")) return std::nullopt;
  }
  return std::nullopt;
}

// "a 20 percent increase in sales", "20 percent more cars", "sales were 20 percent higher".
std::optional<Change> noun_after(const Sentence& sentence, const Figure& figure) {
  std::size_t at = figure.span.last;
  int sign = sign_of(sentence.word(at));
  if (sign == 0 || figure.unit_kind != Figure::UnitKind::percent) return std::nullopt;
  std::size_t object = at + 1;
  if (is_one_of(sentence.word(object), "in of")) ++object;
  return Change{sign, figure.span.first, {object, sentence.words.size()}, true};
}

// "an increase of 20 percent in sales"
std::optional<Change> noun_before(const Sentence& sentence, const Figure& figure) {
  std::size_t at = figure.span.first;
  if (at < 2 || sentence.word(at - 1) != "of") return std::nullopt;
  int sign = sign_of(sentence.word(at - 2));
  bool is_noun = at >= 3 && is_one_of(sentence.word(at - 3), "a an the big small sharp");
  if (sign == 0 || !is_noun) return std::nullopt;
  std::size_t object = figure.span.last;
  if (sentence.word(object) != "in") return std::nullopt;
  return Change{sign, at - 3, {object + 1, sentence.words.size()}, true};
}

bool is_measured(const Figure& figure, const Change& change) {
  using UnitKind = Figure::UnitKind;
  if (figure.unit_kind == UnitKind::percent || figure.unit_kind == UnitKind::currency) return true;
  if (figure.unit_kind == UnitKind::none) return change.has_by && figure.scale >= 1000;
  return change.has_by || is_one_of(figure.unit, measures);
}

Span without_moments(const Sentence& sentence, Span span) {
  for (const Moment& moment : sentence.moments) {
    if (moment.span.first <= span.first && moment.span.last > span.first) {
      span.first = moment.span.last;
    }
    if (moment.span.first >= span.first && moment.span.first < span.last) {
      span.last = moment.span.first;
    }
  }
  return span;
}

std::string subject_of(const Sentence& sentence, const Change& change) {
  std::string object = label_of(sentence, without_moments(sentence, change.object));
  std::string subject = label_of(sentence, without_moments(sentence, {0, change.at}));
  bool is_pronoun = is_one_of(text::fold(subject), pronouns);
  return (subject.empty() || is_pronoun || !change.object.is_empty()) && !object.empty() ? object
                                                                                         : subject;
}

}  // namespace

int sign_of(std::string_view word) {
  if (is_one_of(word, rises)) return 1;
  return is_one_of(word, falls) ? -1 : 0;
}

std::optional<Chart> draw_change(const Sentence& sentence) {
  std::vector<const Figure*> values = values_of(sentence);
  if (values.size() != 1 || values[0]->is_share || sentence.moments.size() > 1) {
    return std::nullopt;
  }
  const Figure& figure = *values[0];
  std::optional<Change> change = noun_after(sentence, figure);
  if (!change) change = noun_before(sentence, figure);
  if (!change) change = verb_before(sentence, figure);
  if (!change || !is_measured(figure, *change) || figure.value < 0) return std::nullopt;
  std::string subject = subject_of(sentence, *change);
  if (subject.empty()) return std::nullopt;
  ChartPoint point = make_point(sentence, figure, subject);
  point.value *= change->sign;
  Chart chart{.kind = ChartKind::bar,
              .title = subject,
              .unit = figure.unit,
              .is_change = true,
              .points = {point}};
  if (sentence.moments.size() == 1) chart.title += ", " + sentence.moments[0].label;
  return chart;
}

}  // namespace antiphon::director
