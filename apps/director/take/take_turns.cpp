// The part of a take that times its turns, and tells where the time went.

#include "apps/director/take/event_types.h"
#include "apps/director/take/take.h"
#include "engine/app/turn_span.h"

namespace antiphon::director {

std::shared_ptr<trace::Span> Take::begin_turn(Instant begun) const {
  return std::make_shared<trace::Span>(
      app::begin_turn(parts_.tracer, parts_.random, session_.owner(), begun));
}

// Nothing of what was said.
void Take::end_turn(const Considered& considered, std::string_view verdict) {
  const Heard& heard = considered.heard;
  if (!heard.recogniser.empty()) {
    app::add_to_turn(*heard.turn, "speech", heard.heard_at, heard.understood_at);
  }
  heard.turn->set("antiphon.turn.number", heard.utterance);
  heard.turn->set("antiphon.turn.is_final", heard.is_final);
  heard.turn->set("antiphon.turn.verdict", verdict);
  heard.turn->set("antiphon.turn.fell_back", considered.fallback != Fallback::none);
  heard.turn->end();
}

Call Take::call_of(const Heard& heard, Instant deadline) const {
  auto principal = std::make_shared<Principal>(Principal{.kind = Principal::Kind::system,
                                                         .id = session_.owner().principal,
                                                         .tenant = session_.owner().tenant});
  return Call(std::move(principal), today(), deadline, heard.turn->context());
}

void Take::tell_timeline(const Considered& considered, Instant decided_at, Verdict verdict) {
  Timeline told = make_timeline(considered, decided_at, verdict, parts_.rules.late_after);
  std::string trace_id(considered.heard.turn->context().trace_id.text());
  parts_.log.with_session(session_.id())
      .with_trace(trace_id)
      .debug("A turn was decided.", {{"turn", told.utterance},
                                     {"verdict", to_text(verdict)},
                                     {"ms", told.total_ms},
                                     {"missed", told.missed}});
  tell_timeline(std::move(told), std::move(trace_id));
}

void Take::tell_timeline(Timeline told, std::string trace_id) {
  state_.close_turn(told.utterance);
  session_.emit(timeline, told);
  app::WaterfallTurn kept = make_waterfall_turn(told, today());
  kept.trace_id = std::move(trace_id);
  parts_.waterfalls.add(session_.owner(), std::move(kept));
}

// Of turns that nobody answers any more: their work ended with the server, or with the take.
void Take::tell_cut_timelines(const std::string& why) {
  Timestamp now = today();
  for (const OpenTurn& turn : std::vector(state_.open_turns)) {
    tell_timeline(make_cut_timeline(turn, now, parts_.rules.late_after, why));
  }
}

}  // namespace antiphon::director
