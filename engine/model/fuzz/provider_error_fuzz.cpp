// Arbitrary bytes as status, headers and body of an error: a hint is a wait that may be waited, and
// neither the key nor the conversation comes out.

#include "engine/http/retry_after.h"
#include "engine/model/limits.h"
#include "engine/model/provider_link.h"

namespace antiphon::model {
namespace {

const std::string key = "sk-secret-0123456789";
const std::string question = "Where do the swallows of the old mill go in winter?";

void check_message(const ErrorFacts& facts, int status) {
  static const auto redaction = std::make_shared<const Redaction>(
      std::vector<std::string>{key}, std::vector<std::string>{question});
  FailureVoice voice{"p", redaction};
  ProviderFailure failure = voice.told(status, facts, ProviderFailure::Stage::first_byte);
  std::string_view message = failure.message;
  if (message.size() > 3 * error_text_bytes_max) __builtin_trap();
  if (message.contains(key) || message.contains(question)) __builtin_trap();
  bool is_one_line =
      std::ranges::none_of(message, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (!is_one_line) __builtin_trap();
}

}  // namespace
}  // namespace antiphon::model

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon;
  using namespace antiphon::model;
  if (size < 4) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  int status = 200 + (data[0] * 256 + data[1]) % 400;
  auto header_end = std::min(bytes.size(), std::size_t{3} + data[2] % 64);
  std::string header(bytes.substr(3, header_end - 3));
  std::string body(bytes.substr(header_end));
  if (data[0] % 2 == 0) body = "{\"error\":{\"message\":\"" + body + key + question + "\"}}";

  ErrorFacts facts = error_facts_of_body(body);
  check_message(facts, status);
  auto kind = kind_of_error(status, facts);
  Timestamp now = parse_rfc3339("2026-03-01T08:00:00Z");
  for (const char* name : {"retry-after", "retry-after-ms", "x-ratelimit-reset-tokens"}) {
    http::Headers headers{{name, header}};
    auto hint = retry_hint(headers, facts, kind, now);
    if (hint && (*hint < Duration::zero() || *hint > http::retry_wait_max)) __builtin_trap();
  }
  return 0;
}
