#include "engine/model/provider_link.h"

#include "engine/model/limits.h"

namespace antiphon::model {
namespace {

using Kind = ProviderFailure::Kind;
using Stage = ProviderFailure::Stage;

constexpr std::size_t piece_bytes = std::size_t{16} << 10;

bool has_control(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check_header(const std::string& provider, std::string_view name, std::string_view value) {
  bool is_good = !name.empty() && !has_control(name) && !has_control(value) &&
                 name.find_first_of(" :") == std::string_view::npos;
  if (is_good) return;
  throw Error(Code::invalid, fmt::format("A header or the key of {} has a line break or another "
                                         "character in it that no header has.",
                                         provider));
}

// Until the limit, the end or a failure, whichever is first; then what has come.
Task<std::string> read_error_body(http::ClientAnswer* answer) {
  answer->deadline = std::min(answer->deadline, Core::here().clock().steady() + error_body_time);
  std::string body;
  while (body.size() < error_bytes_max) {
    std::size_t before = body.size();
    body.resize(std::min(before + piece_bytes, error_bytes_max));
    auto count = co_await answer->read_some(std::span(body).subspan(before));
    body.resize(before + count.value_or(0));
    if (!count || *count == 0) break;
  }
  co_return body;
}

Task<ProviderFailure> read_error(std::unique_ptr<http::ClientAnswer> answer, FailureVoice voice) {
  std::string body = co_await read_error_body(answer.get());
  ErrorFacts facts = error_facts_of_body(body);
  ProviderFailure failure = voice.told(answer->status, facts, Stage::first_byte);
  failure.retry_after =
      retry_hint(answer->headers, facts, failure.kind, Core::here().clock().now());
  co_return failure;
}

}  // namespace

ProviderLink::ProviderLink(const ProviderSettings& settings, http::Headers credentials,
                           http::HttpClient& client)
    : name_(settings.name),
      url_(base_url(settings)),
      headers_(std::move(credentials)),
      client_(client) {
  if (!settings.api_key.empty()) secrets_.push_back(settings.api_key);
  for (const HeaderSetting& header : settings.headers) {
    headers_.set(header.name, header.value);
    secrets_.push_back(header.value);
  }
  for (const auto& [name, value] : headers_) check_header(name_, name, value);
  limits_.connect_time = settings.connect_ms;
  limits_.first_byte_time = settings.first_byte_ms;
  // Tokens have limits of their own, which are set before each read.
  limits_.gap_time = std::max(settings.first_token_ms, settings.gap_ms);
  limits_.bytes_per_second_min = 0;
}

FailureVoice ProviderLink::voice(std::vector<std::string> texts) const {
  return {name_, std::make_shared<Redaction>(secrets_, std::move(texts))};
}

http::ClientLimits ProviderLink::limits_of(const ProviderQuestion& question, const Due& due) const {
  http::ClientLimits limits = limits_;
  if (question.is_streamed) return limits;
  // Nothing comes before all of it is there.
  limits.first_byte_time = due.at - Core::here().clock().steady();
  return limits;
}

http::ClientRequest ProviderLink::request_of(ProviderQuestion question, const Due& due) const {
  http::ClientRequest request = http::request_to(question.method, url_ + question.path);
  request.headers = headers_;
  request.headers.set_default("Accept", question.accept);
  if (question.method == http::Method::post) {
    request.headers.set_default("Content-Type", "application/json");
  }
  request.limits = limits_of(question, due);
  request.body = std::move(question.body);
  request.trace = due.trace;
  return request;
}

Task<ProviderLink::Opened> ProviderLink::open(ProviderQuestion question, FailureVoice voice,
                                              Due due) {
  auto opened = co_await client_.open(request_of(std::move(question), due), due.at);
  if (!opened) co_return std::unexpected(voice.broken(opened.error(), Stage::first_byte));
  int status = (*opened)->status;
  if (status >= 200 && status < 300) co_return std::move(*opened);
  co_return std::unexpected(co_await read_error(std::move(*opened), std::move(voice)));
}

Task<Provided<std::string>> ProviderLink::whole(ProviderQuestion question, FailureVoice voice,
                                                Due due, std::size_t bytes_max) {
  auto answer = co_await open(std::move(question), voice, due);
  if (!answer) co_return std::unexpected(answer.error());
  std::string body;
  for (;;) {
    std::size_t before = body.size();
    body.resize(before + piece_bytes);
    auto count = co_await (*answer)->read_some(std::span(body).subspan(before));
    if (!count) co_return std::unexpected(voice.broken(count.error(), Stage::stream));
    body.resize(before + *count);
    if (*count == 0) co_return body;
    if (body.size() > bytes_max) {
      co_return std::unexpected(
          voice.failure(Kind::malformed, Stage::stream, "its answer is too long."));
    }
  }
}

}  // namespace antiphon::model
