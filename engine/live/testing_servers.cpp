#include "engine/live/testing_servers.h"

#include <unordered_map>

#include "engine/base/encoding.h"
#include "engine/live/engine_events.h"
#include "engine/live/handshake.h"
#include "engine/live/websocket.h"
#include "engine/schema/json.h"

namespace antiphon::live {
namespace {

constexpr std::size_t chunks_bytes_max = std::size_t{1} << 20;
constexpr std::size_t chunks = 10;
constexpr std::size_t answers_max = 10'000;

struct ChatMessage {
  std::string type;
  schema::RawJson id;
  std::string text;
};
auto describe(schema::Tag<ChatMessage>) {
  return schema::object<ChatMessage>("ChatMessage", "A question")
      .field("type", &ChatMessage::type, "Always message", schema::one_of({"message"}))
      .field("id", &ChatMessage::id, "Comes back with every chunk")
      .field("text", &ChatMessage::text, "The question", schema::max_length(10'000));
}

// The pieces of an answer, one per chunk.
using Answer = std::array<std::string, chunks>;

Answer compose_answer(std::string_view question) {
  std::string digest = sha256_hex(question);
  Answer answer;
  for (std::size_t i = 0; i < chunks; ++i) {
    answer[i] = fmt::format("Part {} of the answer to question {}. ", i, digest.substr(i, 24));
  }
  return answer;
}

// Answers of this core, forgotten all at once when there are too many.
const Answer& cached_answer(const std::string& question) {
  thread_local std::unordered_map<std::string, Answer> answers;
  if (answers.size() >= answers_max) answers.clear();
  auto [place, fresh] = answers.try_emplace(question);
  if (fresh) place->second = compose_answer(question);
  return place->second;
}

void answer(WebSocket& socket, std::string_view json) {
  auto message = schema::parse<ChatMessage>(json, schema::ParseOptions::outside());
  const Answer& pieces = cached_answer(message.text);
  for (std::size_t i = 0; i < chunks; ++i) {
    socket.send(Opcode::text,
                fmt::format(R"({{"type":"chunk","id":{},"seq":{},"text":"{}","final":{}}})",
                            message.id.text, i, pieces[i], i + 1 == chunks));
  }
}

Task<> echo(WebSocket& socket) {
  while (auto message = co_await socket.receive()) {
    socket.send(message->kind, message->payload);
    co_await socket.drained(chunks_bytes_max);
  }
}

Task<> chat(WebSocket& socket) {
  while (auto message = co_await socket.receive()) {
    try {
      answer(socket, message->payload);
    } catch (const Error& error) {
      auto body = schema::to_json(make_error_body(error, {}));
      socket.send(Opcode::text, R"({"type":"error",)" + body.substr(1));
    }
    co_await socket.drained(chunks_bytes_max);
  }
}

template <class Conversation>
Task<> serve(http::Request request, http::Takeover takeover, std::size_t message_bytes_max,
             Conversation conversation) {
  if (auto refusal = refuse_version(request); !refusal.empty()) {
    co_return co_await takeover.take().stream->write_all(refusal);
  }
  Handshake handshake = read_handshake(request, {});
  http::TakenSocket taken = takeover.take();
  co_await taken.stream->write_all(make_answer(handshake));
  WebSocket socket(std::move(taken), {.message_bytes_max = message_bytes_max});
  co_await socket.run(conversation(socket));
}

}  // namespace

Task<> serve_echo(http::Request request, http::Takeover takeover) {
  return serve(std::move(request), std::move(takeover), echo_bytes_max, echo);
}

Task<> serve_chat(http::Request request, http::Takeover takeover) {
  return serve(std::move(request), std::move(takeover), std::size_t{1} << 20, chat);
}

}  // namespace antiphon::live
