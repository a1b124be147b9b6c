#include "engine/base/encoding.h"
#include "engine/model/limits.h"
#include "engine/model/provider_wires.h"
#include "engine/model/request_parts.h"
#include "engine/schema/json.h"

// Source: GenerateContentResponse of the Gemini API, v1beta.

namespace antiphon::model {
namespace {

struct GeminiCall {
  std::string id;
  std::string name;
  schema::RawJson args{"{}"};
};

auto describe(schema::Tag<GeminiCall>) {
  return schema::object<GeminiCall>("GeminiCall")
      .field("id", &GeminiCall::id, "")
      .field("name", &GeminiCall::name, "")
      .field("args", &GeminiCall::args, "")
      .all_defaulted();
}

struct GeminiPart {
  std::string text;
  bool thought = false;
  std::optional<GeminiCall> function_call;
  std::string thought_signature;
};

auto describe(schema::Tag<GeminiPart>) {
  return schema::object<GeminiPart>("GeminiPart")
      .field("text", &GeminiPart::text, "")
      .field("thought", &GeminiPart::thought, "")
      .field("functionCall", &GeminiPart::function_call, "")
      .field("thoughtSignature", &GeminiPart::thought_signature, "")
      .all_defaulted();
}

struct GeminiContent {
  std::vector<GeminiPart> parts;
};

auto describe(schema::Tag<GeminiContent>) {
  return schema::object<GeminiContent>("GeminiContent")
      .field("parts", &GeminiContent::parts, "")
      .all_defaulted();
}

struct GeminiCandidate {
  std::int64_t index = 0;
  GeminiContent content;
  std::string finish_reason;
};

auto describe(schema::Tag<GeminiCandidate>) {
  return schema::object<GeminiCandidate>("GeminiCandidate")
      .field("index", &GeminiCandidate::index, "")
      .field("content", &GeminiCandidate::content, "")
      .field("finishReason", &GeminiCandidate::finish_reason, "")
      .all_defaulted();
}

struct GeminiUsage {
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> cached_tokens;
  std::optional<std::int64_t> candidates_tokens;
  std::optional<std::int64_t> thoughts_tokens;
};

auto describe(schema::Tag<GeminiUsage>) {
  return schema::object<GeminiUsage>("GeminiUsage")
      .field("promptTokenCount", &GeminiUsage::prompt_tokens, "")
      .field("cachedContentTokenCount", &GeminiUsage::cached_tokens, "")
      .field("candidatesTokenCount", &GeminiUsage::candidates_tokens, "")
      .field("thoughtsTokenCount", &GeminiUsage::thoughts_tokens, "");
}

struct GeminiFeedback {
  std::string block_reason;
};

auto describe(schema::Tag<GeminiFeedback>) {
  return schema::object<GeminiFeedback>("GeminiFeedback")
      .field("blockReason", &GeminiFeedback::block_reason, "")
      .all_defaulted();
}

struct GeminiResponse {
  std::vector<GeminiCandidate> candidates;
  GeminiFeedback prompt_feedback;
  std::optional<GeminiUsage> usage;
  std::string model;
  std::string response_id;
  schema::Value error;
};

auto describe(schema::Tag<GeminiResponse>) {
  return schema::object<GeminiResponse>("GeminiResponse")
      .field("candidates", &GeminiResponse::candidates, "")
      .field("promptFeedback", &GeminiResponse::prompt_feedback, "")
      .field("usageMetadata", &GeminiResponse::usage, "")
      .field("modelVersion", &GeminiResponse::model, "")
      .field("responseId", &GeminiResponse::response_id, "")
      .field("error", &GeminiResponse::error, "")
      .all_defaulted();
}

Finish gemini_finish(std::string_view reason) {
  static constexpr std::string_view withheld[] = {"SAFETY",      "RECITATION",         "LANGUAGE",
                                                  "BLOCKLIST",   "PROHIBITED_CONTENT", "SPII",
                                                  "IMAGE_SAFETY"};
  if (reason == "STOP") return Finish::stop;
  if (reason == "MAX_TOKENS") return Finish::length;
  bool is_withheld = std::ranges::find(withheld, reason) != std::end(withheld);
  return is_withheld ? Finish::content_filter : Finish::truncated;
}

class GeminiWire final : public AnswerWire {
 public:
  bool read(std::string_view json, AnswerState& state, ChatDelta& delta) override {
    GeminiResponse response;
    std::vector<FieldError> errors;
    schema::parse_json(json, schema::of<GeminiResponse>(), &response,
                       schema::ParseOptions::outside(), errors);
    if (!errors.empty()) return false;
    if (!response.error.is_null()) {
      state.error = error_facts_within(json).value_or(ErrorFacts{});
      return true;
    }
    for (GeminiCandidate& candidate : response.candidates) {
      bool is_taken = candidate.index != 0 || take_candidate(response, candidate, state, delta);
      if (!is_taken) return false;
    }
    if (response.usage) take_usage(*response.usage, state.end.usage);
    if (!response.model.empty()) state.end.model = std::move(response.model);
    // A blocked question has no candidates, in a good answer.
    if (response.candidates.empty() && !response.prompt_feedback.block_reason.empty()) {
      state.has_finish = state.has_refused = true;
      state.end.finish = Finish::content_filter;
    }
    return true;
  }

 private:
  static bool take_candidate(const GeminiResponse& response, GeminiCandidate& candidate,
                             AnswerState& state, ChatDelta& delta) {
    for (GeminiPart& part : candidate.content.parts) {
      if (part.function_call) {
        if (state.tool_calls == tool_calls_max) return false;
        take_call(response, part, state, delta);
      } else if (part.thought) {
        state.thought_bytes += part.text.size();
      } else {
        delta.text += part.text;
      }
    }
    if (candidate.finish_reason.empty()) return true;
    state.has_finish = true;
    state.end.finish = gemini_finish(candidate.finish_reason);
    return true;
  }

  // It wants the signature of its thoughts to see again with the call, and gives ids only at times.
  static void take_call(const GeminiResponse& response, GeminiPart& part, AnswerState& state,
                        ChatDelta& delta) {
    std::size_t index = state.tool_calls++;
    GeminiCall& call = *part.function_call;
    std::string id =
        call.id.empty() ? fmt::format("call_{}_{}", response.response_id, index) : call.id;
    delta.tool_calls.push_back({index, marked_call_id(id, part.thought_signature),
                                std::move(call.name), std::move(call.args.text)});
  }

  // Each chunk tells all until then: what it tells counts, and is added to nothing.
  static void take_usage(const GeminiUsage& told, Usage& usage) {
    if (told.prompt_tokens) usage.tokens_in = count_of(told.prompt_tokens);
    if (told.cached_tokens) usage.tokens_cached = count_of(told.cached_tokens);
    if (told.thoughts_tokens) usage.tokens_reasoning = count_of(told.thoughts_tokens);
    if (!told.candidates_tokens && !told.thoughts_tokens) return;
    usage.tokens_out =
        count_of(told.candidates_tokens).value_or(0) + count_of(told.thoughts_tokens).value_or(0);
  }
};

}  // namespace

std::unique_ptr<AnswerWire> make_gemini_wire() { return std::make_unique<GeminiWire>(); }

}  // namespace antiphon::model
