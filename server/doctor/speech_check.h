#pragma once

#include "engine/http/client.h"
#include "server/config.h"
#include "server/doctor/reach.h"

// What hears and speaks: the embedded parts and the programs they need, and servers over HTTP.

namespace antiphon::server::doctor {

/// Programs and folders that features need: ffmpeg, espeak-ng, the pages.
Findings check_programs(const Settings& settings);

/// Whether the embedded recogniser answers, by starting one.
Task<Finding> check_embedded_recogniser(Outside outside, SpeechSettings settings);

/// Whether a server that recognises speech is reached and ready.
/// @param client  over the same network; outlives it
Task<Findings> check_recogniser(Outside outside, http::HttpClient* client,
                                remote_speech::RecogniserSettings settings);

/// Whether a server that speaks is reached and takes its key. Nothing is spoken: that may cost.
Task<Findings> check_voice(Outside outside, http::HttpClient* client,
                           remote_speech::SynthesiserSettings settings);

}  // namespace antiphon::server::doctor
