#pragma once

#include "engine/remote_speech/recogniser_settings.h"

namespace antiphon::remote_speech {

/// What a server that speaks takes.
enum class SynthesiserKind {
  openai,           ///< POST {url}/audio/speech
  style_bert_vits2  ///< POST {url}/voice, everything in the query
};

inline auto describe(schema::Tag<SynthesiserKind>) {
  return schema::enumeration<SynthesiserKind>("SynthesiserKind", "What a synthesiser takes")
      .value("openai", SynthesiserKind::openai,
             "OpenAI's speech: OpenAI, speaches, Kokoro-FastAPI, LocalAI")
      .value("styleBertVits2", SynthesiserKind::style_bert_vits2, "Style-Bert-VITS2");
}

/// In which form an OpenAI-compatible server is asked for sound.
enum class SpeechForm { pcm, wav, events };

inline auto describe(schema::Tag<SpeechForm>) {
  return schema::enumeration<SpeechForm>("SpeechForm", "In which form sound comes")
      .value("pcm", SpeechForm::pcm, "PCM16 without a header, at sampleRate")
      .value("wav", SpeechForm::wav, "A WAV file")
      .value("events", SpeechForm::events, "Server-Sent Events with PCM16 at sampleRate");
}

/// One server that speaks.
struct SynthesiserSettings {
  std::string name;
  SynthesiserKind kind = SynthesiserKind::openai;
  std::string url;
  std::string api_key;
  std::string model;
  std::string voice;
  std::string style;
  std::string instructions;
  std::vector<std::string> languages;
  SpeechForm form = SpeechForm::pcm;
  std::int64_t sample_rate = 24'000;
  std::int64_t sentence_characters = 0;
  std::int64_t concurrency = 0;
  std::chrono::milliseconds answer_ms{10'000};

  /// Requests at the same time, where none is set: Style-Bert-VITS2 works on one.
  std::size_t at_once() const;
  /// Characters of one request; 0: as many as a sentence has.
  std::size_t characters_of_request() const;
};

inline auto describe(schema::Tag<SynthesiserSettings>) {
  using S = SynthesiserSettings;
  return schema::object<S>("SynthesiserSettings", "A server that speaks")
      .field("name", &S::name, "For logs, metrics and messages: \"voice-1\"", schema::min_length(1),
             schema::max_length(40))
      .field("kind", &S::kind, "What it takes")
      .field("url", &S::url, "Where it is: https://api.openai.com/v1, http://127.0.0.1:5000",
             schema::min_length(1), schema::max_length(500))
      .field("apiKey", &S::api_key, "Sent as a bearer token", schema::secret, schema::defaulted)
      .field("model", &S::model, "As the server names it; openai: gpt-4o-mini-tts unless set",
             schema::max_length(200), schema::defaulted)
      .field("voice", &S::voice,
             "As the server names it: alloy; the speaker of a Style-Bert-VITS2 model",
             schema::max_length(200), schema::defaulted)
      .field("style", &S::style, "Of Style-Bert-VITS2: Neutral", schema::max_length(100),
             schema::defaulted)
      .field("instructions", &S::instructions, "How an OpenAI model is to speak",
             schema::max_length(1'000), schema::defaulted)
      .field("languages", &S::languages,
             "Primary languages it speaks; empty: all of openai; ja, en, zh of styleBertVits2",
             schema::each({schema::max_length(8)}), schema::defaulted)
      .field("form", &S::form, "In which form openai is asked for sound", schema::defaulted)
      .field("sampleRate", &S::sample_rate, "Of sound without a header", schema::min(8'000),
             schema::max(48'000), schema::defaulted)
      .field("sentenceCharacters", &S::sentence_characters,
             "Longest text of one request; 0: 100 for styleBertVits2, whose own limit that is",
             schema::min(0), schema::max(4'096), schema::defaulted)
      .field("concurrency", &S::concurrency,
             "Requests at the same time; 0: 8 for openai, 1 for styleBertVits2", schema::min(0),
             schema::max(1'000), schema::defaulted)
      .field("answerMs", &S::answer_ms, "Longest time until the sound of a sentence begins",
             schema::min(100), schema::max(120'000), schema::defaulted);
}

/// What is wrong with them, as of recognisers.
std::vector<FieldError> find_faults(const SynthesiserSettings& settings, std::string_view at = "");

}  // namespace antiphon::remote_speech
