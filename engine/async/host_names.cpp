#include "engine/async/host_names.h"

#include <netdb.h>
#include <sys/socket.h>

#include "engine/async/call.h"
#include "engine/base/error.h"

namespace antiphon {
namespace {

using Found = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

// Nothing when `flags` or the resolver say so; `problem` has its words.
std::vector<std::string> ask(const std::string& host, int flags, std::string& problem) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* all = nullptr;
  int result = ::getaddrinfo(host.c_str(), nullptr, &hints, &all);
  Found owned(all, &::freeaddrinfo);
  if (result != 0) {
    problem = ::gai_strerror(result);
    return {};
  }
  std::vector<std::string> addresses;
  for (addrinfo* one = all; one; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text;
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  return addresses;
}

Task<std::vector<std::string>> look_up(Pool* pool, std::string host, Instant deadline) {
  co_return co_await pool->run(WorkClass::request, deadline, [host](const StopFlag&) {
    std::string problem = "it has no address";
    auto addresses = ask(host, 0, problem);
    if (!addresses.empty()) return addresses;
    throw Error(Code::unavailable,
                fmt::format("The host {} was not found: {}.", host.substr(0, 255), problem));
  });
}

}  // namespace

Task<std::vector<std::string>> HostNames::find(std::string host, Instant deadline) {
  std::string problem;
  auto addresses = ask(host, AI_NUMERICHOST, problem);
  if (!addresses.empty()) co_return addresses;
  co_return co_await within(deadline, look_up(&pool(), std::move(host), deadline));
}

Pool& HostNames::pool() {
  std::lock_guard lock(mutex_);
  if (!pool_) {
    pool_ = std::make_unique<Pool>(
        Pool::Options{.name = "names", .threads = threads, .queue_max = queue_max});
  }
  return *pool_;
}

}  // namespace antiphon
