#pragma once

#include <string>
#include <vector>

#include "engine/app/services.h"

namespace antiphon::app {

/// Where clients reach an app's live sessions; the Socket.IO namespace is "/" and the app's name.
struct LivePaths {
  std::string app;
  std::string path;                       ///< WebSocket; takes ?sessionId=
  std::vector<std::string> aliases = {};  ///< further paths of it
  /// With {sessionId}: Server-Sent Events, or one long poll with ?after=; empty: none
  std::string events_path;
  std::string permission;  ///< to attach
  /// With {sessionId}: where the time of its turns went; empty: none
  std::string waterfall_path = {};
  std::string read_permission = {};  ///< for that
};

/// Declares them: credentials from header, cookie or the first frame, Origin check, then the
/// session of the caller's tenant.
void mount_live(Services& services, LivePaths paths);

}  // namespace antiphon::app
