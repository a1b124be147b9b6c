#include "engine/remote_speech/hearing.h"

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/http/retry_after.h"
#include "engine/schema/json.h"

namespace antiphon::remote_speech {
namespace {

using Kind = HearingFailure::Kind;

std::string text_of_fault(const schema::Value& fault) {
  if (fault.is_text()) return fault.text();
  if (const schema::Value* message = fault.find("message")) return text_of_fault(*message);
  if (const schema::Value* message = fault.find("msg")) return text_of_fault(*message);
  if (fault.is_array() && !fault.items().empty()) return text_of_fault(fault.items().front());
  return {};
}

// Cut between two characters.
std::string shortened(std::string text) {
  if (text.size() <= server_message_bytes_max) return text;
  text.resize(server_message_bytes_max);
  while (!text.empty() && !is_utf8(text)) text.pop_back();
  return text;
}

Kind kind_of_status(int status) {
  if (status == 429 || status == 503) return Kind::busy;
  if (status == 408 || status == 504) return Kind::too_slow;
  if (status >= 500) return Kind::broken;
  return status >= 400 ? Kind::refused : Kind::malformed;
}

}  // namespace

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::out: return "out";
    case Kind::full: return "full";
    case Kind::unreachable: return "unreachable";
    case Kind::busy: return "busy";
    case Kind::too_slow: return "too_slow";
    case Kind::broken: return "broken";
    case Kind::malformed: return "malformed";
    case Kind::empty: return "empty";
    case Kind::refused: return "refused";
  }
  return "";
}

HearingFailure failure_of(const http::ClientFailure& failure) {
  using Client = http::ClientFailure::Kind;
  switch (failure.kind) {
    case Client::exhausted: return {Kind::full, failure.message};
    case Client::forbidden: return {Kind::refused, failure.message};
    case Client::unreachable: return {Kind::unreachable, failure.message};
    case Client::too_slow: return {Kind::too_slow, failure.message};
    case Client::broken: return {Kind::broken, failure.message};
    case Client::too_large: return {Kind::malformed, failure.message};
  }
  return {Kind::broken, failure.message};
}

std::string fault_told_by(std::string_view body) {
  try {
    schema::Value json = schema::parse_value(body, schema::ParseOptions::outside());
    for (std::string_view key : {"error", "detail"}) {
      if (const schema::Value* fault = json.find(key)) return shortened(text_of_fault(*fault));
    }
  } catch (const Error&) {
  }
  return {};
}

HearingFailure failure_of_status(int status, const http::Headers& headers, std::string_view body,
                                 Timestamp now) {
  HearingFailure failure{.kind = kind_of_status(status),
                         .message = fmt::format("It answered {}", status),
                         .status = status};
  bool quotes_keys = status == 401 || status == 403;
  std::string fault = quotes_keys ? "its key is not accepted" : fault_told_by(body);
  if (!fault.empty()) failure.message += ": " + fault;
  if (failure.kind == Kind::busy) {
    failure.retry_after = http::parse_retry_after(headers.get("Retry-After"), now);
  }
  return failure;
}

}  // namespace antiphon::remote_speech
