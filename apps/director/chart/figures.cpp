#include "apps/director/chart/figures.h"

#include <cmath>

#include "apps/director/chart/word_lists.h"

namespace antiphon::director {
namespace {

using text::Number;
using Form = Number::Form;
using Role = Figure::Role;
using UnitKind = Figure::UnitKind;

struct Unit {
  std::string_view name;
  std::string_view words;  ///< as they are said or written
};

constexpr Unit currencies[] = {{"dollars", "dollar dollars bucks usd"},
                               {"euros", "euro euros eur"},
                               {"pounds", "pound pounds quid gbp"},
                               {"yen", "yen jpy"},
                               {"kronor", "krona kronor krone kroner sek"},
                               {"rupees", "rupee rupees inr"},
                               {"yuan", "yuan"},
                               {"francs", "franc francs chf"},
                               {"cents", "cent cents"},
                               {"pence", "pence"}};
constexpr Unit signs[] = {
    {"dollars", "$"}, {"euros", "€"}, {"pounds", "£"}, {"yen", "¥"}, {"rupees", "₹"}};
constexpr Unit suffixes[] = {{"kilometres", "km"},  {"metres", "m"},     {"centimetres", "cm"},
                             {"millimetres", "mm"}, {"kilos", "kg"},     {"grams", "g"},
                             {"litres", "l"},       {"watts", "w"},      {"kilowatts", "kw"},
                             {"megawatts", "mw"},   {"gigawatts", "gw"}, {"gigabytes", "gb"},
                             {"megabytes", "mb"},   {"terabytes", "tb"}, {"hours", "h"}};
constexpr std::string_view plural_nouns =
    "people men women children feet teeth mice fish sheep staff hertz percent";
constexpr std::string_view no_nouns =
    "is was has does this less always yes us its his hers ours theirs plus versus perhaps else "
    "sometimes besides afterwards towards as thus it's that's who's";
constexpr std::string_view decades =
    "tens twenties thirties forties fifties sixties seventies eighties nineties";
// What a number before it is not a quantity: scores, multiples, clock times.
constexpr std::string_view no_quantity = "times o'clock am pm a.m p.m all nil";
// What a number after it only tells apart: "room 12".
constexpr std::string_view numbered =
    "chapter page room gate flight number version bus route highway section article episode season "
    "level step phase floor apartment track platform terminal channel grade part act table figure "
    "windows iphone pin code zip size model lesson exercise verse volume issue rule";
constexpr std::string_view bounds =
    "over under above below beyond past exceed exceeds exceeded exceeding minimum maximum";
constexpr std::string_view about_words =
    "about around roughly approximately nearly almost circa approx some";

class FigureFinder {
 public:
  FigureFinder(const Sentence& sentence, const std::vector<Number>& numbers)
      : sentence_(sentence), numbers_(numbers) {}

  std::vector<Figure> find() {
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (is_in_moment(numbers_[i]) || is_no_figure(numbers_[i])) continue;
      if (!found_.empty() && numbers_[i].first < found_.back().span.last) continue;
      add(i);
    }
    for (std::size_t i = 0; i + 1 < found_.size(); ++i) bound_range(found_[i], found_[i + 1]);
    return std::move(found_);
  }

 private:
  std::string_view word(std::size_t at) const { return sentence_.word(at); }

  bool is_in_moment(const Number& number) const {
    return std::ranges::any_of(sentence_.moments, [&](const Moment& moment) {
      return number.first >= moment.span.first && number.last <= moment.span.last;
    });
  }

  // An order; or the pronoun: "one of them", "the red one". "One percent" is a figure.
  bool is_no_figure(const Number& number) const {
    if (number.form == Form::ordinal) return true;
    bool is_one = number.in_words && number.value == 1 && number.scale == 1;
    if (!is_one) return false;
    bool is_measured = is_one_of(word(number.last), "percent per") ||
                       unit_named(currencies, word(number.last)) ||
                       is_one_of(word(number.last), time_unit_words) || is_ratio(number);
    return !is_measured;
  }

  void add(std::size_t index) {
    const Number& number = numbers_[index];
    Figure figure{.span = {number.first, number.last},
                  .value = number.value,
                  .scale = number.scale,
                  .unit = {}};
    bool is_name = number.first > 0 && is_one_of(word(number.first - 1), numbered);
    if (number.form == Form::unclear || number.form == Form::year || is_name) {
      figure.role = Role::unclear;
    }
    if (const Number* whole = ratio_whole(index)) {
      figure.value = number.value / whole->value;
      figure.span.last = whole->last;
      make_share(figure);
    } else if (number.form == Form::fraction) {
      if (word(number.last) != "an" && word(number.last) != "a") make_share(figure);
    }
    if (!figure.is_share) read_unit(figure, number);
    read_length(figure);
    read_qualifiers(figure);
    found_.push_back(std::move(figure));
  }

