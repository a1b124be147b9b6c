#pragma once

#include <vector>

#include "engine/record/recognition_mark.h"

namespace antiphon::record {

/// How the recognition that left these marks has to be repeated.
speech::HeardBefore heard_before(const std::vector<RecognitionMark>& marks);

/// Recognises sound again: as fast as another recogniser can, but gives its results in the order
/// and number in which they came when they were recorded. Of one stream.
class ReplayedRecogniser final : public speech::Recogniser {
 public:
  /// @param recogniser  hears; outlives this
  ReplayedRecogniser(speech::Recogniser& recogniser, std::vector<RecognitionMark> marks)
      : recogniser_(recogniser), marks_(std::move(marks)) {}

  speech::RecogniserCapabilities capabilities() const override {
    return recogniser_.capabilities();
  }
  Task<std::unique_ptr<speech::RecogniserStream>> open(speech::StreamOptions options) override;

 private:
  speech::Recogniser& recogniser_;
  std::vector<RecognitionMark> marks_;
};

}  // namespace antiphon::record
