#pragma once

#include <functional>
#include <string>

#include "engine/async/network.h"

namespace CLI {
class App;
}

namespace antiphon::app {

/// Which server a command of an app talks to.
struct ServerChoice {
  std::string url;   ///< "http://127.0.0.1:8080"; its token comes from ANTIPHON_TOKEN
  std::string data;  ///< a data folder: its server, or one started for the time of the command
};

/// A server that was reached.
struct ReachedServer {
  Network& network;
  Endpoint endpoint;
  std::string token;  ///< for Authorization: Bearer
};

/// What the commands of an app are given.
struct CommandContext {
  /// Runs `action` with a server: the one at the url; else the one that holds the data folder; else
  /// one in this process, on the folder or on a temporary one. @throws what `action` throws
  std::function<void(ServerChoice choice, std::function<Task<>(ReachedServer)> action)> with_server;
};

/// Adds an app's verbs (`antiphon director take …`) below `verbs`, and a worked example to each
/// footer, also to that of `verbs`.
using AddCommands = void (*)(CLI::App& verbs, CommandContext context);

}  // namespace antiphon::app
