// Arbitrary bytes as a prompt's file, as a text in a prompt, and as a model's answer.
#include <cstdlib>

#include "engine/base/encoding.h"
#include "engine/skill/answer_text.h"
#include "engine/skill/prompt.h"

namespace {

using namespace antiphon;
using namespace antiphon::skill;

// What is wrong has a name and a line; what was taken can be asked with.
void read_prompt(std::string_view text) {
  try {
    auto prompt = parse_prompt(text, "prompt.md");
    Constants constants;
    for (const std::string& name : prompt->constants) constants[name] = "x";
    render(*prompt, R"({"text":"hello"})", constants);
  } catch (const Error& error) {
    if (error.fields().empty()) std::abort();
  }
}

// No text ends its fence, and nothing is left to neutralise.
void fence(std::string_view text) {
  std::string plain = neutralised(text);
  if (!is_utf8(plain) || neutralised(plain) != plain) std::abort();
  Fence around({plain});
  if (plain.contains(around.tag()) || plain.contains("<|") || plain.contains(">>>")) std::abort();
}

void find(std::string_view answer) {
  std::string_view object = find_object(answer);
  if (object.empty()) return;
  if (object.front() != '{' || object.back() != '}' || !answer.contains(object)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_prompt(bytes);
  fence(bytes);
  find(bytes);
  return 0;
}
