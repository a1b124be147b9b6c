#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/async/call.h"
#include "engine/http/client.h"
#include "engine/model/error_reply.h"
#include "engine/model/provider_settings.h"
#include "engine/model/redaction.h"

namespace antiphon::model {

/// How failures of one question are told: with the provider's name, and without what must not be
/// read in a log.
struct FailureVoice {
  std::string provider;
  std::shared_ptr<const Redaction> redaction;

  ProviderFailure failure(ProviderFailure::Kind kind, ProviderFailure::Stage stage,
                          std::string_view why) const;
  /// Of an error that the provider told. @param status  of HTTP, 200 within a good answer
  ProviderFailure told(int status, const ErrorFacts& facts, ProviderFailure::Stage stage) const;
  /// Of an exchange that broke. @param body_stage  how far an answer was whose body broke
  ProviderFailure broken(const http::ClientFailure& lost, ProviderFailure::Stage body_stage) const;
};

/// What one request sends, and how long its parts may take.
struct ProviderQuestion {
  http::Method method = http::Method::get;
  std::string path;  ///< below the provider's URL, with its query
  std::string body = {};
  std::string accept = "application/json";
  bool is_streamed = false;  ///< else the first byte may take as long as the whole
};

/// The way to one provider: where it is, who asks, and what its failures mean. On one core; the
/// client outlives it.
class ProviderLink {
 public:
  /// @throws Error{Code::invalid} for a URL, key or header that cannot be sent
  ProviderLink(const ProviderSettings& settings, http::Headers credentials,
               http::HttpClient& client);

  /// @param texts  of the conversation
  FailureVoice voice(std::vector<std::string> texts = {}) const;

  using Opened = Provided<std::unique_ptr<http::ClientAnswer>>;
  /// Asks, and gives an answer whose status is good.
  Task<Opened> open(ProviderQuestion question, FailureVoice voice, Due due);
  /// The whole body of such an answer.
  Task<Provided<std::string>> whole(ProviderQuestion question, FailureVoice voice, Due due,
                                    std::size_t bytes_max);

 private:
  http::ClientRequest request_of(ProviderQuestion question, const Due& due) const;
  http::ClientLimits limits_of(const ProviderQuestion& question, const Due& due) const;

  std::string name_;
  std::string url_;
  http::Headers headers_;
  std::vector<std::string> secrets_;
  http::ClientLimits limits_;
  http::HttpClient& client_;
};

/// So long the body of an error may take; what has come until then is read.
inline constexpr Duration error_body_time = std::chrono::seconds(2);

}  // namespace antiphon::model
