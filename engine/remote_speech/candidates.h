#pragma once

#include "engine/remote_speech/transcriber.h"

namespace antiphon::remote_speech {

/// One transcriber for one speaker.
struct Candidate {
  std::shared_ptr<Transcriber> transcriber;
  std::shared_ptr<Ear> ear;
  std::optional<Instant> failed_at = {};  ///< for this speaker

  const TranscriberInfo& info() const { return transcriber->info(); }
};

/// Who may hear a speaker, in the order in which they are asked. Belongs to one core.
class Candidates {
 public:
  /// @param language     primary; only who knows it becomes a candidate
  /// @param avoid_time   one that failed this speaker is asked after the others for so long, since
  ///                     what stalls costs its whole limit of time each time
  Candidates(const std::vector<std::shared_ptr<Transcriber>>& transcribers,
             const std::string& language, Duration avoid_time);

  bool empty() const { return all_.empty(); }
  /// Those that are not out: first those that did not fail lately, each in the order that was set.
  std::vector<Candidate*> in_order(Instant now);
  /// Whether it is the one that is asked when all are well.
  bool is_first(const Candidate& candidate) const { return &candidate == &all_.front(); }

 private:
  bool is_avoided(const Candidate& candidate, Instant now) const;

  std::vector<Candidate> all_;
  Duration avoid_time_;
};

}  // namespace antiphon::remote_speech
