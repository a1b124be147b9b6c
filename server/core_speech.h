#pragma once

#include <memory>

#include "engine/async/tls.h"
#include "engine/http/client.h"
#include "engine/speech/embedded_recogniser.h"
#include "engine/speech/synthesiser.h"
#include "server/process.h"

namespace antiphon::server {

/// How one core hears and speaks: the servers that are set, then what is embedded.
class CoreSpeech {
 public:
  explicit CoreSpeech(Process& process);
  ~CoreSpeech();

  /// Who hears: servers before the embedded one.
  speech::Recogniser& recogniser();
  speech::EmbeddedRecogniser& embedded_recogniser() { return embedded_; }
  speech::Synthesiser& synthesiser() { return *synthesiser_; }

  /// Why servers cannot be used now, for the log at start; empty when all answer.
  Task<std::vector<std::string>> check_servers();
  /// When nobody is heard or spoken to any more.
  Task<> stop();

 private:
  Process& process_;
  std::unique_ptr<TlsClient> tls_;  ///< null: no server is asked over https
  http::NetworkHttpClient client_;
  speech::EmbeddedRecogniser embedded_;
  std::unique_ptr<speech::Recogniser> servers_;  ///< null: none is set
  std::shared_ptr<speech::Synthesiser> synthesiser_;
};

}  // namespace antiphon::server
