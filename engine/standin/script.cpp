#include "engine/standin/script.h"

#include <algorithm>

namespace antiphon::standin {

schema::Enumeration<Api> describe(schema::Tag<Api>) {
  return schema::enumeration<Api>("Api", "What is asked for")
      .value("openai.chat", Api::openai_chat, "/v1/chat/completions")
      .value("openai.embeddings", Api::openai_embeddings, "/v1/embeddings")
      .value("openai.transcription", Api::openai_transcription, "/v1/audio/transcriptions")
      .value("openai.speech", Api::openai_speech, "/v1/audio/speech")
      .value("ollama.chat", Api::ollama_chat, "/api/chat")
      .value("ollama.generate", Api::ollama_generate, "/api/generate")
      .value("ollama.embed", Api::ollama_embed, "/api/embed")
      .value("gemini.generate", Api::gemini_generate, "/v1beta/models/{model}:generateContent")
      .value("anthropic.messages", Api::anthropic_messages, "/v1/messages")
      .value("whisper.inference", Api::whisper_inference, "/inference")
      .value("style-bert.voice", Api::style_bert_voice, "/voice")
      .value("lists", Api::lists, "Models, versions, health");
}

std::string_view to_text(Api api) {
  for (const auto& value : schema::of<Api>().values) {
    if (value.number == static_cast<std::uint64_t>(api)) return value.name;
  }
  return "lists";
}

schema::Enumeration<Mode> describe(schema::Tag<Mode>) {
  return schema::enumeration<Mode>("Mode", "What the text of an answer is made of")
      .value("echo", Mode::echo, "The question")
      .value("obey", Mode::obey, "What an instruction in the user's text demands")
      .value("obey-in-schema", Mode::obey_in_schema, "The same in JSON that fits");
}

schema::Enumeration<Hint> describe(schema::Tag<Hint>) {
  return schema::enumeration<Hint>("Hint", "How a 429 says when to come again")
      .value("none", Hint::none)
      .value("retry-after", Hint::retry_after)
      .value("retry-after-date", Hint::retry_after_date)
      .value("retry-after-ms", Hint::retry_after_ms)
      .value("rate-limit-reset", Hint::rate_limit_reset)
      .value("retry-info", Hint::retry_info)
      .value("per-day", Hint::per_day)
      .value("no-quota", Hint::no_quota)
      .value("spend-limit", Hint::spend_limit);
}

schema::Object<ToolUse> describe(schema::Tag<ToolUse>) {
  return schema::object<ToolUse>("ToolUse", "A call that the model asks for")
      .field("name", &ToolUse::name, "Of the tool")
      .field("arguments", &ToolUse::arguments, "A JSON object", schema::defaulted);
}

namespace {

schema::Object<Behaviour> with_head(schema::Object<Behaviour> object) {
  return std::move(object)
      .field("drop", &Behaviour::drop, "The connection is closed without an answer")
      .field("delayHeadMs", &Behaviour::delay_head, "Before the head of the answer")
      .field("status", &Behaviour::status, "In place of an answer, in the service's own shape",
             schema::min(200), schema::max(599))
      .field("body", &Behaviour::body, "The body, as it is; with status 200 when none is given")
      .field("headers", &Behaviour::headers, "Of the answer, whatever it is")
      .field("hint", &Behaviour::hint, "Makes it a 429 (or `status`) that says so")
      .field("retryAfterMs", &Behaviour::retry_after, "What the hint says");
}

schema::Object<Behaviour> with_content(schema::Object<Behaviour> object) {
  return std::move(object)
      .field("mode", &Behaviour::mode, "What the text is made of")
      .field("text", &Behaviour::text, "The text itself")
      .field("wordMs", &Behaviour::word_time,
             "Of a transcription: each word of the text takes so long, and those are heard for "
             "which the sound has time; 0: the sound has time for all")
      .field("tool", &Behaviour::tool, "A call in place of a text")
      .field("finish", &Behaviour::finish, "Why it ends, in the service's own word")
      .field("empty", &Behaviour::empty, "A success with nothing in it")
      .field("wrongJson", &Behaviour::wrong_json, "The JSON of the answer breaks off")
      .field("noUsage", &Behaviour::no_usage, "Nothing is said about tokens");
}

}  // namespace

schema::Object<Behaviour> describe(schema::Tag<Behaviour>) {
  auto object = schema::object<Behaviour>("Behaviour", "What becomes of a call");
  return with_content(with_head(std::move(object)))
      .field("chunks", &Behaviour::chunks, "Pieces of the answer; else words", schema::min(1))
      .field("chunkLength", &Behaviour::chunk_length, "Characters of a piece", schema::min(1))
      .field("delayFirstMs", &Behaviour::delay_first, "Before the first piece")
      .field("intervalMs", &Behaviour::interval, "Between two pieces")
      .field("dripBytesPerSecond", &Behaviour::drip_bytes_per_second, "All comes so slowly",
             schema::min(1))
      .field("garbageAt", &Behaviour::garbage_at, "Before this piece stands a line of nonsense",
             schema::min(0))
      .field("errorAt", &Behaviour::error_at, "In place of this piece comes an error, with 200",
             schema::min(0))
      .field("stallAt", &Behaviour::stall_at, "This piece never comes", schema::min(0))
      .field("cutAt", &Behaviour::cut_at, "In place of this piece the connection is cut",
             schema::min(0))
      .field("noFinish", &Behaviour::no_finish, "It ends without saying that it does")
      .field("noDone", &Behaviour::no_done, "OpenAI's [DONE] does not come")
      .all_defaulted();
}

schema::Object<Rule> describe(schema::Tag<Rule>) {
  return schema::object<Rule>("Rule", "What becomes of which calls")
      .field("api", &Rule::api, "Calls of this")
      .field("model", &Rule::model, "To this model")
      .field("contains", &Rule::contains, "Whose question has this text")
      .field("stream", &Rule::stream, "That are streamed, or are not")
      .field("nth", &Rule::nth, "Of those only this one, from 1", schema::min(1))
      .field("first", &Rule::first, "Of those only so many", schema::min(1))
      .field("then", &Rule::then, "What becomes of them");
}

schema::Object<Script> describe(schema::Tag<Script>) {
  return schema::object<Script>("Script", "What the stand-in does")
      .field("rules", &Script::rules, "The first that fits counts")
      .field("otherwise", &Script::otherwise, "What becomes of other calls")
      .field("keys", &Script::keys, "The keys that are good; none: all are")
      .field("models", &Script::models, "The models there are; none: each")
      .field("dimensions", &Script::dimensions, "Of embeddings where the call says nothing",
             schema::min(2), schema::max(4096))
      .field("refuseForMs", &Script::refuse_for,
             "From the answer to this on, no connection is taken for so long")
      .field("keepBodies", &Script::keep_bodies, "The ledger has what was sent")
      .all_defaulted();
}

namespace {

bool fits(const Rule& rule, const Occasion& occasion) {
  return (!rule.api || *rule.api == occasion.api) &&
         (!rule.model || *rule.model == occasion.model) &&
         (!rule.stream || *rule.stream == occasion.is_streamed) &&
         (!rule.contains || occasion.text.contains(*rule.contains));
}

}  // namespace

void Scripts::replace(Script script) {
  script_ = std::move(script);
  fitted_.assign(script_.rules.size(), 0);
}

Behaviour Scripts::choose(const Occasion& occasion) {
  for (std::size_t i = 0; i < script_.rules.size(); ++i) {
    const Rule& rule = script_.rules[i];
    if (!fits(rule, occasion)) continue;
    int number = ++fitted_[i];
    bool is_meant = (!rule.nth || *rule.nth == number) && (!rule.first || number <= *rule.first);
    if (is_meant) return rule.then;
  }
  return script_.otherwise;
}

bool Scripts::has_model(const std::string& model) const {
  return script_.models.empty() || std::ranges::count(script_.models, model) > 0;
}

bool Scripts::takes_key(const std::string& key) const {
  return script_.keys.empty() || std::ranges::count(script_.keys, key) > 0;
}

std::vector<std::string> Scripts::models() const {
  return script_.models.empty() ? std::vector<std::string>{"standin"} : script_.models;
}

}  // namespace antiphon::standin
