#pragma once

#include <functional>

#include "engine/speech/media.h"
#include "engine/speech/recogniser.h"

namespace antiphon::speech {

/// Recognises all that is said in a recording. `told` is called for each final with words, and for
/// each utterance that was lost.
/// @return how much sound it was
/// @throws Error{Code::unprocessable} when the recording is silent from end to end; else what the
///         reader and the recogniser throw. Both outlive the task.
Task<std::chrono::milliseconds> transcribe(Recogniser* recogniser, MediaReader* reader,
                                           std::string language,
                                           std::function<void(const Recognition&)> told);

}  // namespace antiphon::speech
