#include "engine/skill/fence.h"

#include <algorithm>

#include "engine/base/encoding.h"

namespace antiphon::skill {
namespace {

// What opens a chat template's token has a letter, a slash or a bar behind it; "a < b", "x <= 5"
// and "<-" open nothing.
constexpr std::string_view harmless_after_bracket = " \t\n=-0123456789";
// "[INST]", "[/INST]", "[TOOL_CALLS]": so many capitals at least.
constexpr std::size_t token_capitals_min = 3;

struct Unseen {
  std::string_view first;
  std::string_view last;  ///< of the same length, inclusive
};
// As UTF-8: zero width space, marks and overrides of direction, isolates, word joiner and unseen
// operators, byte order mark, tags (which carry ASCII that only a model reads).
constexpr Unseen unseen[] = {
    {"\u200b", "\u200b"}, {"\u200e", "\u200f"}, {"\u202a", "\u202e"},         {"\u2060", "\u2064"},
    {"\u2066", "\u2069"}, {"\ufeff", "\ufeff"}, {"\U000E0000", "\U000E007F"},
};

std::size_t length_at(std::string_view text) {
  auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(length, text.size());
}

bool is_unseen(std::string_view point) {
  if (point.size() == 1) {
    auto byte = static_cast<unsigned char>(point[0]);
    return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
  }
  if (point.size() == 2) return point >= "\u0080" && point <= "\u009f";
  return std::ranges::any_of(unseen, [&](const Unseen& range) {
    return point.size() == range.first.size() && point >= range.first && point <= range.last;
  });
}

bool opens_tag(std::string_view rest) {
  return rest.starts_with('<') && rest.size() > 1 && !harmless_after_bracket.contains(rest[1]);
}

bool opens_token(std::string_view rest) {
  if (!rest.starts_with('[')) return false;
  std::size_t at = rest.substr(1).starts_with('/') ? 2 : 1;
  std::size_t begin = at;
  while (at < rest.size() && ((rest[at] >= 'A' && rest[at] <= 'Z') || rest[at] == '_')) ++at;
  return at - begin >= token_capitals_min && rest.substr(at).starts_with(']');
}

// Without what nobody sees, and each line's end as one character.
std::string only_seen(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::string_view point = text.substr(0, length_at(text));
    if (text.starts_with("\r\n")) {
      // Its second half is the line's end.
    } else if (point == "\r") {
      out += '\n';
    } else if (!is_unseen(point)) {
      out += point;
    }
    text.remove_prefix(point.size());
  }
  return out;
}

std::string without_markers(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t taken = 1;
    if (text.starts_with(">>>")) {
      out += "›››";
      taken = 3;
    } else if (opens_tag(text)) {
      out += "‹";
    } else if (opens_token(text)) {
      out += "［";
    } else {
      out += text[0];
    }
    text.remove_prefix(taken);
  }
  return out;
}

std::string ascii_of(std::string_view bytes) {
  std::string text(bytes);
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return text;
}

}  // namespace

std::string neutralised(std::string_view text) {
  if (!is_utf8(text)) return neutralised(ascii_of(text));
  // First what nobody sees: it must not hold apart what is looked for.
  return without_markers(only_seen(text));
}

Fence::Fence(const std::vector<std::string>& texts, std::size_t digits) {
  std::string all;
  for (const std::string& text : texts) all += fmt::format("{}\n{}\n", text.size(), text);
  // Whoever writes the text may look for one that holds its own tag: then it is another tag, and a
  // longer one where all the short ones are taken.
  for (std::size_t attempt = 0;; ++attempt) {
    tag_ = "q" + sha256_hex(fmt::format("{}\n{}", attempt, all)).substr(0, digits + attempt / 64);
    if (!all.contains(tag_)) return;
  }
}

std::string Fence::around(std::string_view name, std::string_view text) const {
  return fmt::format("<<<{0} {1}\n{2}\n{1} {0}>>>", name, tag_, text);
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view first_code_points(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at += length_at(text.substr(at));
  return text.substr(0, at);
}

}  // namespace antiphon::skill
