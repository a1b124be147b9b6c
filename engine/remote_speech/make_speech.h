#pragma once

#include "engine/http/client.h"
#include "engine/remote_speech/failover_recogniser.h"
#include "engine/remote_speech/recogniser_settings.h"
#include "engine/remote_speech/speech_server.h"
#include "engine/remote_speech/synthesiser_settings.h"
#include "engine/speech/synthesiser.h"

namespace antiphon::remote_speech {

/// The servers of a process, in the order in which they are asked: made once, for all cores.
template <class Settings>
struct ServerList {
  struct Member {
    Settings settings;
    std::shared_ptr<SpeechServer> server;
  };
  std::vector<Member> members;
};
using RecogniserServers = ServerList<RecogniserSettings>;
using SynthesiserServers = ServerList<SynthesiserSettings>;

/// @param at  JSON pointer of the list: "/speech/recognisers"
/// @throws Error{fields} with everything that is wrong in any of them, also two of one name
RecogniserServers make_servers(const std::vector<RecogniserSettings>& settings, Telling telling,
                               std::string_view at = "");
SynthesiserServers make_servers(const std::vector<SynthesiserSettings>& settings, Telling telling,
                                std::string_view at = "");

/// One core's recogniser over the servers.
/// @param client       outlives it and its streams; reaches what the operator names
/// @param last_resort  the embedded one; null: none. Outlives it and its streams
/// @return null when there is neither
std::unique_ptr<speech::Recogniser> make_recogniser(const RecogniserServers& servers,
                                                    http::HttpClient& client,
                                                    speech::Recogniser* last_resort,
                                                    FailoverOptions options = {});

/// One core's synthesiser over the servers.
/// @param last_resort  the embedded one; null: none
/// @return null when there is neither
std::shared_ptr<speech::Synthesiser> make_synthesiser(
    const SynthesiserServers& servers, http::HttpClient& client,
    std::shared_ptr<speech::Synthesiser> last_resort);

}  // namespace antiphon::remote_speech
