#include "apps/director/take/take.h"

#include <cmath>

#include "apps/director/analysis/analyse_skill.h"
#include "apps/director/chart/certainty.h"
#include "apps/director/chart/choose_chart.h"
#include "apps/director/take/event_types.h"
#include "apps/director/take/open_take.h"
#include "engine/live/engine_events.h"

namespace antiphon::director {
namespace {

// More than are told: some may be banned, and a pinned one may stand far behind.
constexpr std::size_t searched_max = 12;
// Partials come ten times a second; clients are told twice (D-2).
constexpr Duration partial_interval = std::chrono::milliseconds(500);
// What is looked for follows what is being said, not how the utterance began.
constexpr std::size_t considered_words_max = 12;
constexpr std::uint64_t progress_samples = speech::sample_rate_hz / 2;
constexpr std::uint64_t kept_interval_s = 5;
constexpr Duration late_share = std::chrono::milliseconds(500);

std::string joined(const std::vector<speech::Word>& words, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    if (!text.empty()) text += ' ';
    text += words[i].text;
  }
  return text;
}

// The last words of the first `count` ones.
std::string newest_words(const std::vector<speech::Word>& words, std::size_t count) {
  return joined(words, count > considered_words_max ? count - considered_words_max : 0, count);
}

}  // namespace

Take::Take(const TakeParts& parts, live::Session& session)
    : parts_(parts),
      session_(session),
      world_(parts_.world(session)),
      listening_(parts_.recogniser, session,
                 {.recognised = [this](speech::Recognition r) { on_recognition(std::move(r)); },
                  .progressed = [this](std::uint64_t samples) { on_progress(samples); },
                  .failed = [this](std::exception_ptr e) { on_recogniser_failed(e); },
                  .finished = [this] { on_all_heard(); }}) {}

void Take::on_open() { state_.begun_at = today(); }

void Take::on_begin(std::string_view wish) {
  auto wanted = schema::parse<OpenTake>(wish);
  state_.language = std::move(wanted.language);
  state_.layout = wanted.layout;
  state_.recorded = wanted.record;
  tell_status();
}

void Take::on_recording_ended(std::string_view why) {
  if (!std::exchange(state_.recorded, false)) return;
  tell_error("recording_ended", std::string(why));
  tell_status();
}

void Take::on_audio(const live::Audio& audio) {
  if (deaf_) return;
  sound_at_ = now();
  std::vector<speech::Sample> samples(audio.samples.begin(), audio.samples.end());
  if (!listening_.hear(std::move(samples), audio.offset, audio.rate, state_.language)) {
    tell_error("recogniser_lags", "Recognition cannot keep up; some sound was passed over.");
  }
  if (state_.state == "connected") {
    state_.state = "processing";
    tell_status();
  }
  if (session_.received_samples() - kept_samples_ >= kept_interval_s * audio.rate) keep_duration();
  if (state_.finish_at && is_all_received()) stop_listening();
}

void Take::on_recognition(speech::Recognition recognition) {
  if (recognition) {
    on_transcript(*recognition);
  } else {
    tell_error("utterance_lost", recognition.error().message);
  }
}

void Take::on_transcript(const speech::Transcript& transcript) {
  bool is_final = transcript.kind == speech::Transcript::Kind::final;
  if (is_final && transcript.text.empty()) return;
  std::int64_t end_ms =
      static_cast<std::int64_t>(transcript.end_sample) * 1000 / speech::sample_rate_hz;
  Transcription event{.text = transcript.text,
                      .is_final = is_final,
                      .timestamp = end_ms,
                      .utterance = state_.utterances + 1,
                      .stable_words = static_cast<std::int64_t>(transcript.stable_words),
                      .end_sample = static_cast<std::int64_t>(transcript.end_sample)};
  if (!is_final) stable_words_ = joined(transcript.words, 0, transcript.stable_words);
  if (is_final) {
    session_.emit(transcription_final, event);
  } else if (now() - partial_told_ >= partial_interval) {
    partial_told_ = now();
    session_.emit(transcription_partial, event);
  }
  Heard heard{.words = newest_words(transcript.words, transcript.stable_words),
              .utterance = event.utterance,
              .is_final = is_final,
              .recogniser = parts_.recogniser.capabilities().name,
              .heard_at = transcript.heard_at,
              .understood_at = now(),
              .turn = begin_turn(transcript.heard_at)};
  if (is_final) {
    std::chrono::milliseconds begin(transcript.begin_sample * 1000 / speech::sample_rate_hz);
    keep_utterance(event, begin, *heard.turn);
    auto chart = choose_chart(transcript.text);
    if (chart && !is_certain(*chart, transcript, stable_words_)) chart.reset();
    tell_chart(std::move(chart), event, "speech", heard.heard_at);
    on_words(std::move(heard));
    considered_words_.clear();
    stable_words_.clear();
  } else if (!heard.words.empty()) {
    on_words(std::move(heard));
  }
}

