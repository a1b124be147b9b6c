#pragma once

#include "engine/remote_speech/recogniser_settings.h"
#include "engine/remote_speech/speech_server.h"
#include "engine/remote_speech/transcriber.h"

namespace antiphon::remote_speech {

inline constexpr std::size_t transcription_bytes_max = std::size_t{4} << 20;  ///< of an answer

/// A remote server that takes stretches of sound as files. One on each core, over one SpeechServer.
class HttpTranscriber final : public Transcriber {
 public:
  /// @param client    outlives it and its ears; reaches what the operator names
  /// @param settings  without faults (find_faults)
  HttpTranscriber(http::HttpClient& client, RecogniserSettings settings,
                  std::shared_ptr<SpeechServer> server);

  const TranscriberInfo& info() const override { return info_; }
  std::shared_ptr<Ear> listen(std::string language) override;
  bool is_out(Instant now) const override { return server_->breaker().is_out(now); }
  void note_missed_words() override { server_->note_missed_words(); }

  /// Why it cannot be used now; nothing when it answers. For the log at start, and for operators.
  Task<std::optional<std::string>> check(Instant deadline);

 private:
  http::HttpClient& client_;
  std::shared_ptr<const RecogniserSettings> settings_;
  std::shared_ptr<SpeechServer> server_;
  TranscriberInfo info_;
};

}  // namespace antiphon::remote_speech
