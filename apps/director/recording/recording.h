#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/clock.h"

namespace antiphon::director {

/// Whether a recording can be played: `processing` until it has been made so that it can be sought.
enum class RecordingState { processing, ready, failed };
std::string_view to_text(RecordingState state);

/// What was recorded of a take with camera and microphone.
struct Recording {
  std::string id;       ///< "rec_…"
  std::string take_id;  ///< "ses_…"
  RecordingState state = RecordingState::processing;
  std::string problem = {};  ///< why it failed; "" when it did not
  std::string content_hash;  ///< as it was sent until it is ready
  std::string content_type;
  std::int64_t bytes = 0;
  std::chrono::milliseconds duration{};  ///< 0 until it is ready
  std::chrono::milliseconds offset{};    ///< where in the take's sound it begins
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string job_id = {};  ///< that makes it ready
  Timestamp created_at;

  /// Where in the take's sound it ends.
  std::chrono::milliseconds end() const { return offset + duration; }
};

/// The path under which a take's recording is served.
std::string recording_path(const std::string& take_id);

}  // namespace antiphon::director
