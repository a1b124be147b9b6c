#include "engine/simulate/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace antiphon::simulate {
namespace {

constexpr std::string_view mark_text = "tally";
constexpr std::string_view skill_call = R"("kind":"skill")";  // of a timeline

std::int64_t number_at(std::string_view text) {
  std::int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string_view after(std::string_view json, std::string_view name) {
  std::string key = fmt::format("\"{}\":", name);
  auto found = json.find(key);
  return found == std::string_view::npos ? "" : json.substr(found + key.size());
}

// Frames that are for one client alone, and have no place in the log.
bool is_private(std::string_view type) {
  return type == "ack" || type == "pong" || type == "error";
}

}  // namespace

std::int64_t number_in(std::string_view json, std::string_view name) {
  return number_at(after(json, name));
}

std::string_view text_in(std::string_view json, std::string_view name) {
  std::string_view rest = after(json, name);
  if (!rest.starts_with('"')) return "";
  rest.remove_prefix(1);
  return rest.substr(0, rest.find('"'));
}

std::string mark_of(std::int64_t number) { return fmt::format("{}{}", mark_text, number); }

void Checker::fail(std::string what) { violations_.push_back(std::move(what)); }

void Checker::on_welcome(const std::string& name, const std::string& session_id,
                         std::string_view json, std::optional<live::Position> asked) {
  Reader& reader = readers_[name];
  Session& session = sessions_[session_id];
  live::Position at{static_cast<std::uint64_t>(number_in(json, "epoch")),
                    static_cast<std::uint64_t>(number_in(json, "seq"))};
  bool recovered = after(json, "recovered").starts_with("true");
  std::string_view snapshot = after(json, "snapshot");
  bool has_snapshot = !snapshot.empty();
  for (auto found = snapshot.find(mark_text); found != std::string_view::npos;
       found = snapshot.find(mark_text, found + 1)) {
    session.told.insert(number_at(snapshot.substr(found + mark_text.size())));
  }
  if (recovered == has_snapshot)
    fail(name + ": a welcome has a snapshot exactly when it is needed");
  if (recovered && at != asked) {
    fail(fmt::format("{}: resumed after {}, not where it was", name, to_text(at)));
  }
  // A start that did not come to its end after a power cut has used up an epoch that nobody saw.
  if (at.epoch > session.epoch) ++session.epoch_changes;
  if (at.epoch < session.epoch || session.epoch_changes > power_cuts_) {
    fail(fmt::format("{}: epoch {} after {} power cuts, was {}", name, at.epoch, power_cuts_,
                     session.epoch));
  }
  if (!recovered && asked && asked->epoch == at.epoch) {
    fail(fmt::format("{}: nothing was lost, but {} cannot be resumed", name, to_text(*asked)));
  }
  session.epoch = std::max(session.epoch, at.epoch);
  reader = {session_id, at};
}

void Checker::on_frame(const std::string& name, std::string_view json) {
  ++frames_;
  Reader& reader = readers_[name];
  if (!reader.at) return fail(name + ": a frame before the welcome");
  Session& session = sessions_[reader.session];
  std::string_view type = text_in(json, "type");
  auto seq = static_cast<std::uint64_t>(number_in(json, "seq"));
  if (seq == reader.at->seq + 1 && !is_private(type)) {
    reader.at->seq = seq;
    return on_logged(session, name, *reader.at, type, json);
  }
  if (type == "error" && seq == reader.at->seq + 1) {
    reader.at->seq = seq;  // one that is in the log
    return on_logged(session, name, *reader.at, type, json);
  }
  if (seq != reader.at->seq) {
    return fail(fmt::format("{}: {} {} after {}: events are missing or out of order", name, type,
                            seq, to_text(*reader.at)));
  }
  if (logged_.contains(type) && !is_private(type)) {
    return fail(fmt::format("{}: {} {} came twice", name, type, seq));
  }
  if (type == "ack") {
    auto id = text_in(json, "id");
    if (id.starts_with(mark_text)) {
      session.acknowledged.emplace(number_at(id.substr(mark_text.size())), reader.at->epoch);
    }
  }
}

std::optional<live::Position> Checker::position(const std::string& name) const {
  auto found = readers_.find(name);
  return found == readers_.end() ? std::nullopt : found->second.at;
}

// Whoever sees an event first tells what it is; all others must see the same.
void Checker::on_logged(Session& session, const std::string& name, live::Position at,
                        std::string_view type, std::string_view json) {
  std::size_t hash = std::hash<std::string_view>()(json);
  auto [known, is_new] = session.contents.emplace(at, hash);
  if (known->second != hash) {
    return fail(fmt::format("{}: {} has two contents", name, to_text(at)));
  }
  if (is_new) on_event(session, name, at, type, json);
}

Checker::Turn& Checker::turn_of(Session& session, live::Position at, std::string_view json) {
  return session.turns[{at.epoch, number_in(json, "utterance")}];
}

void Checker::on_event(Session& session, const std::string& name, live::Position at,
                       std::string_view type, std::string_view json) {
  // Who was away is told of an event after what is newer: its own place and time count.
  if (session.ended && at > *session.ended) fail(name + ": an event after the last one");
  Timestamp told_at = parse_rfc3339(text_in(json, "ts"));
  session.newest = std::max(session.newest, told_at);
  if (type == "ended") session.ended = at;
  if (type == "transcription") on_transcription(session, name, at, told_at, json);
  if (type == "broll_suggestion") on_suggestion(turn_of(session, at, json).told, json);
  if (type == "timeline") {
    Turn& turn = turn_of(session, at, json);
    turn.told.at = told_at;
    on_timeline(turn, name, json);
  }
  if (type == "overlay_command" && number_in(json, "latencyMs") > overlay_ms_max) {
    fail(fmt::format("{}: an overlay {} ms after its words", name, number_in(json, "latencyMs")));
  }
}

void Checker::on_transcription(Session& session, const std::string& name, live::Position at,
                               Timestamp told_at, std::string_view json) {
  Turn& turn = turn_of(session, at, json);
  turn.told = {.words = std::string(text_in(json, "text")), .began = told_at, .at = {}};
  ++turns_;
  if (++turn.transcriptions > 1) fail(name + ": two finals of one utterance");
  if (turn_judge_) turn_judge_->on_heard(turn.told);
  auto found = json.find(mark_text);
  if (found == std::string_view::npos) return;
  std::int64_t number = number_at(json.substr(found + mark_text.size()));
  if (++session.effects[{at.epoch, number}] > 1) {
    fail(fmt::format("{}: message {} took effect twice", name, number));
  }
}

// What comes before the final is about words that were not final.
void Checker::on_suggestion(ToldTurn& told, std::string_view json) {
  told.is_suggested = true;
  told.query = text_in(json, "query");
  told.sentiment = text_in(json, "sentiment");
}

void Checker::on_timeline(Turn& turn, const std::string& name, std::string_view json) {
  if (++turn.timelines > 1) fail(name + ": two timelines of one turn");
  if (!turn_judge_ || turn.transcriptions != 1) return;
  ToldTurn& told = turn.told;
  told.cut_short = text_in(json, "cutShort");
  for (auto found = json.find(skill_call); found != std::string_view::npos;
       found = json.find(skill_call, found + 1)) {
    std::string_view call = json.substr(found);
    ++told.analyses;
    told.source = text_in(call, "source");
    told.error = text_in(call, "error");
    told.took_ms = static_cast<double>(number_in(call, "tookMs"));
  }
  turn_judge_->on_turn(told);
}

void Checker::on_count(std::string_view what, std::uint64_t value, std::uint64_t max) {
  if (value > max) fail(fmt::format("{} {}, at most {}", value, what, max));
}

// What comes after a power cut is told in another epoch; and nobody may have seen the session's
// end.
bool Checker::may_lack_timeline(const Session& session, std::uint64_t epoch,
                                const Turn& turn) const {
  return epoch < session.epoch ||
         (!session.ended && session.newest < turn.told.began + turn_time_max);
}

void Checker::on_end() {
  for (const auto& [name, session] : sessions_) {
    for (const auto& [key, turn] : session.turns) {
      if (turn.transcriptions == 1 && turn.timelines == 0 &&
          !may_lack_timeline(session, key.first, turn)) {
        fail(fmt::format("{}: turn {} has no timeline", name, key.second));
      }
    }
    for (const auto& [number, epoch] : session.acknowledged) {
      // What was lost with an epoch was told by the next one.
      bool is_lost = epoch < session.epoch;
      bool is_there = session.told.contains(number);
      for (std::uint64_t e = 1; e <= session.epoch; ++e) {
        is_there = is_there || session.effects.contains({e, number});
      }
      if (!is_there && !is_lost) {
        fail(fmt::format("{}: message {} was acknowledged and had no effect", name, number));
      }
    }
  }
}

}  // namespace antiphon::simulate
