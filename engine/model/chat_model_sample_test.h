#pragma once

// Providers that a test scripts, over a network in memory and in virtual time.

#include "engine/http/client_sample_test.h"
#include "engine/model/make_model.h"
#include "engine/model/reader_sample_test.h"

namespace antiphon::model {

using namespace std::chrono_literals;
using http::always;
using http::pieces;

inline std::string in_chunk(std::string_view text) {
  return fmt::format("{:x}\r\n{}\r\n", text.size(), text);
}
inline const std::string last_chunk = "0\r\n\r\n";
inline const std::string sse_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

/// An event of OpenAI's with this text, as a chunk of HTTP.
inline std::string said(std::string_view text) {
  return in_chunk(
      fmt::format("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", text));
}
inline const std::string stopped =
    in_chunk("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
inline const std::string ping = in_chunk(": ping\n\n");
inline const std::string done = in_chunk("data: [DONE]\n\n");

/// An answer whose length is told.
inline std::string with_length(std::string_view status, std::string_view headers,
                               std::string_view body) {
  return fmt::format("HTTP/1.1 {}\r\n{}Content-Length: {}\r\n\r\n{}", status, headers, body.size(),
                     body);
}

class ChatModelTest : public http::HttpClientTest {
 protected:
  static ChatRequest ask() {
    return {.model = "m", .messages = {{.text = "What did the landlord say about it?"}}};
  }

  static std::string failed(const ProviderFailure& failure) {
    return fmt::format(" ! {} {}", to_text(failure.kind), to_text(failure.stage));
  }

  // What a whole answer comes to: "[Hel][lo] stop", "[Hel] ! truncated stream".
  Task<std::string> outcome(ChatModel* model, ChatRequest request, Instant until) {
    auto stream = co_await model->open(std::move(request), until);
    if (!stream) {
      failure_ = stream.error();
      co_return failed(stream.error());
    }
    std::string told;
    for (;;) {
      auto piece = co_await (*stream)->next();
      if (!piece) {
        failure_ = piece.error();
        EXPECT_EQ(to_text((co_await (*stream)->next()).error().kind), to_text(failure_.kind));
        co_return told + failed(piece.error());
      }
      if (!*piece) break;
      EXPECT_FALSE((*piece)->is_empty());
      told += told_delta(**piece);
    }
    EXPECT_FALSE(*co_await (*stream)->next()) << "the end is the end";
    co_return fmt::format("{} {}", told, to_text((*stream)->end().finish));
  }

  std::string outcome_of(http::Script script) {
    network_.script = std::move(script);
    std::string told;
    with_client([&](http::NetworkHttpClient& client) -> Task<> {
      auto model = make_chat_model(settings_, client);
      Instant began = Core::here().clock().steady();
      told = co_await outcome(model.get(), request_, began + may_take_);
      took_ = std::chrono::floor<std::chrono::milliseconds>(Core::here().clock().steady() - began);
    });
    return told;
  }

  ProviderSettings settings_{.name = "openai-1",
                             .kind = "openai",
                             .url = "http://example.test/v1",
                             .api_key = "sk-secret-key-12345"};
  ChatRequest request_ = ask();
  Duration may_take_ = 1000s;
  ProviderFailure failure_;  // the last
  Duration took_{};
};

}  // namespace antiphon::model
