#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/schema/describe.h"

namespace antiphon::model {

/// A header that a provider wants beside the key.
struct HeaderSetting {
  std::string name;
  std::string value;
};

inline auto describe(schema::Tag<HeaderSetting>) {
  return schema::object<HeaderSetting>("HeaderSetting", "A header of every request")
      .field("name", &HeaderSetting::name, "Its name", schema::min_length(1))
      .field("value", &HeaderSetting::value, "Its value", schema::secret);
}

/// Where a provider is, how it speaks, and how long each part of an exchange with it may take.
struct ProviderSettings {
  std::string name;
  std::string kind;
  std::string url;
  std::string api_key;
  std::vector<HeaderSetting> headers;
  std::string dialect = "auto";
  std::string keep_alive;
  std::chrono::milliseconds connect_ms{2'000};
  std::chrono::milliseconds first_byte_ms{30'000};
  std::chrono::milliseconds first_token_ms{30'000};
  std::chrono::milliseconds gap_ms{15'000};
  std::int64_t bytes_per_second_min = 2;
  std::chrono::milliseconds rate_grace_ms{20'000};
};

inline auto describe(schema::Tag<ProviderSettings>) {
  return schema::object<ProviderSettings>("ProviderSettings", "A provider of models")
      .field("name", &ProviderSettings::name, "What it is called in metrics and logs",
             schema::min_length(1))
      .field("kind", &ProviderSettings::kind,
             "How it speaks; openai: also vLLM, llama.cpp, LM Studio and others alike",
             schema::one_of({"openai", "ollama", "gemini", "anthropic"}))
      .field(
          "url", &ProviderSettings::url,
          "What stands before /chat/completions and its like; empty: the provider's own; without "
          "a path: with the usual one",
          schema::defaulted)
      .field("apiKey", &ProviderSettings::api_key, "The key, where one is needed",
             schema::defaulted, schema::secret)
      .field("headers", &ProviderSettings::headers, "Headers of every request besides",
             schema::defaulted)
      .field("dialect", &ProviderSettings::dialect,
             "Of kind openai, which server it is; auto: OpenAI by its address, else what all know",
             schema::defaulted, schema::one_of({"auto", "openai", "vllm", "llamacpp", "lmstudio"}))
      .field("keepAlive", &ProviderSettings::keep_alive,
             "Of kind ollama, how long a model stays loaded: 5m, -1 for ever; empty: its own",
             schema::defaulted)
      .field("connectMs", &ProviderSettings::connect_ms, "Longest time to connect",
             schema::defaulted, schema::min(1), schema::max(600'000))
      .field("firstByteMs", &ProviderSettings::first_byte_ms,
             "Longest time to the first byte of a streamed answer", schema::defaulted,
             schema::min(1), schema::max(600'000))
      .field("firstTokenMs", &ProviderSettings::first_token_ms,
             "Longest time to the first token of a streamed answer", schema::defaulted,
             schema::min(1), schema::max(600'000))
      .field("gapMs", &ProviderSettings::gap_ms, "Longest time between two tokens",
             schema::defaulted, schema::min(1), schema::max(600'000))
      .field("bytesPerSecondMin", &ProviderSettings::bytes_per_second_min,
             "Of a streamed answer's text, on average since its first token; 0: any",
             schema::defaulted, schema::min(0), schema::max(1'000'000), schema::unit("bytes/s"))
      .field("rateGraceMs", &ProviderSettings::rate_grace_ms, "Time before that rate counts",
             schema::defaulted, schema::min(0), schema::max(600'000));
}

/// The servers that speak OpenAI's protocol differ in what they call things, and in what they have.
enum class OpenAiDialect { common, openai, vllm, llamacpp, lmstudio };
OpenAiDialect openai_dialect(const ProviderSettings& settings);

/// Where its paths begin, without a slash at the end: "https://api.openai.com/v1".
/// @throws Error{Code::invalid} for a URL that cannot be asked
std::string base_url(const ProviderSettings& settings);

}  // namespace antiphon::model
