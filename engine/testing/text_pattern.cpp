#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "engine/testing/pattern.h"

namespace antiphon::testing {
namespace {

struct Part {
  enum class Kind { literal, any, capture };
  Kind kind;
  std::string text;
};

constexpr std::string_view name_signs =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// @param star  whether `*` is a sign too
std::vector<Part> split(std::string_view text, bool star) {
  std::vector<Part> parts;
  auto add_literal = [&](char c) {
    if (parts.empty() || parts.back().kind != Part::Kind::literal) {
      parts.push_back({Part::Kind::literal, ""});
    }
    parts.back().text += c;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    bool is_sign = c == '$' || (star && c == '*');
    bool is_doubled = is_sign && at + 1 < text.size() && text[at + 1] == c;
    std::size_t name_end = std::min(text.find_first_not_of(name_signs, at + 1), text.size());
    if (!is_sign || is_doubled || (c == '$' && name_end == at + 1)) {
      add_literal(c);
      at += is_doubled ? 1 : 0;
    } else if (c == '*') {
      parts.push_back({Part::Kind::any, ""});
    } else {
      parts.push_back({Part::Kind::capture, std::string(text.substr(at + 1, name_end - at - 1))});
      at = name_end - 1;
    }
  }
  return parts;
}

std::string text_of(const schema::Value& value) {
  return value.is_text() ? value.text() : schema::to_json(value);
}

bool match(std::span<const Part> parts, std::string_view text, Captures& captures) {
  if (parts.empty()) return text.empty();
  const Part& part = parts.front();
  auto known = captures.find(part.text);
  bool is_known = part.kind == Part::Kind::capture && known != captures.end();
  if (part.kind == Part::Kind::literal || is_known) {
    std::string wanted = is_known ? text_of(known->second) : part.text;
    return text.starts_with(wanted) &&
           match(parts.subspan(1), text.substr(wanted.size()), captures);
  }
  bool is_capture = part.kind == Part::Kind::capture;
  for (std::size_t length = is_capture ? 1 : 0; length <= text.size(); ++length) {
    Captures tried = captures;
    if (is_capture) tried.emplace(part.text, text.substr(0, length));
    if (match(parts.subspan(1), text.substr(length), tried)) {
      captures = std::move(tried);
      return true;
    }
  }
  return false;
}

}  // namespace

bool match_text(std::string_view pattern, std::string_view text, Captures& captures) {
  return match(split(pattern, true), text, captures);
}

std::string substitute(std::string_view text, const Captures& captures) {
  std::string out;
  for (const Part& part : split(text, false)) {
    if (part.kind == Part::Kind::literal) {
      out += part.text;
      continue;
    }
    auto known = captures.find(part.text);
    if (known == captures.end()) {
      throw Error(Code::invalid, fmt::format("${} has no value yet", part.text));
    }
    out += text_of(known->second);
  }
  return out;
}

}  // namespace antiphon::testing
