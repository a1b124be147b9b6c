#pragma once

#include <optional>
#include <vector>

#include "engine/async/network.h"

namespace antiphon::server {

inline constexpr int inherited_sockets_max = 16;

/// The listening sockets that this process was started with (sd_listen_fds(3): LISTEN_PID,
/// LISTEN_FDS); none: it binds its own. The variables are taken away, so that children have none.
/// Before there are threads.
/// @throws Error{Code::invalid} naming what is no listening TCP socket
std::vector<Descriptor> inherited_sockets();

/// Where they listen.
std::vector<Endpoint> endpoints_of(const std::vector<Descriptor>& sockets);

/// Whether two servers would listen alike; port 0 is any.
bool are_same(const std::vector<Endpoint>& ours, const std::vector<Endpoint>& theirs);

}  // namespace antiphon::server
