#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/http/message.h"
#include "engine/standin/script.h"

namespace antiphon::standin {

/// Why a service says no, in nobody's shape.
struct Fault {
  enum class Kind {
    invalid,  ///< what was sent cannot be understood
    no_such_model,
    bad_key,
    limited,
    broken  ///< a fault of the service
  };
  Kind kind = Kind::broken;
  int status = 500;
  std::string message = "The script says so.";
  Hint hint = Hint::none;
  milliseconds retry_after{};
};

/// What a status is for.
Fault fault_of(int status);

/// How a service says no.
using Refuse = http::Response (*)(const Fault& fault);

http::Response refuse_as_openai(const Fault& fault);
http::Response refuse_as_ollama(const Fault& fault);
http::Response refuse_as_gemini(const Fault& fault);
http::Response refuse_as_anthropic(const Fault& fault);
http::Response refuse_as_whisper(const Fault& fault);
http::Response refuse_as_style_bert(const Fault& fault);

/// A question to a model that chats, in nobody's shape.
struct ChatQuestion {
  std::string model;
  std::string user_text;  ///< all that users said
  std::string own_text;   ///< all that the model said before
  std::string all_text;   ///< the same with what everybody else said
  bool is_streamed = false;
  bool wants_usage = true;      ///< told at the end of a stream
  bool is_event_stream = true;  ///< Gemini: not an array
  std::optional<std::int64_t> tokens_max;
  bool wants_json = false;
  std::string schema;            ///< that the JSON shall fit; "" for none
  std::string answer_tool = {};  ///< the one that has to be called; "" for none
};

/// What is answered, in nobody's shape.
struct ChatPlan {
  std::int64_t number = 0;  ///< of the call, for its id
  Timestamp now;
  std::string text;
  std::vector<std::string> pieces;
  std::optional<ToolUse> tool;
  std::string finish;  ///< the service's own word, where the script gives one
  bool is_cut_by_length = false;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_out = 0;
  bool tells_usage = true;
  bool tells_finish = true;
  bool tells_done = true;
};

/// A piece of a streamed answer, ready to be sent.
struct Piece {
  std::string bytes;
  std::int64_t tokens = 0;
};

/// A streamed answer, ready to be sent.
struct Programme {
  std::string content_type;
  std::string begin;  ///< what stands before all content
  std::vector<Piece> pieces;
  std::string end;
  std::string fault;    ///< what an error looks like within
  std::string garbage;  ///< what is none of its lines
};

/// How a service chats.
struct ChatWire {
  Api api;
  Refuse refuse;
  /// @throws Error{Code::invalid} saying what the service would not take
  ChatQuestion (*read)(const schema::Value& body, const http::Request& request);
  std::string (*key)(const http::Request& request);
  Programme (*stream)(const ChatQuestion& question, const ChatPlan& plan);
  std::string (*whole)(const ChatQuestion& question, const ChatPlan& plan);
};

const ChatWire& openai_chat();
const ChatWire& ollama_chat();
const ChatWire& ollama_generate();
const ChatWire& gemini();
const ChatWire& anthropic();

std::string bearer_key(const http::Request& request);

// What the wires share.

/// `text` as a JSON string.
std::string as_json(std::string_view text);
/// A refusal with the headers of its hint.
http::Response refusal(const Fault& fault, std::string json);
/// "1m2.5s", "350ms"
std::string duration_text(milliseconds time);

/// A member that has to be there and be of its kind. @throws Error{Code::invalid} naming it
const schema::Value& member(const schema::Value& object, std::string_view name);
const std::string& text_member(const schema::Value& object, std::string_view name);
const std::vector<schema::Value>& list_member(const schema::Value& object, std::string_view name);
bool is_true(const schema::Value& object, std::string_view name, bool otherwise = false);
std::optional<std::int64_t> integer_member(const schema::Value& object, std::string_view name);
/// The text of a content that is a text, or a list of parts of which some have a text.
std::string text_of_content(const schema::Value& content);
/// Adds what somebody said to a question.
void add_said(ChatQuestion& question, std::string_view role, const std::string& text);
/// @throws Error{Code::invalid} unless `role` is one of `roles`
void check_role(std::string_view role, std::initializer_list<std::string_view> roles);

}  // namespace antiphon::standin
