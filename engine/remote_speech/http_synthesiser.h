#pragma once

#include "engine/http/client.h"
#include "engine/remote_speech/speech_server.h"
#include "engine/remote_speech/synthesiser_settings.h"
#include "engine/speech/synthesiser.h"

namespace antiphon::remote_speech {

inline constexpr std::size_t spoken_bytes_max = std::size_t{32} << 20;  ///< of one sentence

/// A remote server that speaks, asked sentence by sentence; its sound is given on as it comes. One
/// on each core, over one SpeechServer.
class HttpSynthesiser final : public speech::Synthesiser {
 public:
  /// @param client    outlives it and its streams; reaches what the operator names
  /// @param settings  without faults (find_faults)
  HttpSynthesiser(http::HttpClient& client, SynthesiserSettings settings,
                  std::shared_ptr<SpeechServer> server);

  std::string name() const override { return settings_->name; }
  Task<std::unique_ptr<speech::SynthesiserStream>> speak(speech::SpeechRequest request) override;

 private:
  http::HttpClient& client_;
  std::shared_ptr<const SynthesiserSettings> settings_;
  std::shared_ptr<SpeechServer> server_;
};

}  // namespace antiphon::remote_speech
