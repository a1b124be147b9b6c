#pragma once

#include "engine/app/app.h"

namespace antiphon::director {

/// The app `director`: speech becomes a transcript, a search and the matching clip on screen, live.
const app::AppInfo& info();

/// Its verbs on the command line.
void add_commands(CLI::App& verbs, app::CommandContext context);

}  // namespace antiphon::director
