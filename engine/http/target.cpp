#include "engine/http/target.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/http/headers.h"

namespace antiphon::http {

namespace {

using CharacterSet = std::array<bool, 256>;

constexpr CharacterSet alphanumerics_and(std::string_view others) {
  CharacterSet set{};
  for (char c = 'a'; c <= 'z'; ++c) set[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) set[static_cast<unsigned char>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) set[static_cast<unsigned char>(c)] = true;
  for (char c : others) set[static_cast<unsigned char>(c)] = true;
  return set;
}

// RFC 3986: pchar and "/", without checking what follows a "%".
constexpr CharacterSet path_characters = alphanumerics_and("-._~%!$&'()*+,;=:@/");
// Browsers send brackets, braces and the like as they are; none of them misleads anybody here.
constexpr CharacterSet query_characters = alphanumerics_and("-._~%!$&'()*+,;=:@/?[]{}|^`\"\\");

bool is_all_of(const CharacterSet& set, std::string_view text) {
  return std::ranges::all_of(text, [&](char c) { return set[static_cast<unsigned char>(c)]; });
}

std::unexpected<Refusal> refuse(std::string reason) {
  return std::unexpected(Refusal{400, std::move(reason)});
}

std::expected<void, Refusal> check_part(std::string_view part) {
  // What is allowed in a path and not encoded can only be dots.
  if (!part.contains('%') && !part.starts_with('.')) return {};
  auto decoded = parse_percent(part);
  if (!decoded) return refuse("In the path, % stands before two hex digits.");
  if (*decoded == "." || *decoded == "..") return refuse("The path has a part \".\" or \"..\".");
  bool is_misleading = std::ranges::any_of(*decoded, [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (is_misleading) return refuse("The path has an encoded slash or control character.");
  if (!is_utf8(*decoded)) return refuse("The path is not UTF-8.");
  return {};
}

// "http://host/path" to "/path"; nothing when it is not for `host`.
std::optional<std::string_view> strip_origin(std::string_view target, std::string_view host) {
  auto scheme_end = target.find("://");
  std::string_view scheme = target.substr(0, scheme_end);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) {
    return std::nullopt;
  }
  std::string_view rest = target.substr(scheme_end + 3);
  auto slash = rest.find('/');
  if (slash == std::string_view::npos || !equal_ignoring_case(rest.substr(0, slash), host)) {
    return std::nullopt;
  }
  return rest.substr(slash);
}

}  // namespace

std::expected<Target, Refusal> parse_target(std::string_view target, std::string_view host) {
  if (target == "*") return Target{"*", ""};
  if (!target.starts_with('/')) {
    auto stripped = strip_origin(target, host);
    if (!stripped) return refuse("The target is neither a path nor a URL of this host.");
    target = *stripped;
  }
  auto question = target.find('?');
  std::string_view path = target.substr(0, question);
  std::string_view query =
      question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  if (!is_all_of(path_characters, path)) {
    return refuse("The path has a character that must be percent-encoded.");
  }
  if (!is_all_of(query_characters, query)) {
    return refuse("The query has a character that must be percent-encoded.");
  }
  for (std::string_view rest = path.substr(1);;) {
    auto slash = rest.find('/');
    if (auto good = check_part(rest.substr(0, slash)); !good) {
      return std::unexpected(good.error());
    }
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  return Target{std::string(path), std::string(query)};
}

}  // namespace antiphon::http
