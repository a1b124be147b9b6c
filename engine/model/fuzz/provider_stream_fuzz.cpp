// Arbitrary bytes as the answer of each provider: split or whole, they come to the same pieces and
// the same end; so do OpenAI's read the quick way and by their description.

#include "engine/model/openai_quick.h"
#include "engine/model/provider_wires.h"

namespace antiphon::model {
namespace {

using Framing = AnswerReader::Framing;

constexpr std::array framings{Framing::events, Framing::lines, Framing::whole};

constexpr unsigned described_openai = 5;  // beyond what the input chooses

std::unique_ptr<AnswerWire> make_wire(unsigned provider) {
  if (provider == described_openai) return make_described_openai_wire();
  switch (provider) {
    case 0: return make_openai_wire();
    case 1: return make_ollama_wire();
    case 2: return make_gemini_wire();
    case 3: return make_anthropic_wire("");
    default: return make_anthropic_wire("answer");
  }
}

void take(AnswerReader& reader, std::string& all) {
  while (auto delta = reader.next()) {
    if (delta->is_empty()) __builtin_trap();
    all += delta->text;
    for (const auto& part : delta->tool_calls) {
      all += fmt::format("({} {} {} {})", part.index, part.id, part.name, part.arguments);
    }
    all += '\n';
  }
}

// @param piece_bytes  0: all at once
std::string read(unsigned provider, Framing framing, std::string_view bytes,
                 std::size_t piece_bytes) {
  AnswerReader reader(make_wire(provider), framing);
  std::string all;
  while (!bytes.empty()) {
    std::size_t count = piece_bytes == 0 ? bytes.size() : std::min(piece_bytes, bytes.size());
    reader.feed(bytes.substr(0, count));
    bytes.remove_prefix(count);
    take(reader, all);
  }
  reader.end();
  take(reader, all);
  const AnswerState& state = reader.state();
  auto fault = reader.broken() ? reader.broken() : find_fault(state);
  // What has no content is no success, and what did not say that it is complete is not.
  if (!fault && (state.content_bytes == 0 || !state.has_finish)) __builtin_trap();
  return fmt::format("{} {} {} {} {}", all, to_text(state.end.finish), state.end.malformed_lines,
                     state.end.usage.tokens_out.value_or(-1), fault ? to_text(fault->kind) : "");
}

}  // namespace
}  // namespace antiphon::model

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::model;
  if (size < 3) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  Framing framing = framings[data[1] % framings.size()];
  unsigned provider = data[0] % described_openai;
  std::string whole = read(provider, framing, bytes, 0);
  if (read(provider, framing, bytes, 1 + data[2]) != whole) __builtin_trap();
  // The quick way against the description.
  bool is_openai = provider == 0;
  if (is_openai && read(described_openai, framing, bytes, 0) != whole) __builtin_trap();
  return 0;
}
