#pragma once

#include "engine/async/waiter.h"
#include "engine/remote_speech/candidates.h"
#include "engine/remote_speech/local_agreement.h"

namespace antiphon::remote_speech {

/// An utterance on its way to its words. Belongs to one core.
struct GrowingUtterance {
  std::uint64_t number = 0;
  std::uint64_t begin_sample = 0;
  std::shared_ptr<UtteranceSound> sound = std::make_shared<UtteranceSound>();
  bool has_ended = false;
  Waiter changed;  ///< it grew or ended, or what was asked about it was answered
};

struct PursuitLimits {
  Duration final_time = std::chrono::seconds(20);  ///< from an utterance's end to its final
  int rounds = 2;                                  ///< through all who may hear it
  Duration round_pause = std::chrono::milliseconds(300);
};

/// Follows one utterance from its beginning to its final. While it grows, all of it is heard again
/// and again, as often as its recogniser keeps up, and what two hypotheses agree on is told. At its
/// end what is under way is cut short for the final. The sound is kept until then: whoever fails,
/// the next one hears the same sound, and nothing is lost.
class Pursuit {
 public:
  using Tell = std::function<void(speech::Transcript)>;
  /// @param tell  what is heard on the way; `heard_at` is left open
  Pursuit(std::shared_ptr<GrowingUtterance> utterance, std::shared_ptr<Candidates> candidates,
          std::string language, PursuitLimits limits, Tell tell);

  /// The final, or that the utterance is lost. Once.
  Task<speech::Recognition> run();

  /// Who heard the final; null where nobody did.
  const Candidate* heard_by() const { return heard_by_; }

 private:
  struct Failed {
    std::string name;
    HearingFailure failure;
  };

  Task<> follow();
  Candidate* choose_for_hypothesis() const;
  bool wants_more_sound(const Candidate& candidate) const;
  void take_hypothesis(Candidate& candidate, Heard heard, std::size_t heard_before);
  Task<speech::Recognition> conclude();
  Task<std::optional<Hearing>> ask_each(Instant deadline);
  bool note(Candidate& candidate, const Heard& heard);
  speech::Transcript transcript(std::vector<Word> words, std::size_t heard_samples) const;
  speech::Transcript final_of(Hearing hearing) const;
  speech::LostUtterance lost() const;

  std::shared_ptr<GrowingUtterance> utterance_;
  std::shared_ptr<Candidates> candidates_;
  std::string language_;
  PursuitLimits limits_;
  Tell tell_;

  LocalAgreement agreement_;
  LocalAgreement::Told told_;
  std::size_t asked_samples_ = 0;  // of which a hypothesis was asked for

  std::vector<Candidate*> failed_on_the_way_;
  std::vector<Candidate*> silent_;    // heard no word in all of it
  std::vector<Candidate*> given_up_;  // asking them again is of no use
  std::vector<Failed> failures_;
  const Candidate* heard_by_ = nullptr;
};

}  // namespace antiphon::remote_speech
