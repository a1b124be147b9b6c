#pragma once

#include "engine/live/hub.h"

namespace antiphon::bench {

/// The live session of the benchmarks. It answers
///
/// - {"type":"message","number":N,"text":T}: ten events `chunk` from a cached answer
/// - {"type":"relay","number":N,"due":D}: a droppable `saying` and a final `said`, for all readers
/// - every 20 ms of sound: one event `chunk`
/// - {"type":"narrate","everyMs":M}: a final `said` every so often, by itself, numbered from 1; the
///   session goes on with the next number after a restart
live::LiveApp live_app();
std::vector<const live::EventType*> live_events();

}  // namespace antiphon::bench
