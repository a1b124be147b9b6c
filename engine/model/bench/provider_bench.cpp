// What a streamed event and a request cost of processor time: an event of each provider from its
// bytes to a piece, and the body of a request with a long conversation.
#include <benchmark/benchmark.h>

#include "engine/model/openai_quick.h"
#include "engine/model/protocol.h"
#include "engine/model/provider_wires.h"

namespace antiphon::model {
namespace {

using Framing = AnswerReader::Framing;

constexpr std::string_view openai_event =
    R"(data: {"id":"chatcmpl-B3Xk2Yc0","object":"chat.completion.chunk","created":1732143000,)"
    R"("model":"gpt-4o-mini","service_tier":"default","system_fingerprint":"fp_0aa8d3e20b",)"
    R"("choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,"finish_reason":null}],)"
    R"("usage":null})"
    "\n\n";
constexpr std::string_view ollama_line =
    R"({"model":"qwen2:0.5b","created_at":"2025-10-26T17:15:24.097767Z","message":)"
    R"({"role":"assistant","content":" token"},"done":false})"
    "\n";
constexpr std::string_view gemini_event =
    R"(data: {"candidates":[{"content":{"parts":[{"text":" token"}],"role":"model"},"index":0}],)"
    R"("usageMetadata":{"promptTokenCount":6,"totalTokenCount":6,"promptTokensDetails":[)"
    R"({"modality":"TEXT","tokenCount":6}]},"modelVersion":"gemini-2.5-flash","responseId":"yq"})"
    "\r\n\r\n";
constexpr std::string_view anthropic_event =
    "event: content_block_delta\n"
    R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta",)"
    R"("text":" token"}})"
    "\n\n";

void read_event(benchmark::State& state, std::unique_ptr<AnswerWire> wire, Framing framing,
                std::string_view bytes) {
  AnswerReader reader(std::move(wire), framing);
  for (auto _ : state) {
    reader.feed(bytes);
    auto delta = reader.next();
    benchmark::DoNotOptimize(delta);
    if (!delta || delta->text != " token") state.SkipWithError("no token");
  }
}

void write_request(benchmark::State& state, std::unique_ptr<Protocol> protocol) {
  ChatRequest request{.model = "m", .options = {.temperature = 0.2, .tokens_max = 500}};
  std::string text(400, 'a');
  for (int i = 0; i < 10; ++i) {
    request.messages.push_back({.role = i % 2 == 0 ? Role::user : Role::assistant, .text = text});
  }
  for (auto _ : state) benchmark::DoNotOptimize(protocol->chat_body(request));
}

BENCHMARK_CAPTURE(read_event, openai, make_openai_wire(), Framing::events, openai_event);
BENCHMARK_CAPTURE(read_event, openai_described, make_described_openai_wire(), Framing::events,
                  openai_event);
BENCHMARK_CAPTURE(read_event, ollama, make_ollama_wire(), Framing::lines, ollama_line);
BENCHMARK_CAPTURE(read_event, gemini, make_gemini_wire(), Framing::events, gemini_event);
BENCHMARK_CAPTURE(read_event, anthropic, make_anthropic_wire(""), Framing::events, anthropic_event);
BENCHMARK_CAPTURE(write_request, openai, make_openai_protocol(OpenAiDialect::openai));
BENCHMARK_CAPTURE(write_request, anthropic, make_anthropic_protocol());

}  // namespace
}  // namespace antiphon::model

BENCHMARK_MAIN();
