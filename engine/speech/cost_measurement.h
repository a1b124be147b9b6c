#pragma once

#include "engine/speech/capacity.h"
#include "engine/speech/recogniser.h"
#include "engine/speech/speech_program.h"

namespace antiphon::speech {

/// Sound that a decoder has at least as much work with as with speech: vowels and hisses in turn,
/// always the same. Measured beside two sentences of flite's with their silences: 1.0 times the
/// cost in the fast rung, 1.8 times in the full one, so that the first streams rather get too low a
/// rung.
std::vector<Sample> make_reference_sound(std::chrono::milliseconds length);

/// Has `worker` decode the reference sound in each rung and tells `capacity` what it cost, so that
/// the first streams are admitted by what they will cost on this machine. Ends the worker.
/// @throws Error{Code::unavailable} when the worker ends or gives no answer in time
Task<> measure_costs(std::shared_ptr<Worker> worker, std::shared_ptr<Capacity> capacity,
                     Duration answer_max);

}  // namespace antiphon::speech
