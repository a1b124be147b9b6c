// The part of a take that does what the creator wants of its choices: mode, approval, coverage,
// opinions, rehearsal.

#include "apps/director/take/commands.h"
#include "apps/director/take/event_types.h"
#include "apps/director/take/script.h"
#include "apps/director/take/take.h"

namespace antiphon::director {
namespace {

constexpr Duration opinion_time_max = std::chrono::seconds(5);

std::vector<std::string> assets_of(const OverlayProposal& proposal) {
  std::vector<std::string> ids;
  for (const OverlayCommand& overlay : proposal.overlays) ids.push_back(overlay.asset_id);
  return ids;
}

}  // namespace

void Take::set_mode(const live::Message& message) {
  const schema::Value* name = message.body.find("mode");
  if (name && name->is_text() && name->text() == "rehearse") {
    throw Error(Code::unsupported,
                "rehearse is no mode of a take; send {\"action\":\"rehearse\",\"script\":…} for a "
                "cue sheet. Modes are automatic and approve.");
  }
  state_.mode = overlay_.mode = message.read<SetMode>().mode;
  if (state_.mode == Mode::automatic) {
    overlay_.waiting.clear();
    state_.proposals.clear();
    state_.chart_proposals.clear();
  }
  tell_status();
}

void Take::set_coverage(const live::Message& message) {
  state_.coverage = message.read<SetCoverage>().coverage;
  tell_status();
}

void Take::propose(const Considered& considered, const std::vector<Choice>& fitting) {
  OverlayProposal proposal{.suggestion_id = state_.suggestions + 1,
                           .utterance = considered.heard.utterance};
  proposal.approve_by =
      today() + std::chrono::duration_cast<Timestamp::duration>(parts_.rules.approve_within);
  for (const Choice& choice : fitting) {
    proposal.overlays.push_back(overlay_for(choice, considered));
    proposal.overlays.back().why.suggestion_id = proposal.suggestion_id;
  }
  overlay_ = after_proposing(std::move(overlay_), rules(), proposal.suggestion_id,
                             assets_of(proposal), now());
  session_.emit(overlay_proposal, proposal);
  state_.add(std::move(proposal));
}

void Take::approve(const live::Message& message) {
  auto [suggestion_id, asset_id, chart_id] = message.read<ApproveOverlay>();
  std::optional<Approved> approved;
  if (!chart_id) approved = decide_approval(overlay_, {suggestion_id, asset_id}, now());
  bool is_chart = !approved && !suggestion_id && !asset_id;
  auto chart = is_chart ? state_.waiting_chart(chart_id, today()) : std::nullopt;
  if (chart) return approve_chart(*chart);
  if (!approved) {
    throw Error(Code::conflict,
                "Nothing of that kind waits for approval: it was answered, its time is over, or it "
                "never was proposed.");
  }
  auto opinions = world_->opinions();
  if (opinions && opinion_of(*opinions, approved->asset_id).standing == Standing::banned) {
    throw Error(Code::conflict, "This clip is banned; lift the ban first.");
  }
  for (const OverlayProposal& proposal : state_.proposals) {
    for (OverlayCommand overlay : proposal.overlays) {
      if (proposal.suggestion_id != approved->id || overlay.asset_id != approved->asset_id)
        continue;
      overlay.why.source = "approved";
      overlay_ = after_answering(std::move(overlay_), approved->id);
      state_.remove_proposal(approved->id);
      return put_on_screen(std::move(overlay));
    }
  }
}

// After a restart: what still waits goes on waiting for the rest of its time.
void Take::restore_proposals() {
  for (const OverlayProposal& proposal : state_.proposals) {
    overlay_ = after_proposing(std::move(overlay_), rules(), proposal.suggestion_id,
                               assets_of(proposal), now());
    overlay_.waiting.back().until = now() + (proposal.approve_by - today());
  }
}

void Take::rate(const live::Message& message) {
  auto [asset_id, thumb] = message.read<RateAsset>();
  session_.spawn(
      keep_opinion(asset_id, [thumb](Opinion before) { return with_thumb(before, thumb); }));
}

void Take::pin(const live::Message& message) {
  auto [asset_id, pinned] = message.read<PinAsset>();
  session_.spawn(keep_opinion(asset_id, [pinned](Opinion before) {
    return with_standing(before, Standing::pinned, pinned);
  }));
}

void Take::ban(const live::Message& message) {
  auto [asset_id, banned] = message.read<BanAsset>();
  session_.spawn(keep_opinion(asset_id, [banned](Opinion before) {
    return with_standing(before, Standing::banned, banned);
  }));
}

Task<> Take::keep_opinion(std::string asset_id, std::function<Opinion(Opinion)> change) {
  Instant deadline = now() + opinion_time_max;
  if (!co_await world_->find(asset_id, deadline)) {
    throw Error(Code::not_found, "The library has no clip " + asset_id + ".");
  }
  Opinion opinion = co_await world_->change_opinion(asset_id, std::move(change), deadline);
  session_.post([this, asset_id, opinion] {
    session_.emit(opinion_told, OpinionTold{asset_id, opinion.thumb, opinion.standing});
  });
}

void Take::rehearse(const live::Message& message) {
  session_.spawn(make_cue_sheet(split_script(message.read<RehearseScript>().script)));
}

// The same stages as for words that are said, at the pace of speech, and nothing comes on screen.
Task<> Take::make_cue_sheet(std::vector<std::string> sentences) {
  CueSheet sheet;
  OverlayState shown;
  Instant start = now();
  Duration at{};
  for (const std::string& sentence : sentences) {
    Heard heard{.words = sentence,
                .is_final = true,
                .heard_at = now(),
                .understood_at = now(),
                .turn = begin_turn(now())};
    Considered considered = co_await understand(std::move(heard));
    std::vector<Choice> fitting = choices(considered);
    Decision decision =
        choose_overlay(shown, rules(), candidates_of(fitting), start + at, start + at);
    Cue cue{.at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(at).count(),
            .words = sentence,
            .verdict = std::string(to_text(decision.verdict))};
    if (decision.show) {
      put_first(fitting, decision.show->asset_id);
      cue.overlay = overlay_for(fitting.front(), considered);
      shown = after_showing(std::move(shown), rules(),
                            {decision.show->asset_id, start + at, decision.show->topic});
    }
    sheet.cues.push_back(std::move(cue));
    at += speaking_time(sentence);
  }
  session_.post([this, sheet = std::move(sheet)] { session_.emit(cue_sheet, sheet); });
}

}  // namespace antiphon::director
