#pragma once

#include <span>

#include "engine/remote_speech/hearing.h"
#include "engine/remote_speech/recogniser_settings.h"

namespace antiphon::remote_speech {

/// A WAV file of the sound.
std::string make_wav(std::span<const Sample> sound);

/// The request that has a server of these settings transcribe the sound.
/// @param language  primary
http::ClientRequest make_transcription_request(const RecogniserSettings& settings,
                                               std::span<const Sample> sound,
                                               const std::string& language);

/// The request that tells whether the server can be asked: whisper.cpp says at /health whether its
/// model is loaded, the others at least that they are there.
http::ClientRequest make_health_request(const RecogniserSettings& settings);

/// A request to a path below a server's URL, with its key.
http::ClientRequest request_below(http::Method method, std::string_view url, std::string_view path,
                                  std::string_view api_key);

}  // namespace antiphon::remote_speech
