#include "engine/text/number_words.h"

#include <charconv>
#include <unordered_map>

namespace antiphon::text {
namespace {

enum class Kind { unit, teen, tens, scale, order, tens_order };

struct Meaning {
  Kind kind;
  int value;  // of a scale: the power of ten
};

// "second" is an order only: as a part of something it is a time.
const std::unordered_map<std::string_view, Meaning> meanings{
    {"zero", {Kind::unit, 0}},       {"one", {Kind::unit, 1}},
    {"two", {Kind::unit, 2}},        {"three", {Kind::unit, 3}},
    {"four", {Kind::unit, 4}},       {"five", {Kind::unit, 5}},
    {"six", {Kind::unit, 6}},        {"seven", {Kind::unit, 7}},
    {"eight", {Kind::unit, 8}},      {"nine", {Kind::unit, 9}},
    {"ten", {Kind::teen, 10}},       {"eleven", {Kind::teen, 11}},
    {"twelve", {Kind::teen, 12}},    {"thirteen", {Kind::teen, 13}},
    {"fourteen", {Kind::teen, 14}},  {"fifteen", {Kind::teen, 15}},
    {"sixteen", {Kind::teen, 16}},   {"seventeen", {Kind::teen, 17}},
    {"eighteen", {Kind::teen, 18}},  {"nineteen", {Kind::teen, 19}},
    {"twenty", {Kind::tens, 20}},    {"thirty", {Kind::tens, 30}},
    {"forty", {Kind::tens, 40}},     {"fourty", {Kind::tens, 40}},
    {"fifty", {Kind::tens, 50}},     {"sixty", {Kind::tens, 60}},
    {"seventy", {Kind::tens, 70}},   {"eighty", {Kind::tens, 80}},
    {"ninety", {Kind::tens, 90}},    {"hundred", {Kind::scale, 2}},
    {"thousand", {Kind::scale, 3}},  {"million", {Kind::scale, 6}},
    {"millions", {Kind::scale, 6}},  {"billion", {Kind::scale, 9}},
    {"billions", {Kind::scale, 9}},  {"trillion", {Kind::scale, 12}},
    {"first", {Kind::order, 1}},     {"second", {Kind::order, 2}},
    {"third", {Kind::order, 3}},     {"fourth", {Kind::order, 4}},
    {"fifth", {Kind::order, 5}},     {"sixth", {Kind::order, 6}},
    {"seventh", {Kind::order, 7}},   {"eighth", {Kind::order, 8}},
    {"ninth", {Kind::order, 9}},     {"tenth", {Kind::order, 10}},
    {"eleventh", {Kind::order, 11}}, {"twelfth", {Kind::order, 12}},
    {"twentieth", {Kind::order, 20}}};

std::optional<int> value_of(std::string_view word, Kind kind) {
  auto found = meanings.find(word);
  if (found == meanings.end() || found->second.kind != kind) return std::nullopt;
  return found->second.value;
}

// What a whole is divided by: "third", "thirds", "quarters".
int divisor(std::string_view word, bool is_plural) {
  if (word == (is_plural ? "halves" : "half")) return 2;
  if (is_plural && !word.ends_with('s')) return 0;
  if (is_plural) word.remove_suffix(1);
  if (word == "quarter") return 4;
  auto order = value_of(word, Kind::order);
  return order && *order > 2 && *order <= 12 ? *order : 0;
}

bool is_article(std::string_view word) { return word == "a" || word == "an"; }

constexpr std::int64_t sum_max = 1'000'000'000'000'000;
constexpr std::size_t decimals_max = 9;

}  // namespace

double to_double(std::string_view digits, int power) {
  std::string text = fmt::format("{}e{}", digits, power);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view NumberWords::word(std::size_t at) const {
  return at < words_.size() ? std::string_view(words_[at].folded) : std::string_view();
}

// Whether word `at` belongs to what stands before it: only spaces or a hyphen between.
bool NumberWords::goes_on(std::size_t at) const {
  if (at == 0 || at >= words_.size()) return false;
  std::string_view between =
      source_.substr(words_[at - 1].end, words_[at].begin - words_[at - 1].end);
  return between == "-" || between.find_first_not_of(' ') == std::string_view::npos;
}

std::size_t NumberWords::after_and(std::size_t at) const {
  return goes_on(at) && word(at) == "and" && goes_on(at + 1) ? at + 1 : at;
}

std::optional<NumberWords::Part> NumberWords::below_hundred(std::size_t at) const {
  if (auto tens = value_of(word(at), Kind::tens)) {
    auto unit = goes_on(at + 1) ? value_of(word(at + 1), Kind::unit) : std::nullopt;
    if (unit && *unit > 0) return Part{*tens + *unit, at + 2};
    return Part{*tens, at + 1};
  }
  if (auto teen = value_of(word(at), Kind::teen)) return Part{*teen, at + 1};
  if (auto unit = value_of(word(at), Kind::unit)) return Part{*unit, at + 1};
  return std::nullopt;
}

// "three", "a hundred", "three hundred and five", "twelve hundred".
std::optional<NumberWords::Part> NumberWords::below_thousand(std::size_t at) const {
  std::optional<Part> part = below_hundred(at);
  if (!part && is_article(word(at)) && goes_on(at + 1) && value_of(word(at + 1), Kind::scale)) {
    part = Part{1, at + 1};
  }
  if (!part || part->value == 0 || !goes_on(part->next) || word(part->next) != "hundred") {
    return part;
  }
  Part hundreds{part->value * 100, part->next + 1};
  std::size_t rest_at = after_and(hundreds.next);
  auto rest = goes_on(rest_at) ? below_hundred(rest_at) : std::nullopt;
  if (rest && rest->value > 0) return Part{hundreds.value + rest->value, rest->next};
  return hundreds;
}

std::optional<NumberWords::Scale> NumberWords::scale_after(std::size_t at) const {
  if (!goes_on(at + 1)) return std::nullopt;
  auto power = value_of(word(at + 1), Kind::scale);
  if (!power) return std::nullopt;
  return Scale{*power, at + 2};
}

// Groups of falling scale: "two million three hundred thousand and five". `power` is that of the
// last group, where it is a scale alone ("three million"), so that a point can be put before it.
std::optional<NumberWords::Decimal> NumberWords::whole(std::size_t at) const {
  std::int64_t sum = 0;
  int power_max = 15;
  int power = 0;
  std::size_t groups = 0;
  std::size_t next = at;
  for (;;) {
    std::size_t begin = groups == 0 ? at : after_and(next);
    auto group = groups == 0 || goes_on(begin) ? below_thousand(begin) : std::nullopt;
    if (!group) break;
    auto scale = scale_after(group->next - 1);
    int own = scale && scale->power > 2 ? scale->power : 0;
    if (own >= power_max || (groups > 0 && group->value == 0)) break;
    sum += group->value * static_cast<std::int64_t>(to_double("1", own));
    power = own;
    next = own > 0 ? scale->next : group->next;
    ++groups;
    if (own == 0 || sum > sum_max) break;
    power_max = own;
  }
  if (groups == 0 || sum > sum_max) return std::nullopt;
  return Decimal{std::to_string(sum), groups == 1 ? power : 0, next};
}

// "three point one four [million]".
std::optional<NumberWords::Decimal> NumberWords::with_point(const Decimal& whole) const {
  if (word(whole.next) != "point") return std::nullopt;
  Decimal number{whole.digits + '.', 0, whole.next + 1};
  std::size_t decimals = 0;
  while (goes_on(number.next)) {
    std::string_view said = word(number.next);
    auto unit = said == "oh" || said == "o" ? 0 : value_of(said, Kind::unit);
    if (!unit || ++decimals > decimals_max) break;
    number.digits += static_cast<char>('0' + *unit);
    ++number.next;
  }
  if (decimals == 0 || decimals > decimals_max) return std::nullopt;
  if (auto scale = scale_after(number.next - 1)) {
    number.power = scale->power;
    number.next = scale->next;
  }
  return number;
}

// "two and a half [million]", "a million and a half", "one and three quarters".
std::optional<NumberWords::Decimal> NumberWords::with_half(const Decimal& whole) const {
  std::size_t at = after_and(whole.next);
  if (at == whole.next) return std::nullopt;
  std::string_view share;
  if (is_article(word(at)) && word(at + 1) == "half") share = "5";
  if (is_article(word(at)) && word(at + 1) == "quarter") share = "25";
  if (word(at) == "three" && word(at + 1) == "quarters") share = "75";
  if (share.empty() || !goes_on(at + 1)) return std::nullopt;
  Decimal number{.digits = whole.digits, .power = whole.power, .next = at + 2};
  if (whole.power > 0) {
    number.digits.resize(number.digits.size() - static_cast<std::size_t>(whole.power));
  } else if (auto scale = scale_after(at + 1)) {
    number.power = scale->power;
    number.next = scale->next;
  }
  number.digits += '.' + std::string(share);
  return number;
}

std::optional<Number> NumberWords::cardinal(std::size_t at) const {
  std::optional<Decimal> number = whole(at);
  if (!number) return std::nullopt;
  std::optional<Decimal> exact = number->power == 0 ? with_point(*number) : std::nullopt;
  if (!exact) exact = with_half(*number);
  bool is_hundreds = !exact && word(number->next - 1) == "hundred";
  int scale = exact ? exact->power : is_hundreds ? 2 : number->power;
  return Number{
      .value = exact ? to_double(exact->digits, exact->power) : to_double(number->digits, 0),
      .scale = to_double("1", scale),
      .first = at,
      .last = exact ? exact->next : number->next,
      .in_words = true};
}

// "third", "twenty first"; not "second" after an article or a number, where it is a time.
std::optional<Number> NumberWords::ordinal(std::size_t at) const {
  auto tens = value_of(word(at), Kind::tens);
  std::size_t order_at = tens ? at + 1 : at;
  auto order = !tens || goes_on(order_at) ? value_of(word(order_at), Kind::order) : std::nullopt;
  if (!order || (tens && *order > 9)) return std::nullopt;
  return Number{.form = Number::Form::ordinal,
                .value = static_cast<double>(tens.value_or(0) + *order),
                .first = at,
                .last = order_at + 1,
                .in_words = true};
}

// "a third", "one fifth", "two thirds", "three quarters".
std::optional<Number> NumberWords::fraction(std::size_t at) const {
  bool is_one = is_article(word(at)) || word(at) == "one";
  auto count = is_one ? std::optional<Part>({1, at + 1}) : below_hundred(at);
  if (!count || !goes_on(count->next)) return std::nullopt;
  int parts = divisor(word(count->next), !is_one);
  if (parts == 0 || count->value >= parts) return std::nullopt;
  return Number{.form = Number::Form::fraction,
                .value = static_cast<double>(count->value) / parts,
                .first = at,
                .last = count->next + 1,
                .in_words = true};
}

// "half" of something; "half a million" is a number of its own. Not the part of a match, a year.
std::optional<Number> NumberWords::half(std::size_t at) const {
  if (word(at) != "half") return std::nullopt;
  std::string_view before = at > 0 ? word(at - 1) : "";
  static constexpr std::string_view of_two[] = {"the",    "other",  "better", "latter",
                                                "former", "second", "first"};
  bool is_part = std::ranges::find(of_two, before) != std::end(of_two);
  if (is_part || word(at + 1) == "past") return std::nullopt;
  Number number{
      .form = Number::Form::fraction, .value = 0.5, .first = at, .last = at + 1, .in_words = true};
  if (!goes_on(at + 1) || !is_article(word(at + 1))) return number;
  auto scale = scale_after(at + 1);
  if (!scale || scale->power < 3) return number;
  number.form = Number::Form::cardinal;
  number.scale = to_double("1", scale->power);
  number.value = to_double("5", scale->power - 1);
  number.last = scale->next;
  return number;
}

// "a dozen", "two dozen", "half a dozen".
std::optional<Number> NumberWords::dozen(std::size_t at) const {
  bool is_half = word(at) == "half" && is_article(word(at + 1));
  std::size_t dozen_at = is_half ? at + 2 : at + 1;
  auto count = below_hundred(at);
  bool is_counted = is_half || is_article(word(at)) || (count && count->next == dozen_at);
  if (!is_counted || !goes_on(dozen_at) || word(dozen_at) != "dozen") return std::nullopt;
  double dozens = is_half ? 0.5 : count ? static_cast<double>(count->value) : 1;
  return Number{.value = 12 * dozens, .first = at, .last = dozen_at + 1, .in_words = true};
}

// "nineteen ninety nine", "nineteen oh five", "twenty twenty four".
std::optional<Number> NumberWords::year(std::size_t at) const {
  auto century = value_of(word(at), Kind::teen);
  if (!century && word(at) == "twenty") century = 20;
  if (!century || *century < 13 || !goes_on(at + 1)) return std::nullopt;
  bool is_oh = word(at + 1) == "oh" || word(at + 1) == "o";
  std::optional<Part> rest;
  if (!is_oh) {
    rest = below_hundred(at + 1);
    if (rest && rest->value < 10) rest.reset();
  } else if (goes_on(at + 2)) {
    auto unit = value_of(word(at + 2), Kind::unit);
    if (unit && *unit > 0) rest = Part{*unit, at + 3};
  }
  if (!rest || scale_after(rest->next - 1)) return std::nullopt;
  return Number{.form = Number::Form::year,
                .value = static_cast<double>(*century * 100 + rest->value),
                .first = at,
                .last = rest->next,
                .in_words = true};
}

std::optional<Number> NumberWords::read(std::size_t at) const {
  using Rule = std::optional<Number> (NumberWords::*)(std::size_t) const;
  static constexpr Rule rules[] = {&NumberWords::dozen,   &NumberWords::fraction,
                                   &NumberWords::half,    &NumberWords::year,
                                   &NumberWords::ordinal, &NumberWords::cardinal};
  for (Rule rule : rules) {
    if (auto number = (this->*rule)(at)) return number;
  }
  // "Hundred and twenty", "point five": what stands before was not said, or not heard.
  bool is_point = word(at) == "point" && goes_on(at + 1) && value_of(word(at + 1), Kind::unit);
  if (!is_point && !value_of(word(at), Kind::scale)) return std::nullopt;
  std::size_t last = is_point ? at + 2 : at + 1;
  return Number{.form = Number::Form::unclear, .first = at, .last = last, .in_words = true};
}

}  // namespace antiphon::text
