#include "engine/app/turn_span.h"

namespace antiphon::app {

trace::Span begin_turn(trace::Tracer* tracer, Random& random, const live::SessionOwner& owner,
                       Instant begun) {
  trace::Span turn(trace::begin_trace(tracer, random), owner.app + ".turn", trace::Kind::internal,
                   begun);
  turn.set("session.id", owner.id);
  return turn;
}

void add_to_turn(const trace::Span& turn, std::string_view name, Instant begun, Instant ended) {
  trace::Span(turn.context(), name, trace::Kind::internal, begun).end(ended);
}

}  // namespace antiphon::app
