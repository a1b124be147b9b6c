#include "apps/director/chart/moments.h"

#include <cmath>

#include "apps/director/chart/word_lists.h"

namespace antiphon::director {
namespace {

using text::Number;
using Form = Number::Form;

constexpr std::string_view months[] = {"january",   "february", "march",    "april",
                                       "may",       "june",     "july",     "august",
                                       "september", "october",  "november", "december"};
constexpr std::string_view weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday"};
constexpr std::string_view prepositions =
    "in since by during until till before after of from to on between through year";
constexpr std::string_view relative_words = "last this next previous past";
constexpr std::string_view parts_of_year =
    "year quarter month week season summer winter spring autumn fall half decade century day night";
constexpr double year_min = 1500;
constexpr double year_max = 2100;

template <std::size_t size>
std::optional<std::size_t> place_in(std::string_view word, const std::string_view (&names)[size]) {
  for (std::size_t i = 0; i < size; ++i) {
    if (word == names[i]) return i;
  }
  return std::nullopt;
}

// "january", "jan", "sept"; "mar" is also a verb.
std::optional<std::size_t> month_of(std::string_view word) {
  if (auto place = place_in(word, months)) return place;
  bool is_short = is_one_of(word, "jan feb apr jun jul aug sep sept oct nov dec");
  if (!is_short) return std::nullopt;
  auto found = std::ranges::find_if(
      months, [&](std::string_view name) { return name.starts_with(word.substr(0, 3)); });
  return static_cast<std::size_t>(found - std::begin(months));
}

class MomentFinder {
 public:
  MomentFinder(const Sentence& sentence, const std::vector<Number>& numbers)
      : sentence_(sentence), numbers_(numbers) {}

  std::vector<Moment> find() {
    for (std::size_t at = 0; at < sentence_.words.size();) {
      std::optional<Moment> moment = read(at);
      if (!moment) {
        ++at;
        continue;
      }
      at = moment->span.last;
      if (moment->label.empty()) moment->label = sentence_.said(moment->span);
      moment->span.first = with_preposition(moment->span.first);
      found_.push_back(std::move(*moment));
    }
    return std::move(found_);
  }

 private:
  std::optional<Moment> read(std::size_t at) {
    using Rule = std::optional<Moment> (MomentFinder::*)(std::size_t);
    static constexpr Rule rules[] = {&MomentFinder::date,    &MomentFinder::month,
                                     &MomentFinder::quarter, &MomentFinder::ordered_part,
                                     &MomentFinder::weekday, &MomentFinder::relative,
                                     &MomentFinder::ago,     &MomentFinder::year};
    for (Rule rule : rules) {
      if (auto moment = (this->*rule)(at)) return moment;
    }
    return std::nullopt;
  }

  const Number* number_at(std::size_t at) const {
    for (const Number& number : numbers_) {
      if (number.first == at) return &number;
    }
    return nullptr;
  }

  std::string_view word(std::size_t at) const { return sentence_.word(at); }

  bool is_month(std::size_t at) const {
    if (!month_of(word(at))) return false;
    if (word(at) != "may" && word(at) != "march") return true;
    bool is_dated = number_at(at + 1) != nullptr;
    return is_dated || (at > 0 && (is_one_of(word(at - 1), prepositions) ||
                                   is_one_of(word(at - 1), relative_words)));
  }

  // "the fourth of July 1776", "3 May".
  std::optional<Moment> date(std::size_t at) {
    const Number* day = number_at(at);
    if (!day || !is_day(*day)) return std::nullopt;
    std::size_t month_at = word(day->last) == "of" ? day->last + 1 : day->last;
    if (!is_month(month_at)) return std::nullopt;
    if (day->form != Form::ordinal && month_at != day->last) return std::nullopt;
    return Moment{.span = {at, after_year(month_at + 1)}, .label = {}};
  }

  static bool is_day(const Number& number) {
    return number.value >= 1 && number.value <= 31 && number.scale == 1 && number.suffix.empty() &&
           number.value == std::floor(number.value) &&
           (number.form == Form::ordinal || (number.form == Form::cardinal && !number.in_words));
  }

  // "January", "March 3rd", "May 2024".
  std::optional<Moment> month(std::size_t at) {
    if (!is_month(at)) return std::nullopt;
    std::size_t last = at + 1;
    const Number* day = number_at(last);
    bool has_day = day && is_day(*day) && sentence_.before(last) == " ";
    if (has_day) last = day->last;
    std::size_t end = after_year(last);
    Moment moment{.span = {at, end}, .label = {}};
    moment.is_ordered = !has_day;
    moment.order = static_cast<double>(*month_of(word(at)));
    if (end > last) moment.order += 12 * year_before(end);
    return moment;
  }

