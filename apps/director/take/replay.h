#pragma once

#include "engine/app/replay.h"

namespace antiphon::director {

/// Makes the take of a recording again (app::AppInfo::replay).
app::MakeHandler replay_take(const app::ReplayStage& stage);

}  // namespace antiphon::director
