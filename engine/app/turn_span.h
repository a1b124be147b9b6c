#pragma once

#include "engine/base/random.h"
#include "engine/live/session.h"
#include "engine/trace/span.h"

namespace antiphon::app {

/// The span of a turn, "director.turn", which begins a trace of its own (E-90): a session lasts
/// too long for one. What the turn asks of others comes below it, by its context.
/// @param tracer  null: nobody records; then the context still names the turn, for the log
trace::Span begin_turn(trace::Tracer* tracer, Random& random, const live::SessionOwner& owner,
                       Instant begun);

/// Something that was timed elsewhere, within a turn.
void add_to_turn(const trace::Span& turn, std::string_view name, Instant begun, Instant ended);

}  // namespace antiphon::app
