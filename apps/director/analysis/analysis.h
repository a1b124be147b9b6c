#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/describe.h"

namespace antiphon::director {

enum class Sentiment { negative, neutral, positive };

inline auto describe(schema::Tag<Sentiment>) {
  return schema::enumeration<Sentiment>("Sentiment", "How the speaker feels about it")
      .value("negative", Sentiment::negative)
      .value("neutral", Sentiment::neutral)
      .value("positive", Sentiment::positive);
}

/// "negative", "neutral", "positive"
std::string_view to_text(Sentiment sentiment);

/// What the skill `director.analyse` is asked.
struct Speech {
  std::string text;
  std::string language = "en";
};

inline auto describe(schema::Tag<Speech>) {
  return schema::object<Speech>("Speech", "Words that were heard")
      .field("text", &Speech::text, "The words, as recognised", schema::max_length(2000))
      .field("language", &Speech::language, "Their language", schema::language_tag,
             schema::defaulted);
}

/// What it answers.
struct Analysis {
  std::string topic;
  Sentiment sentiment = Sentiment::neutral;
  std::vector<std::string> visual_concepts;
  std::string query;
};

inline auto describe(schema::Tag<Analysis>) {
  return schema::object<Analysis>("Analysis", "What a stretch of speech is about")
      .field("topic", &Analysis::topic, "Topic by name; empty when none is recognised")
      .field("sentiment", &Analysis::sentiment, "How the speaker feels about it")
      .field("visualConcepts", &Analysis::visual_concepts, "Things that can be seen, as spoken",
             schema::max_items(12))
      .field("query", &Analysis::query, "What to search the library for; empty: nothing to show");
}

/// The rules' answer: content words without what is negated ("not about cars"), the topic most of
/// them belong to, and a sentiment counted over a lexicon, turned round by negation. Pure.
Analysis analyse(const Speech& speech);

}  // namespace antiphon::director
