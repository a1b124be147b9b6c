#include <algorithm>
#include <array>

#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "engine/testing/pattern.h"

namespace antiphon::testing {
namespace {

constexpr std::array<std::string_view, 7> plain_types{"number", "integer", "text", "boolean",
                                                      "array",  "object",  "time"};
constexpr std::string_view open_end = "...";
constexpr std::size_t depth_max = 32;

bool is_type(std::string_view type) {
  return std::ranges::find(plain_types, type) != plain_types.end() ||
         (type.starts_with("id ") && type.size() > 3);
}

}  // namespace

// Goes over a pattern once, from left to right; the grammar stands in pattern.h.
class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}

  Pattern whole() {
    Pattern pattern = value();
    skip_space();
    if (at_ < text_.size()) fail("nothing may follow the value");
    return pattern;
  }

 private:
  Pattern value() {
    skip_space();
    if (at_ == text_.size()) fail("a value is missing");
    Pattern pattern;
    switch (text_[at_]) {
      case '{': read_object(pattern); break;
      case '[': read_array(pattern); break;
      case '"':
        pattern.kind_ = Pattern::Kind::text;
        pattern.text_ = string();
        break;
      case '*': ++at_; break;
      case '$':
        pattern.kind_ = Pattern::Kind::capture;
        pattern.text_ = capture_name();
        break;
      case '<': read_type(pattern); break;
      default: read_literal(pattern);
    }
    return pattern;
  }

  void read_object(Pattern& pattern) {
    pattern.kind_ = Pattern::Kind::object;
    read_list(pattern, '}', [&] {
      if (text_[at_] != '"') fail("a member begins with its name in quotes");
      std::string key = string();
      skip_space();
      if (!take(":")) fail("a colon is missing after the name");
      pattern.members_.push_back({std::move(key), value()});
    });
  }

  void read_array(Pattern& pattern) {
    pattern.kind_ = Pattern::Kind::array;
    read_list(pattern, ']', [&] { pattern.items_.push_back(value()); });
  }

  template <class F>
  void read_list(Pattern& pattern, char end, F read_one) {
    if (++depth_ > depth_max) fail("this is nested too deeply");
    ++at_;
    skip_space();
    bool first = true;
    while (!take(std::string_view(&end, 1))) {
      if (!first && !take(",")) fail(fmt::format("a comma or {} is missing", end));
      first = false;
      skip_space();
      if (pattern.open_) fail("... stands at the end");
      if (at_ == text_.size()) fail(fmt::format("{} is missing", end));
      if (take(open_end)) {
        pattern.open_ = true;
      } else {
        read_one();
      }
      skip_space();
    }
    --depth_;
  }

  std::string string() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size()) fail("the closing quote is missing");
    std::string_view quoted = text_.substr(at_, end + 1 - at_);
    at_ = end + 1;
    return json(quoted).text();
  }

  std::string capture_name() {
    std::size_t begin = ++at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    if (at_ == begin) fail("a name is missing after $");
    return std::string(text_.substr(begin, at_ - begin));
  }

  void read_type(Pattern& pattern) {
    std::size_t end = text_.find('>', at_);
    if (end == std::string_view::npos) fail("> is missing");
    pattern.kind_ = Pattern::Kind::type;
    pattern.text_ = std::string(text_.substr(at_ + 1, end - at_ - 1));
    if (!is_type(pattern.text_)) {
      fail(
          fmt::format("<{}> is no type; known are number, integer, text, boolean, array, object, "
                      "time and id PREFIX",
                      pattern.text_));
    }
    at_ = end + 1;
  }

  void read_literal(Pattern& pattern) {
    std::size_t end = std::min(text_.find_first_of(",]} \t\n", at_), text_.size());
    pattern.kind_ = Pattern::Kind::literal;
    pattern.literal_ = json(text_.substr(at_, end - at_));
    at_ = end;
  }

  schema::Value json(std::string_view text) const {
    try {
      return schema::parse_value(text);
    } catch (const Error&) {
      fail(fmt::format("{} is neither JSON nor a sign of the pattern", text));
    }
  }

  static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  bool take(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\n", at_), text_.size()); }

  [[noreturn]] void fail(std::string_view why) const {
    throw Error(Code::invalid, fmt::format("pattern, column {}: {}", at_ + 1, why));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

Pattern Pattern::parse(std::string_view text) { return PatternParser(text).whole(); }

}  // namespace antiphon::testing
