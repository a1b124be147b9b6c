#include "engine/text/numbers.h"

#include <charconv>

#include "engine/text/number_words.h"

namespace antiphon::text {
namespace {

// More digits are a code, not a quantity.
constexpr std::size_t digits_max = 15;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_from(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

// "1,200,000": groups of three after the first; anything else with a comma is read in two ways.
struct DigitRun {
  std::string digits;  // without commas, with a point
  std::size_t size = 0;
};

std::optional<DigitRun> read_digits(std::string_view word) {
  DigitRun run;
  std::size_t count = digits_from(word, 0);
  run.digits = word.substr(0, count);
  run.size = count;
  while (run.size < word.size() && word[run.size] == ',') {
    if (digits_from(word, run.size + 1) != 3 || count > 3) return std::nullopt;
    run.digits += word.substr(run.size + 1, 3);
    run.size += 4;
  }
  if (run.size < word.size() && word[run.size] == '.') {
    std::size_t decimals = digits_from(word, run.size + 1);
    if (decimals == 0) return std::nullopt;
    run.digits += word.substr(run.size, decimals + 1);
    run.size += decimals + 1;
  }
  bool is_sound = run.size > 0 && run.digits.size() <= digits_max;
  bool goes_on = run.size < word.size() &&
                 (is_digit(word[run.size]) || word[run.size] == '.' || word[run.size] == ',');
  if (!is_sound || goes_on) return std::nullopt;
  return run;
}

bool is_ordinal_ending(std::string_view ending) {
  return ending == "st" || ending == "nd" || ending == "rd" || ending == "th";
}

constexpr std::string_view currency_signs[] = {"$", "€", "£", "¥", "₹"};

bool ends_with_currency(std::string_view before) {
  return std::ranges::any_of(currency_signs,
                             [&](std::string_view sign) { return before.ends_with(sign); });
}

// "m" is metres in "5m tall" and millions in "$5m" and "5M"; likewise "b" and "t".
int power_of_ending(std::string_view ending, std::string_view before, char as_written) {
  if (ending == "k") return 3;
  if (ending == "mn" || ending == "mio") return 6;
  if (ending == "bn") return 9;
  if (ending == "tn") return 12;
  bool is_scale = ends_with_currency(before) || (as_written >= 'A' && as_written <= 'Z');
  if (!is_scale) return 0;
  return ending == "m" ? 6 : ending == "b" ? 9 : ending == "t" ? 12 : 0;
}

// A minus sign that is no hyphen and no dash between two things.
bool is_negative(std::string_view before) {
  for (std::string_view sign : currency_signs) {
    if (before.ends_with(sign)) before.remove_suffix(sign.size());
  }
  for (std::string_view sign : {"-", "−"}) {
    if (!before.ends_with(sign)) continue;
    before.remove_suffix(sign.size());
    return before.empty() || before.back() == ' ' || before.back() == '(';
  }
  return false;
}

class Finder {
 public:
  Finder(std::string_view source, std::span<const Word> words)
      : source_(source), words_(words), reader_(source, words) {}

  std::vector<Number> find() {
    for (std::size_t at = 0; at < words_.size();) {
      std::optional<Number> number = read(at);
      if (!number) {
        ++at;
        continue;
      }
      at = number->last;
      add(std::move(*number));
    }
    return std::move(found_);
  }

 private:
  std::optional<Number> read(std::size_t at) const {
    const std::string& word = words_[at].folded;
    bool has_digit = std::ranges::any_of(word, is_digit);
    if (has_digit) return in_digits(at);
    std::optional<Number> number = reader_.read(at);
    if (number && at > 0 && words_[at - 1].folded == "minus" && !follows_number(at - 1)) {
      number->value = -number->value;
      number->first = at - 1;
    }
    return number;
  }

  Number in_digits(std::size_t at) const {
    const Word& word = words_[at];
    Number number{.first = at, .last = at + 1};
    auto run = read_digits(word.folded);
    if (!run) return unclear(number);
    std::string_view before = source_.substr(0, word.begin);
    std::string_view ending = std::string_view(word.folded).substr(run->size);
    int power = power_of_ending(ending, before, source_[word.end - 1]);
    if (ending == "s") return unclear(number);  // "the 1980s"
    if (is_ordinal_ending(ending)) {
      number.form = Number::Form::ordinal;
    } else if (power == 0) {
      number.suffix = ending;
      auto scale = reader_.scale_after(at);
      if (scale && ending.empty()) {
        power = scale->power;
        number.last = scale->next;
      }
    }
    number.scale = to_double("1", power);
    number.value = to_double(run->digits, power);
    if (is_negative(before)) number.value = -number.value;
    return number;
  }

  static Number unclear(Number number) {
    number.form = Number::Form::unclear;
    return number;
  }

  bool follows_number(std::size_t at) const { return !found_.empty() && found_.back().last == at; }

  // Two that touch ("three thirty", "18:45", "555 1234") are read in two ways. An order may stand
  // before anything ("the first two").
  void add(Number number) {
    bool touches = !found_.empty() && found_.back().last == number.first &&
                   found_.back().form != Number::Form::ordinal &&
                   number.form != Number::Form::ordinal && is_close(number.first);
    if (!touches) return found_.push_back(std::move(number));
    found_.back().form = Number::Form::unclear;
    found_.back().last = number.last;
  }

  bool is_close(std::size_t at) const {
    std::string_view between =
        source_.substr(words_[at - 1].end, words_[at].begin - words_[at - 1].end);
    return between.find_first_not_of(" :/.") == std::string_view::npos &&
           (between.find('.') == std::string_view::npos || between.size() == 1);
  }

  std::string_view source_;
  std::span<const Word> words_;
  NumberWords reader_;
  std::vector<Number> found_;
};

}  // namespace

std::vector<Number> find_numbers(std::string_view source, std::span<const Word> words) {
  return Finder(source, words).find();
}

}  // namespace antiphon::text
