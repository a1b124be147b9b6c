#include "server/doctor/reach.h"

#include <fmt/format.h>

#include "engine/async/call.h"
#include "engine/http/client.h"

namespace antiphon::server::doctor {
namespace {

struct Way {
  Endpoint endpoint;
  bool is_secure = false;
  std::string step = {};    // that is under way
  std::string advice = {};  // for when it fails
};

Task<> go(const Outside* outside, Way* way, std::string setting, Instant deadline) {
  way->step = fmt::format("Looking up {}", way->endpoint.host);
  way->advice =
      fmt::format("Correct the host in {}, or look at this machine's name service.", setting);
  co_await outside->network.resolve(way->endpoint.host, deadline);
  way->step = fmt::format("Connecting to {}", way->endpoint.text());
  way->advice =
      fmt::format("Start the server there, or correct {}; a firewall may stand between.", setting);
  auto stream = co_await outside->network.connect(way->endpoint, deadline);
  if (!way->is_secure) co_return;
  way->step = fmt::format("TLS with {}", way->endpoint.text());
  way->advice = fmt::format(
      "Its certificate must be for the host in {} and of an authority that this machine trusts; a "
      "server without TLS is asked by http.",
      setting);
  std::ignore = co_await outside->tls->connect(std::move(stream), way->endpoint.host, deadline);
}

}  // namespace

Task<Finding> reach(Outside outside, std::string subject, std::string url, std::string setting) {
  http::ClientRequest request = http::request_to(http::Method::get, url);
  Way way{.endpoint = request.endpoint, .is_secure = request.is_secure};
  Instant begun = Core::here().clock().steady();
  Finding finding{.subject = std::move(subject)};
  try {
    Instant deadline = begun + outside.time_max;
    co_await within(deadline, go(&outside, &way, std::move(setting), deadline));
    finding.message =
        fmt::format("{} is reached{}", url, way.is_secure ? ", and its certificate is good" : "");
  } catch (const Error& error) {
    finding.health = Health::problem;
    finding.message =
        error.code() == Code::timeout
            ? fmt::format("{} was not done within {}.", way.step, in_seconds(outside.time_max))
            : error.message();
    finding.advice = std::move(way.advice);
  }
  finding.took_ms = in_milliseconds(Core::here().clock().steady() - begun);
  co_return finding;
}

}  // namespace antiphon::server::doctor