void Take::on_words(Heard heard) {
  // The same stable words come again with every partial; a final is always answered.
  if (!heard.is_final && heard.words == considered_words_) return;
  considered_words_ = heard.words;
  if (heard.is_final) ++finals_under_way_;
  session_.spawn(consider(++generation_, std::move(heard)));
}

// One word of a sentence that goes on is often misheard, and seldom says what it is about.
bool Take::is_enough(const Heard& heard, const Analysis& analysis) const {
  if (heard.is_final || analysis.visual_concepts.empty()) return !analysis.query.empty();
  return analysis.visual_concepts.size() >= parts_.rules.partial_concepts_min;
}

Task<> Take::consider(std::uint64_t generation, Heard heard) {
  Considered result = co_await understand(std::move(heard));
  result.generation = generation;
  session_.post([this, result = std::move(result)] { on_considered(result); });
}

Task<Considered> Take::understand(Heard heard) {
  Considered result{.heard = heard};
  if (!heard.recogniser.empty()) {
    result.calls.push_back(
        make_call(heard, "speech", heard.recogniser, heard.heard_at, heard.understood_at));
  }
  // Words that are late already are still answered, for the transcript's sake, but not for long.
  Call call =
      call_of(heard, std::max(heard.heard_at + parts_.rules.late_after, now() + late_share));
  log::Logger log = parts_.log.with_session(session_.id()).with_trace(call.trace_id());
  std::string failure;
  Instant begun_at = now();
  try {
    auto answer = co_await world_->analyse({heard.words, state_.language}, call);
    result.analysis = std::move(answer.value);
    result.analysed_by = skill::to_text(answer.provenance.source);
  } catch (const Error& error) {
    log.warning("analysis failed, searching the words themselves", {{"error", error.message()}});
    result.analysis.query = heard.words;
    result.fallback = Fallback::keywords;
    failure = to_text(error.code());
  }
  result.analysed_at = now();
  result.calls.push_back(
      make_call(heard, "skill", std::string(analyse_skill), begun_at, result.analysed_at));
  result.calls.back().source = result.analysed_by;
  result.calls.back().error = std::exchange(failure, {});
  bool searches = is_enough(heard, result.analysis);
  try {
    co_await world_->refresh_opinions(call);
    if (searches) {
      result.clips = co_await world_->search(result.analysis.query, searched_max, call);
    }
  } catch (const Error& error) {
    log.warning("search failed", {{"error", error.message()}});
    auto stand_in = default_clip();
    result.fallback = stand_in ? Fallback::default_clip : Fallback::no_overlay;
    if (stand_in) result.clips = {{stand_in, {.id = stand_in->id, .confidence = 1}}};
    failure = to_text(error.code());
  }
  result.found_at = now();
  if (searches) {
    result.calls.push_back(
        make_call(heard, "search", "director.library", result.analysed_at, result.found_at));
    result.calls.back().error = failure;
  }
  co_return result;
}

// Not one that the creator has banned, or may have.
std::shared_ptr<const Asset> Take::default_clip() const {
  auto clip = world_->default_clip();
  auto opinions = world_->opinions();
  if (!clip || !opinions) return nullptr;
  return opinion_of(*opinions, clip->id).standing == Standing::banned ? nullptr : clip;
}

// What the creator thinks now, not when the words were looked up. Where that is not known nothing
// is chosen: the clip might be banned.
std::vector<Choice> Take::choices(const Considered& considered) const {
  auto opinions = world_->opinions();
  return opinions ? choices_of(considered.clips, *opinions) : std::vector<Choice>{};
}

void Take::on_considered(const Considered& considered) {
  if (considered.heard.is_final) --finals_under_way_;
  bool is_stale = considered.generation != generation_;
  if (is_stale && !considered.heard.is_final) {
    return end_turn(considered, to_text(Verdict::overtaken));
  }
  Instant decided_at = now();
  Verdict verdict = is_stale ? Verdict::overtaken : decide(considered);
  end_turn(considered, to_text(verdict));
  if (considered.heard.is_final) tell_timeline(considered, decided_at, verdict);
  complete_when_done();
}

Verdict Take::decide(const Considered& considered) {
  std::vector<Choice> fitting = choices(considered);
  Decision decision =
      choose_overlay(overlay_, rules(), candidates_of(fitting), considered.heard.heard_at, now());
  suggest(considered, fitting, decision.verdict);
  if (decision.verdict == Verdict::held) {
    session_.spawn(decide_again(considered, hold_over(overlay_, rules())));
  }
  if (decision.show) {
    put_first(fitting, decision.show->asset_id);
    if (decision.verdict == Verdict::proposed) {
      propose(considered, fitting);
    } else {
      put_on_screen(overlay_for(fitting.front(), considered));
    }
  }
  return decision.verdict;
}

