#include "engine/base/error.h"
#include "engine/model/error_reply.h"
#include "engine/schema/json.h"

namespace antiphon::model {
namespace {

using schema::Value;

// Texts as they are, numbers as digits; nothing for anything else.
std::string text_in(const Value& object, std::string_view key) {
  const Value* member = object.find(key);
  if (!member) return {};
  if (member->is_text()) return member->text();
  return member->is_number() ? schema::to_json(*member) : std::string();
}

void add_google_detail(const Value& detail, ErrorFacts& facts) {
  if (auto delay = parse_span(text_in(detail, "retryDelay"))) facts.retry_delay = delay;
  if (std::string reason = text_in(detail, "reason"); !reason.empty()) facts.detail = reason;
  const Value* violations = detail.find("violations");
  if (!violations || !violations->is_array()) return;
  for (const Value& violation : violations->items()) {
    facts.is_daily = facts.is_daily || text_in(violation, "quotaId").contains("PerDay");
  }
}

ErrorFacts facts_of_object(const Value& error) {
  ErrorFacts facts{.message = text_in(error, "message"),
                   .type = text_in(error, "type"),
                   .code = text_in(error, "code")};
  if (facts.type.empty()) facts.type = text_in(error, "status");
  const Value* details = error.find("details");
  if (details && details->is_array()) {
    for (const Value& detail : details->items()) add_google_detail(detail, facts);
  } else if (details) {
    facts.detail = text_in(*details, "error_code");
  }
  return facts;
}

// FastAPI: a sentence, or a list of broken fields whose `input` repeats what was sent.
ErrorFacts facts_of_detail(const Value& detail) {
  if (detail.is_text()) return {.message = detail.text()};
  if (!detail.is_array() || detail.items().empty()) return {};
  return {.message = text_in(detail.items().front(), "msg")};
}

}  // namespace

std::optional<ErrorFacts> error_facts(const Value& json) {
  if (json.is_array() && !json.items().empty()) return error_facts(json.items().front());
  if (const Value* error = json.find("error"); error && !error->is_null()) {
    if (error->is_text()) return ErrorFacts{.message = error->text()};
    return facts_of_object(*error);
  }
  if (text_in(json, "object") == "error") return facts_of_object(json);
  if (const Value* detail = json.find("detail")) return facts_of_detail(*detail);
  return std::nullopt;
}

std::optional<ErrorFacts> error_facts_within(std::string_view body) {
  try {
    return error_facts(schema::parse_value(body));
  } catch (const Error&) {
    return std::nullopt;
  }
}

ErrorFacts error_facts_of_body(std::string_view body) {
  try {
    Value json = schema::parse_value(body);
    if (auto facts = error_facts(json)) return *facts;
    return facts_of_object(json);
  } catch (const Error&) {
    // Of a page for people nothing is of use; a line of text is what its server has to say.
    return {.message = body.starts_with('<') ? std::string() : std::string(body)};
  }
}

}  // namespace antiphon::model
