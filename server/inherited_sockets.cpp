#include "server/inherited_sockets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "engine/base/error.h"

namespace antiphon::server {
namespace {

constexpr int first_descriptor = 3;  // SD_LISTEN_FDS_START

std::optional<int> take_number(const char* name) {
  const char* given = ::getenv(name);
  if (!given) return std::nullopt;
  std::string text = given;
  ::unsetenv(name);
  int number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return number;
  throw Error(Code::invalid, fmt::format("{} is \"{}\"; it must be a number (sd_listen_fds(3)).",
                                         name, text.substr(0, 80)));
}

bool has(const std::vector<Endpoint>& endpoints, const Endpoint& wanted) {
  return std::ranges::any_of(endpoints, [&](const Endpoint& each) {
    bool any_port = wanted.port == 0 || each.port == 0;
    return each.host == wanted.host && (any_port || each.port == wanted.port);
  });
}

}  // namespace

bool are_same(const std::vector<Endpoint>& ours, const std::vector<Endpoint>& theirs) {
  auto in = [](const auto& there) {
    return [&there](const Endpoint& each) { return has(there, each); };
  };
  return std::ranges::all_of(ours, in(theirs)) && std::ranges::all_of(theirs, in(ours));
}

std::vector<Descriptor> inherited_sockets() {
  auto process = take_number("LISTEN_PID");
  auto count = take_number("LISTEN_FDS");
  ::unsetenv("LISTEN_FDNAMES");
  // Meant for another process, which passed its environment on.
  if (!count || process != ::getpid()) return {};
  if (*count < 1 || *count > inherited_sockets_max) {
    throw Error(Code::invalid, fmt::format("LISTEN_FDS is {}; it must be 1 to {}.", *count,
                                           inherited_sockets_max));
  }
  std::vector<Descriptor> sockets;
  for (int i = 0; i < *count; ++i) {
    listening_at(first_descriptor + i);
    ::fcntl(first_descriptor + i, F_SETFD, FD_CLOEXEC);
    sockets.emplace_back(first_descriptor + i);
  }
  return sockets;
}

std::vector<Endpoint> endpoints_of(const std::vector<Descriptor>& sockets) {
  std::vector<Endpoint> endpoints;
  for (const Descriptor& socket : sockets) endpoints.push_back(listening_at(socket.get()));
  return endpoints;
}

}  // namespace antiphon::server