  static void make_share(Figure& figure) {
    figure.is_share = true;
    figure.value *= 100;
    figure.unit = "percent";
    figure.unit_kind = UnitKind::percent;
  }

  // "one in five", "three out of four".
  bool is_ratio(const Number& number) const {
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (&numbers_[i] == &number) return ratio_whole(i) != nullptr;
    }
    return false;
  }

  const Number* ratio_whole(std::size_t index) const {
    if (index + 1 >= numbers_.size()) return nullptr;
    const Number& part = numbers_[index];
    const Number& whole = numbers_[index + 1];
    std::size_t at = part.last;
    bool is_joined = (word(at) == "in" && whole.first == at + 1) ||
                     (word(at) == "out" && word(at + 1) == "of" && whole.first == at + 2) ||
                     (word(at) == "of" && word(at + 1) == "every" && whole.first == at + 2);
    static constexpr double wholes[] = {2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 50, 100, 1000};
    bool is_sound = part.form == Form::cardinal && whole.form == Form::cardinal &&
                    part.value == std::floor(part.value) && part.value > 0 &&
                    part.value < whole.value &&
                    std::ranges::find(wholes, whole.value) != std::end(wholes);
    bool is_of_time = is_one_of(word(whole.last), time_unit_words);
    return is_joined && is_sound && !is_of_time ? &whole : nullptr;
  }

  template <std::size_t size>
  static const Unit* unit_named(const Unit (&units)[size], std::string_view word) {
    auto found =
        std::ranges::find_if(units, [&](const Unit& unit) { return is_one_of(word, unit.words); });
    return found == std::end(units) ? nullptr : found;
  }

  void read_unit(Figure& figure, const Number& number) const {
    std::size_t at = number.last;
    if (!number.suffix.empty()) {
      const Unit* unit = unit_named(suffixes, number.suffix);
      if (!unit) figure.role = Role::unclear;
      if (unit) set_unit(figure, UnitKind::noun, unit->name, at);
    } else if (const Unit* sign = sign_before(number.first)) {
      set_unit(figure, UnitKind::currency, sign->name, at);
      if (const Unit* said = unit_named(currencies, word(at)); said && said->name == sign->name) {
        figure.span.last = at + 1;
      }
    } else if (is_percent(figure, at)) {
      return;
    } else if (const Unit* currency = unit_named(currencies, word(at))) {
      set_unit(figure, UnitKind::currency, currency->name, at + 1);
      add_small_coin(figure, number);
    } else if (is_one_of(word(at), no_quantity) || is_one_of(word(at), decades)) {
      figure.role = Role::unclear;
    } else {
      read_noun(figure, at);
    }
  }

  static void set_unit(Figure& figure, UnitKind kind, std::string_view name, std::size_t last) {
    figure.unit_kind = kind;
    figure.unit = name;
    figure.span.last = last;
  }

  const Unit* sign_before(std::size_t at) const {
    std::string_view before = sentence_.before(at);
    for (const Unit& sign : signs) {
      if (before.ends_with(sign.words)) return &sign;
    }
    return nullptr;
  }

  bool is_percent(Figure& figure, std::size_t at) const {
    std::string_view after = sentence_.before(at);
    bool has_sign = after.starts_with("%") || after.starts_with(" %");
    std::size_t last = word(at) == "percent"                                           ? at + 1
                       : word(at) == "per" && word(at + 1) == "cent"                   ? at + 2
                       : word(at) == "percentage" && word(at + 1).starts_with("point") ? at + 2
                                                                                       : at;
    if (!has_sign && last == at) return false;
    if (has_sign) last = at;
    bool is_points = !has_sign && word(at) == "percentage";
    set_unit(figure, is_points ? UnitKind::noun : UnitKind::percent,
             is_points ? "percentage points" : "percent", last);
    return true;
  }

  // "three dollars fifty", "3 euros and 20 cents".
  void add_small_coin(Figure& figure, const Number& number) const {
    std::size_t at = figure.span.last;
    std::size_t coin_at = word(at) == "and" ? at + 1 : at;
    for (const Number& coin : numbers_) {
      bool is_coin = coin.first == coin_at && coin.form == Form::cardinal && coin.value >= 1 &&
                     coin.value < 100 && coin.value == std::floor(coin.value) && coin.scale == 1;
      if (!is_coin || number.scale != 1 || number.value != std::floor(number.value)) continue;
      bool is_named = is_one_of(word(coin.last), "cent cents pence");
      bool is_bare = coin_at == at && coin.in_words && coin.value >= 10 &&
                     sentence_.before(at) == " " && ends_amount(coin.last);
      if (!is_named && !is_bare) continue;
      figure.value = std::round(100 * number.value + coin.value) / 100;
      figure.span.last = is_named ? coin.last + 1 : coin.last;
    }
  }

  bool ends_amount(std::size_t at) const {
    return at >= sentence_.words.size() ||
           is_one_of(word(at), "and to in but while a an per each for at") ||
           sentence_.before(at).find_first_of(",.;:!?") != std::string_view::npos;
  }

