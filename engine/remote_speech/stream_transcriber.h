#pragma once

#include "engine/remote_speech/transcriber.h"

namespace antiphon::remote_speech {

/// Any recogniser as a transcriber: each utterance is a stream of its own, which hears on while the
/// utterance grows. So the embedded recogniser can take over in the middle of one. What its own
/// voice activity takes for several utterances is one.
class StreamTranscriber final : public Transcriber {
 public:
  /// @param recogniser  outlives it and its ears
  /// @param answer_time  for all of an utterance to be heard after its end
  explicit StreamTranscriber(speech::Recogniser& recogniser,
                             Duration answer_time = std::chrono::seconds(10));

  const TranscriberInfo& info() const override { return info_; }
  std::shared_ptr<Ear> listen(std::string language) override;
  bool is_out(Instant) const override { return false; }

 private:
  speech::Recogniser& recogniser_;
  Duration answer_time_;
  TranscriberInfo info_;
};

}  // namespace antiphon::remote_speech
