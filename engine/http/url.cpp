#include <charconv>

#include "engine/base/error.h"
#include "engine/http/client.h"

namespace antiphon::http {
namespace {

[[noreturn]] void refuse(std::string_view url, std::string_view why) {
  // A password may stand before an @: what is shown ends before it could begin.
  std::string_view shown = url.contains('@') ? url.substr(0, url.find(':')) : url.substr(0, 200);
  throw Error(Code::invalid, fmt::format("The URL \"{}\" cannot be asked: {} Write "
                                         "https://host/path or http://host:port/path.",
                                         shown, why));
}

std::uint16_t port_of(std::string_view url, std::string_view digits) {
  std::uint16_t port = 0;
  auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  bool is_good = error == std::errc() && rest == digits.data() + digits.size() && port > 0;
  if (!is_good) refuse(url, "its port is no number from 1 to 65535.");
  return port;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_' || c == ':';
}

Endpoint endpoint_of(std::string_view url, std::string_view authority, std::uint16_t usual_port) {
  bool is_v6 = authority.starts_with('[');
  auto host_end = is_v6 ? authority.find(']') : authority.find(':');
  if (is_v6 && host_end == std::string_view::npos) refuse(url, "its address has no end.");
  std::string_view host = is_v6 ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  std::string_view rest =
      host_end == std::string_view::npos ? "" : authority.substr(host_end + (is_v6 ? 1 : 0));
  if (host.empty() || !std::ranges::all_of(host, is_host_character)) {
    refuse(url, "it has no plain host (no user, no password).");
  }
  if (rest.empty()) return {std::string(host), usual_port};
  if (!rest.starts_with(':')) refuse(url, "a colon and the port come after the address.");
  return {std::string(host), port_of(url, rest.substr(1))};
}

}  // namespace

ClientRequest request_to(Method method, std::string_view url) {
  constexpr std::string_view secure = "https://";
  constexpr std::string_view plain = "http://";
  ClientRequest request{.method = method};
  request.is_secure = url.starts_with(secure);
  if (!request.is_secure && !url.starts_with(plain)) refuse(url, "it begins with no http scheme.");
  std::string_view rest = url.substr(request.is_secure ? secure.size() : plain.size());
  auto path_at = std::min(rest.find_first_of("/?#"), rest.size());
  request.endpoint = endpoint_of(url, rest.substr(0, path_at), request.is_secure ? 443 : 80);
  std::string_view target = rest.substr(path_at);
  bool is_plain = std::ranges::all_of(target, [](char c) { return c > ' ' && c < 0x7f; });
  if (!is_plain || target.contains('#')) refuse(url, "it has a fragment or odd characters.");
  request.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return request;
}

}  // namespace antiphon::http