  bool is_plural(std::string_view word) const {
    if (is_one_of(word, plural_nouns)) return true;
    return word.size() > 3 && word.ends_with('s') && !word.ends_with("ss") &&
           !word.ends_with("'s") && !is_one_of(word, no_nouns) && !is_one_of(word, decades);
  }

  bool goes_on(std::size_t at) const {
    return at < sentence_.words.size() &&
           sentence_.before(at).find_first_not_of(" -") == std::string_view::npos;
  }

  // "forty employees", "sixty new cars", "ninety miles per hour".
  void read_noun(Figure& figure, std::size_t at) const {
    bool is_next = goes_on(at) && is_plural(word(at));
    bool is_described = !is_next && goes_on(at) && goes_on(at + 1) && is_plural(word(at + 1)) &&
                        !text::is_stop_word(word(at), text::Language::english) &&
                        !word(at).ends_with("ed") && !word(at).ends_with("ing") && !is_number(at) &&
                        !is_one_of(word(at), frame_words);
    if (!is_next && !is_described) return;
    std::size_t noun_at = is_next ? at : at + 1;
    set_unit(figure, UnitKind::noun, word(noun_at), noun_at + 1);
    if (word(noun_at + 1) == "per" && goes_on(noun_at + 2)) {
      figure.unit += fmt::format(" per {}", word(noun_at + 2));
      figure.span.last = noun_at + 3;
    }
  }

  bool is_number(std::size_t at) const {
    return std::ranges::any_of(numbers_, [&](const Number& n) { return n.first == at; });
  }

  // "in ten years", "over the last five days": how long, and not how much.
  void read_length(Figure& figure) const {
    std::size_t unit_at = figure.span.last;
    bool is_time = is_one_of(figure.unit, time_unit_words);
    if (!is_time && figure.value <= 1 && is_one_of(word(unit_at), time_unit_words) &&
        figure.unit.empty()) {
      is_time = true;
      figure.span.last = unit_at + 1;
      figure.unit = word(unit_at);
      figure.unit_kind = UnitKind::noun;
    }
    if (!is_time || figure.role != Role::value) return;
    std::size_t first = figure.span.first;
    while (first > 0 && is_one_of(word(first - 1), "the last past next first only just")) --first;
    if (first == 0 || !is_one_of(word(first - 1), "in over within after for during every")) return;
    figure.role = Role::length;
    figure.span.first = first - 1;
  }

  void read_qualifiers(Figure& figure) const {
    if (figure.role == Role::length) return;
    std::size_t at = figure.span.first;
    auto back = [&](std::size_t count) { return at >= count ? word(at - count) : ""; };
    bool is_compared = back(1) == "than" || (is_one_of(back(1), "least most") && back(2) == "at") ||
                       (is_one_of(back(1), "to") && back(2) == "up") ||
                       (back(1) == "as" && is_one_of(back(2), "many much few little high low")) ||
                       (back(1) == "of" && is_one_of(back(2), "minimum maximum"));
    std::size_t last = figure.span.last;
    bool is_open = word(last) == "or" || word(last) == "plus" ||
                   (word(last) == "and" && word(last + 1) == "counting") ||
                   sentence_.before(last).starts_with("+") || back(1) == "or" ||
                   is_one_of(word(last), "something odd");
    figure.is_bounded = is_compared || is_open || is_one_of(back(1), bounds);
    if (word(last) == "or" && word(last + 1) == "so") {
      figure.is_bounded = is_compared;
      figure.is_about = true;
      figure.span.last = last + 2;
    }
    if (is_one_of(back(1), about_words) || (back(1) == "to" && back(2) == "close")) {
      figure.is_about = true;
      figure.span.first -= back(1) == "to" ? 2 : 1;
    }
  }

  // "10-15", "ten to fifteen", "between ten and fifteen": neither of them.
  void bound_range(Figure& left, Figure& right) const {
    std::size_t gap = right.span.first - std::min(right.span.first, left.span.last);
    std::string_view between = sentence_.before(right.span.first);
    bool is_dashed = gap == 0 && (between.find('-') != std::string_view::npos ||
                                  between.find("–") != std::string_view::npos);
    std::string_view before = left.span.first > 0 ? word(left.span.first - 1) : "";
    bool is_to = gap == 1 && word(left.span.last) == "to" && before != "from";
    bool is_between = before == "between" && word(right.span.first - 1) == "and";
    if (!is_dashed && !is_to && !is_between) return;
    left.is_bounded = right.is_bounded = true;
  }

  const Sentence& sentence_;
  const std::vector<Number>& numbers_;
  std::vector<Figure> found_;
};

}  // namespace

std::vector<Figure> find_figures(const Sentence& sentence, const std::vector<Number>& numbers) {
  return FigureFinder(sentence, numbers).find();
}

}  // namespace antiphon::director
