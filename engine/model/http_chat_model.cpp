#include "engine/model/http_chat_model.h"

#include "engine/base/error.h"
#include "engine/model/limits.h"
#include "engine/model/make_model.h"
#include "engine/model/provider_stream.h"
#include "engine/model/request_parts.h"

namespace antiphon::model {
namespace {

using Kind = ProviderFailure::Kind;
using Stage = ProviderFailure::Stage;
using Framing = AnswerReader::Framing;

std::expected<std::string, BadQuestion> write_body(const Protocol& protocol,
                                                   const ChatRequest& request) {
  try {
    return protocol.chat_body(request);
  } catch (const BadQuestion& bad) {
    return std::unexpected(bad);
  } catch (const Error&) {
    return std::unexpected(
        BadQuestion{"A text of the question is not UTF-8, or a number of its "
                    "options is none."});
  }
}

// Some answer in one piece though a stream was asked for, and the other way round. Nothing for a
// page, which comes from something else in between.
std::optional<Framing> framing_of(std::string_view content_type, Framing asked) {
  if (content_type.starts_with("text/event-stream")) return Framing::events;
  if (content_type.starts_with("application/x-ndjson")) return Framing::lines;
  if (content_type.starts_with("text/html")) return std::nullopt;
  bool is_json = content_type.starts_with("application/json");
  return is_json && asked == Framing::events ? Framing::whole : asked;
}

std::vector<std::string> take_texts(std::vector<Message> messages) {
  std::vector<std::string> texts;
  for (Message& message : messages) texts.push_back(std::move(message.text));
  return texts;
}

PaceLimits pace_limits(const ProviderSettings& settings) {
  return {.first_token_time = settings.first_token_ms,
          .gap_time = settings.gap_ms,
          .bytes_per_second_min = settings.bytes_per_second_min,
          .rate_grace = settings.rate_grace_ms};
}

}  // namespace

HttpChatModel::HttpChatModel(const ProviderSettings& settings, http::HttpClient& client)
    : protocol_(make_protocol(settings)),
      link_(settings, protocol_->credentials(settings.api_key), client),
      pace_(pace_limits(settings)) {}

Task<Provided<std::unique_ptr<ChatStream>>> HttpChatModel::open(ChatRequest request, Due due) {
  auto unasked = [this](Kind kind, std::string_view why) {
    return std::unexpected(link_.voice().failure(kind, Stage::connect, why));
  };
  if (auto lack = find_lack(request, protocol_->capabilities())) {
    co_return unasked(lack->kind, lack->message);
  }
  auto body = write_body(*protocol_, request);
  if (!body) co_return unasked(body.error().kind, body.error().why);
  auto wire = protocol_->chat_wire(request);
  Framing asked = request.is_streamed ? protocol_->stream_framing() : Framing::whole;
  ProviderQuestion question{.method = http::Method::post,
                            .path = protocol_->chat_path(request),
                            .body = std::move(*body),
                            .is_streamed = request.is_streamed};
  if (asked == Framing::events) question.accept = "text/event-stream, application/json";
  FailureVoice voice = link_.voice(take_texts(std::move(request.messages)));

  Instant began = Core::here().clock().steady();
  auto answer = co_await link_.open(std::move(question), voice, due);
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  auto framing = framing_of((*answer)->headers.get("Content-Type"), asked);
  if (!framing) {
    co_return std::unexpected(
        voice.failure(Kind::malformed, Stage::first_byte, "it answered with a page."));
  }
  PaceLimits limits = pace_;
  if (!request.is_streamed) limits.first_token_time = due.at - began;
  co_return std::make_unique<ProviderStream>(std::move(*answer),
                                             AnswerReader(std::move(wire), *framing),
                                             AnswerPace(limits, began), std::move(voice), due.at);
}

Task<Provided<std::vector<std::string>>> HttpChatModel::models(Due due) {
  FailureVoice voice = link_.voice();
  std::vector<std::string> names;
  std::string next;
  for (std::size_t pages = 0; pages < model_pages_max; ++pages) {
    auto body =
        co_await link_.whole({.path = protocol_->models_path(next)}, voice, due, answer_bytes_max);
    if (!body) co_return std::unexpected(std::move(body.error()));
    auto page = protocol_->read_models(*body);
    if (!page) {
      co_return std::unexpected(
          voice.failure(Kind::malformed, Stage::stream, "this is no list of models."));
    }
    std::ranges::move(page->names, std::back_inserter(names));
    next = std::move(page->next);
    if (next.empty()) break;
  }
  co_return names;
}

std::unique_ptr<ChatModel> make_chat_model(const ProviderSettings& settings,
                                           http::HttpClient& client) {
  return std::make_unique<HttpChatModel>(settings, client);
}

}  // namespace antiphon::model
