#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/async/task_group.h"
#include "engine/base/random.h"
#include "engine/live/session.h"
#include "engine/log/logger.h"
#include "engine/speech/recogniser.h"

namespace antiphon::app {

/// What an app gets to run a recorded session again. All of it outlives the session.
struct ReplayStage {
  std::string settings;  ///< of the app, as they were recorded
  speech::Recogniser& recogniser;
  TaskGroup& tasks;
  log::Logger& log;
  Random& random;
  std::function<std::string(std::string_view name)> shipped_folder;
};

/// Makes the handler of a session; holds what the handler stands on.
using MakeHandler = std::function<std::unique_ptr<live::Handler>(live::Session&)>;

}  // namespace antiphon::app