// The clip on screen may leave now: unless newer words came, these still want theirs.
Task<> Take::decide_again(Considered considered, Instant when) {
  co_await session_.sleep_until(when);
  session_.post([this, considered = std::move(considered)] {
    if (considered.generation == generation_) decide(considered);
  });
}

OverlayCommand Take::overlay_for(const Choice& choice, const Considered& considered) const {
  OverlayCommand command = overlay_of(choice);
  command.why.words = considered.heard.words;
  command.why.source = "speech";
  command.why.analysed_by = considered.analysed_by;
  command.why.latency_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now() - considered.heard.heard_at)
          .count();
  command.why.fallback = considered.fallback;
  return command;
}

void Take::put_on_screen(OverlayCommand command) {
  overlay_ = after_showing(std::move(overlay_), rules(), {command.asset_id, now(), command.topic});
  session_.emit(overlay_command, command);
  keep_moment({.kind = MomentKind::clip,
               .asset_id = command.asset_id,
               .title = command.title,
               .length_ms = std::chrono::milliseconds(std::llround(command.duration * 1000)),
               .transition = command.transition,
               .confidence = command.confidence,
               .said = command.why.words});
  state_.overlay = std::move(command);
}

void Take::suggest(const Considered& considered, const std::vector<Choice>& fitting,
                   Verdict verdict) {
  BrollSuggestion event{.utterance = considered.heard.utterance,
                        .topic = considered.analysis.topic,
                        .sentiment = std::string(to_text(considered.analysis.sentiment)),
                        .query = considered.analysis.query,
                        .verdict = std::string(to_text(verdict)),
                        .fallback = considered.fallback};
  for (const Choice& choice : fitting) event.clips.push_back(suggested(choice));
  bool is_chosen = verdict == Verdict::shown || verdict == Verdict::proposed;
  if (considered.heard.is_final || is_chosen) {
    session_.emit(broll_suggestion, event);
  } else if (!event.clips.empty() && event.clips.front().asset_id != preloaded_) {
    preloaded_ = event.clips.front().asset_id;
    session_.emit(preload, Preload{std::move(event.clips)});
  }
}

void Take::on_progress(std::uint64_t heard_samples) {
  if (heard_samples - progress_told_ < progress_samples) return;
  progress_told_ = heard_samples;
  session_.emit(listening, ListeningProgress{static_cast<std::int64_t>(heard_samples)});
}

void Take::on_recogniser_failed(std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    tell_error(std::string(recogniser_unavailable), error.message() + " Typed text still works.");
  }
  on_all_heard();
}

void Take::tell_status() {
  session_.emit(status, TakeStatus{.state = state_.state,
                                   .language = state_.language,
                                   .paused = state_.paused,
                                   .layout = state_.layout,
                                   .mode = state_.mode,
                                   .coverage = state_.coverage,
                                   .recogniser = parts_.recogniser.capabilities().name,
                                   .recorded = state_.recorded,
                                   .finish_at = state_.finish_at});
}

void Take::tell_error(std::string code, std::string message) {
  session_.emit(live::error_event,
                live::ErrorBody{.code = std::move(code), .message = std::move(message)});
}

std::string Take::snapshot() { return schema::to_json(state_); }

void Take::restore(std::string_view snapshot, std::span<const live::LoggedEvent> events) {
  if (!snapshot.empty()) state_ = schema::parse<TakeState>(snapshot, {.ignore_unknown = true});
  for (const live::LoggedEvent& event : events) {
    apply(state_, event);
    if (event.type != timeline.name) continue;
    auto told = schema::parse<Timeline>(event.json, {.ignore_unknown = true});
    parts_.waterfalls.restore(session_.owner(), make_waterfall_turn(told, event.time));
  }
  overlay_.paused = state_.paused;
  overlay_.mode = state_.mode;
  restore_proposals();
  if (state_.overlay) {
    overlay_ = after_showing(std::move(overlay_), rules(),
                             {state_.overlay->asset_id, now(), state_.overlay->topic});
  }
  // The state counts at 16 kHz, the session in the rate of its client.
  auto heard = static_cast<std::uint64_t>(state_.end_sample);
  session_.resume_audio_at(heard * session_.audio_rate() / speech::sample_rate_hz);
  tell_cut_timelines("the server restarted");
  if (state_.finish_at) session_.spawn(finish_again());
  on_recording_ended("The server has restarted; the recording ended there.");
}

OverlayRules Take::rules() const { return with_coverage(parts_.rules, state_.coverage); }

}  // namespace antiphon::director
