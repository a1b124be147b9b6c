#pragma once

#include "engine/http/client.h"
#include "engine/remote_speech/synthesiser_settings.h"
#include "engine/speech/synthesiser.h"

namespace antiphon::remote_speech {

/// The sentences of a text, each of at most so many characters (not bytes): longer ones are cut
/// behind a comma or a blank, or in a text without either between two characters.
/// @param characters_max  0: as long as a sentence may be anyway
std::vector<std::string> split_for_speech(std::string_view text, std::size_t characters_max);

/// The request that has a server of these settings say a sentence.
http::ClientRequest make_speech_request(const SynthesiserSettings& settings,
                                        const std::string& sentence, const std::string& language,
                                        double speed);

}  // namespace antiphon::remote_speech
