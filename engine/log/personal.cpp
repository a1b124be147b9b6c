#include "engine/log/personal.h"

#include <algorithm>
#include <array>
#include <optional>

namespace antiphon::log {
namespace {

constexpr std::size_t digits_min = 9;
constexpr std::size_t secret_bytes_min = 4;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
// Bytes of UTF-8 stand in addresses too.
constexpr bool is_mailbox(char c) {
  return is_word(c) || c < 0 || std::string_view(".!#$%&'*+-/=?^`{|}~").contains(c);
}
constexpr bool is_host(char c) { return is_word(c) || c < 0 || c == '.' || c == '-'; }
// Of tokens and their encodings (RFC 6750, 2.1; RFC 7617), and of passwords that stand bare.
constexpr bool is_secret(char c) {
  return c > ' ' && c != '"' && c != '\'' && c != ',' && c != ';' && c != '&' && c != '}' &&
         c != ')' && c != ']' && c != '<' && c != '>';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::ranges::equal(text.substr(0, word.size()), word, {}, lower);
}

std::size_t run_length(std::string_view text, bool (*belongs)(char)) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, belongs) - text.begin());
}

/// What was found at the beginning of a text: how much of it stays, how much is hidden behind that.
struct Found {
  std::size_t kept = 0;
  std::size_t hidden = 0;
  std::string_view instead;
};

// "someone@example.org" at the beginning of `text`; in paths and queries "@" is "%40".
std::optional<Found> find_address(std::string_view text) {
  constexpr std::string_view encoded_at = "%40";
  std::size_t name = run_length(text, is_mailbox);
  std::size_t at = text.substr(0, name).find(encoded_at);
  std::size_t at_bytes = encoded_at.size();
  if (at == std::string_view::npos) {
    if (name == text.size() || text[name] != '@') return std::nullopt;
    at = name;
    at_bytes = 1;
  }
  std::size_t host = run_length(text.substr(at + at_bytes), is_host);
  if (at == 0 || host == 0) return std::nullopt;
  return Found{0, at + at_bytes + host, "[e-mail]"};
}

// "2026-03-01T08:15:30.250Z": as many digits as a telephone number, and nobody's.
std::size_t time_length(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (text.size() < form.size()) return 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '0' ? !is_digit(text[i]) : form[i] != text[i]) return 0;
  }
  std::size_t end = form.size();
  if (end < text.size() && text[end] == '.') {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  return end;
}

// "%2B49170": the number begins behind the escape.
bool is_behind_escape(std::string_view text, std::size_t at) {
  constexpr std::string_view hex = "0123456789abcdefABCDEF";
  return at >= 3 && text[at - 3] == '%' && hex.contains(text[at - 2]) && hex.contains(text[at - 1]);
}

// Bytes of what may stand between the digits of a number; 0 for anything else. A query has a blank
// as "%20" or "+".
std::size_t separator_length(std::string_view text) {
  constexpr std::string_view separators = " .-/()+";
  if (text.starts_with("%20")) return 3;
  return !text.empty() && separators.contains(text[0]) ? 1 : 0;
}

// Digits with at most two separators between two of them.
std::optional<Found> find_number(std::string_view text) {
  std::size_t digits = 0;
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (is_digit(text[at])) {
      ++digits;
      end = ++at;
      continue;
    }
    std::size_t first = separator_length(text.substr(at));
    std::size_t second = first > 0 ? separator_length(text.substr(at + first)) : 0;
    at += first + second;
    if (first == 0 || at >= text.size() || !is_digit(text[at])) break;
  }
  bool goes_on = end < text.size() && is_word(text[end]);  // the beginning of an id
  if (digits < digits_min || goes_on) return std::nullopt;
  return Found{0, end, "[number]"};
}

std::optional<Found> hide_secret(std::string_view text, std::size_t begin) {
  std::size_t length = run_length(text.substr(begin), is_secret);
  if (length < secret_bytes_min) return std::nullopt;
  return Found{begin, length, "[secret]"};
}

// Of our own tokens, of web tokens and of those that a scheme announces.
std::optional<Found> find_token(std::string_view text) {
  for (std::string_view prefix : {"apt_", "eyJ"}) {
    if (text.starts_with(prefix)) return hide_secret(text, 0);
  }
  for (std::string_view scheme : {"bearer ", "basic "}) {
    if (begins_with(text, scheme)) return hide_secret(text, scheme.size());
  }
  return std::nullopt;
}

// `password=…`, `"token": "…"`: the value behind a name that says it is secret.
std::optional<Found> find_named_secret(std::string_view text) {
  for (std::string_view name : {"password", "passwd", "secret", "token", "api_key", "apikey",
                                "api-key", "authorization", "cookie"}) {
    if (!begins_with(text, name)) continue;
    std::size_t at = name.size();
    if (at < text.size() && text[at] == '"') ++at;
    while (at < text.size() && text[at] == ' ') ++at;
    if (at == text.size() || (text[at] != '=' && text[at] != ':')) return std::nullopt;
    ++at;
    while (at < text.size() && (text[at] == ' ' || text[at] == '"')) ++at;
    if (auto token = find_token(text.substr(at))) {
      token->kept += at;
      return token;
    }
    return hide_secret(text, at);
  }
  return std::nullopt;
}

// "://user:password@host": the password.
std::optional<Found> find_url_password(std::string_view text) {
  constexpr std::string_view scheme_end = "://";
  if (!text.starts_with(scheme_end)) return std::nullopt;
  std::size_t end = text.find_first_of("/?# \"", scheme_end.size());
  std::string_view authority = text.substr(0, end);
  std::size_t at = authority.rfind('@');
  std::size_t colon = authority.find(':', scheme_end.size());
  if (at == std::string_view::npos || colon > at) return std::nullopt;
  return Found{colon + 1, at - colon - 1, "[secret]"};
}

}  // namespace

std::string mask_personal(std::string_view text) {
  std::string masked;
  masked.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::string_view rest = text.substr(at);
    bool begins_word = at == 0 || !is_word(text[at - 1]) || is_behind_escape(text, at);
    bool begins_mailbox = at == 0 || !is_mailbox(text[at - 1]);
    std::optional<Found> found = find_url_password(rest);
    if (!found && begins_word) {
      found = find_token(rest);
      if (!found) found = find_named_secret(rest);
    }
    if (!found && begins_mailbox) found = find_address(rest);
    if (!found && begins_word && is_digit(rest[0])) {
      std::size_t time = time_length(rest);
      found = time > 0 ? Found{time, 0, ""} : find_number(rest);
    }
    if (!found) found = Found{1, 0, ""};
    masked.append(rest.substr(0, found->kept)).append(found->instead);
    at += found->kept + found->hidden;
  }
  return masked;
}

}  // namespace antiphon::log
