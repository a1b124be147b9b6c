#pragma once

#include "engine/app/commands.h"

namespace antiphon::director {

/// `antiphon director import`
void add_import_command(CLI::App& verbs, app::CommandContext context);

}  // namespace antiphon::director