  double year_before(std::size_t end) const {
    for (const Number& number : numbers_) {
      if (number.last == end) return number.value;
    }
    return 0;
  }

  std::size_t after_year(std::size_t at) const {
    const Number* number = number_at(at);
    return number && is_year(*number) ? number->last : at;
  }

  static bool is_year(const Number& number) {
    bool is_whole = number.value == std::floor(number.value);
    return number.form == Form::year ||
           (number.form == Form::cardinal && is_whole && number.value >= year_min &&
            number.value <= year_max && number.scale == 1 && number.suffix.empty());
  }

  // "Q3", "Q3 2024".
  std::optional<Moment> quarter(std::size_t at) {
    std::string_view said = word(at);
    if (said.size() != 2 || said[0] != 'q' || said[1] < '1' || said[1] > '4') return std::nullopt;
    std::size_t end = after_year(at + 1);
    double year = end > at + 1 ? year_before(end) : 0;
    return Moment{
        .span = {at, end}, .label = {}, .order = 4 * year + (said[1] - '0'), .is_ordered = true};
  }

  // "the first quarter"; after one of these "the second" is one, too.
  std::optional<Moment> ordered_part(std::size_t at) {
    const Number* order = number_at(at);
    if (!order || order->form != Form::ordinal) return std::nullopt;
    bool is_named = is_one_of(word(order->last), parts_of_year);
    bool follows = !found_.empty() && found_.back().is_ordered && was_ordered_part_ &&
                   ends_phrase(order->last);
    if (!is_named && !follows) return std::nullopt;
    was_ordered_part_ = true;
    return Moment{.span = {at, is_named ? order->last + 1 : order->last},
                  .label = {},
                  .order = order->value,
                  .is_ordered = true};
  }

  bool ends_phrase(std::size_t at) const {
    return at >= sentence_.words.size() ||
           is_one_of(word(at), "and but while then it we was were") ||
           sentence_.before(at).find_first_of(",.;:") != std::string_view::npos;
  }

  std::optional<Moment> weekday(std::size_t at) {
    auto place = place_in(word(at), weekdays);
    if (!place) return std::nullopt;
    return Moment{.span = {at, at + 1},
                  .label = {},
                  .order = static_cast<double>(*place),
                  .is_ordered = true};
  }

  std::optional<Moment> relative(std::size_t at) {
    if (is_one_of(word(at), "today yesterday nowadays tonight")) {
      return Moment{.span = {at, at + 1}, .label = {}};
    }
    bool is_part = is_one_of(word(at), relative_words) && is_one_of(word(at + 1), parts_of_year);
    if (!is_part) return std::nullopt;
    return Moment{.span = {at, at + 2}, .label = {}};
  }

  // "ten years ago", "a week later".
  std::optional<Moment> ago(std::size_t at) {
    const Number* number = number_at(at);
    bool is_article = word(at) == "a" || word(at) == "an";
    if (!number && !is_article) return std::nullopt;
    std::size_t unit_at = number ? number->last : at + 1;
    if (!is_one_of(word(unit_at), time_unit_words)) return std::nullopt;
    if (!is_one_of(word(unit_at + 1), "ago later earlier")) return std::nullopt;
    return Moment{.span = {at, unit_at + 2}, .label = {}};
  }

  std::optional<Moment> year(std::size_t at) {
    const Number* number = number_at(at);
    if (!number || !is_year(*number)) return std::nullopt;
    bool is_introduced = at > 0 && is_one_of(word(at - 1), prepositions);
    bool is_plain = sentence_.before(at).find_first_of("$€£¥,") == std::string_view::npos;
    bool is_counted = sentence_.before(number->last).find('%') != std::string_view::npos ||
                      word(number->last).ends_with('s') || word(number->last) == "people" ||
                      word(number->last).starts_with("percent");
    if (is_counted || (number->form != Form::year && (!is_introduced || !is_plain))) {
      return std::nullopt;
    }
    return Moment{.span = {at, number->last},
                  .label = fmt::format("{:.0f}", number->value),
                  .order = number->value,
                  .is_ordered = true};
  }

  std::size_t with_preposition(std::size_t first) const {
    std::size_t at = first;
    if (at > 0 && word(at - 1) == "the") --at;
    if (at > 0 && is_one_of(word(at - 1), prepositions)) return at - 1;
    return at;
  }

  const Sentence& sentence_;
  const std::vector<Number>& numbers_;
  std::vector<Moment> found_;
  bool was_ordered_part_ = false;
};

}  // namespace

std::vector<Moment> find_moments(const Sentence& sentence, const std::vector<Number>& numbers) {
  return MomentFinder(sentence, numbers).find();
}

}  // namespace antiphon::director
