#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/schema/json.h"

namespace antiphon::standin {

using std::chrono::milliseconds;

/// What can be asked for, over all the services that are stood in for.
enum class Api {
  openai_chat,
  openai_embeddings,
  openai_transcription,
  openai_speech,
  ollama_chat,
  ollama_generate,
  ollama_embed,
  gemini_generate,
  anthropic_messages,
  whisper_inference,
  style_bert_voice,
  lists  ///< of models, versions and health, of whichever service
};

/// What the text of an answer is made of.
enum class Mode {
  echo,           ///< the question comes back; JSON that fits, where JSON was asked for
  obey,           ///< whatever an instruction within the user's text demands
  obey_in_schema  ///< the same as every text of JSON that fits what was asked for
};

/// With what a 429 says when to come again, if at all.
enum class Hint {
  none,
  retry_after,       ///< `Retry-After` in seconds
  retry_after_date,  ///< the same as a date
  retry_after_ms,    ///< `Retry-After-Ms`
  rate_limit_reset,  ///< `x-ratelimit-reset-requests: 1m2.5s`
  retry_info,        ///< Gemini's google.rpc.RetryInfo
  per_day,           ///< Gemini's quota of a day
  no_quota,          ///< nothing is left to pay with: OpenAI's insufficient_quota and its like
  spend_limit        ///< Anthropic's limit of a month, without a time
};

struct ToolUse {
  std::string name;
  schema::RawJson arguments{"{}"};
};

/// What becomes of a call. Everything absent is a service that does well. Pieces are counted from
/// 0.
struct Behaviour {
  // Before the head of the answer.
  bool drop = false;
  milliseconds delay_head{};
  std::optional<int> status;
  std::optional<std::string> body;
  std::map<std::string, std::string> headers;
  Hint hint = Hint::none;
  milliseconds retry_after{2000};
  // What is answered.
  Mode mode = Mode::echo;
  std::optional<std::string> text;
  milliseconds word_time{};
  std::optional<ToolUse> tool;
  std::optional<std::string> finish;
  bool empty = false;
  bool wrong_json = false;
  bool no_usage = false;
  // How it comes.
  std::optional<int> chunks;
  std::optional<int> chunk_length;
  milliseconds delay_first{};
  milliseconds interval{};
  std::optional<int> drip_bytes_per_second;
  // Where it goes wrong.
  std::optional<int> garbage_at;
  std::optional<int> error_at;
  std::optional<int> stall_at;
  std::optional<int> cut_at;
  bool no_finish = false;
  bool no_done = false;
};

/// Which calls a behaviour is for: all that is said must hold.
struct Rule {
  std::optional<Api> api;
  std::optional<std::string> model;
  std::optional<std::string> contains;
  std::optional<bool> stream;
  std::optional<int> nth;
  std::optional<int> first;
  Behaviour then;
};

/// What the stand-in does from now on.
struct Script {
  std::vector<Rule> rules;
  Behaviour otherwise;
  std::vector<std::string> keys;
  std::vector<std::string> models;
  int dimensions = 256;
  milliseconds refuse_for{};
  bool keep_bodies = false;
};

/// One call, as the rules see it.
struct Occasion {
  Api api = Api::lists;
  std::string model;
  std::string text;  ///< all that was asked, in the words of the question
  bool is_streamed = false;
};

/// A script and how far it has come. Belongs to one core.
class Scripts {
 public:
  void replace(Script script);
  const Script& script() const { return script_; }
  /// The behaviour of the first rule that fits, which counts it.
  Behaviour choose(const Occasion& occasion);
  /// Whether there is such a model: without a list there is each.
  bool has_model(const std::string& model) const;
  bool takes_key(const std::string& key) const;
  /// The models that are told: those of the list, or one.
  std::vector<std::string> models() const;

 private:
  Script script_;
  std::vector<int> fitted_;  // calls that each rule fits but for their number
};

schema::Enumeration<Api> describe(schema::Tag<Api>);
schema::Enumeration<Mode> describe(schema::Tag<Mode>);
schema::Enumeration<Hint> describe(schema::Tag<Hint>);
schema::Object<ToolUse> describe(schema::Tag<ToolUse>);
schema::Object<Behaviour> describe(schema::Tag<Behaviour>);
schema::Object<Rule> describe(schema::Tag<Rule>);
schema::Object<Script> describe(schema::Tag<Script>);

/// "openai.chat"
std::string_view to_text(Api api);

}  // namespace antiphon::standin
