#pragma once

#include "engine/async/network.h"
#include "engine/async/tls.h"
#include "server/doctor/finding.h"

namespace antiphon::server::doctor {

/// What checks reach others with. All of it outlives them; on one core.
struct Outside {
  Network& network;
  TlsClient* tls = nullptr;  ///< null: nothing is reached over https
  Duration time_max;         ///< for one check
};

/// Goes the way to a server step by step, and says at which one it ends: its name, a connection,
/// TLS with a certificate that is good.
/// @param subject  of the finding
/// @param setting  where the URL is set, for advice: "providers.cloud.url"
Task<Finding> reach(Outside outside, std::string subject, std::string url, std::string setting);

}  // namespace antiphon::server::doctor
