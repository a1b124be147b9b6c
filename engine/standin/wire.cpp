#include "engine/standin/wire.h"

#include <algorithm>

#include "engine/async/core.h"
#include "engine/base/error.h"
#include "engine/http/response_writer.h"

namespace antiphon::standin {

Fault fault_of(int status) {
  switch (status) {
    case 401:
    case 403: return {.kind = Fault::Kind::bad_key, .status = status};
    case 404: return {.kind = Fault::Kind::no_such_model, .status = status};
    case 429: return {.kind = Fault::Kind::limited, .status = status};
    default: break;
  }
  auto kind = status < 500 ? Fault::Kind::invalid : Fault::Kind::broken;
  return {.kind = kind, .status = status};
}

std::string as_json(std::string_view text) {
  std::string out;
  schema::write_text(out, text);
  return out;
}

std::string duration_text(milliseconds time) {
  auto count = time.count();
  if (count < 1000) return fmt::format("{}ms", count);
  std::string text = count < 60'000 ? "" : fmt::format("{}m", count / 60'000);
  count %= 60'000;
  return text + (count % 1000 == 0 ? fmt::format("{}s", count / 1000)
                                   : fmt::format("{}s", static_cast<double>(count) / 1000.0));
}

http::Response refusal(const Fault& fault, std::string json) {
  http::Response response = http::json_text(std::move(json), fault.status);
  auto seconds = std::chrono::ceil<std::chrono::seconds>(fault.retry_after);
  switch (fault.hint) {
    case Hint::retry_after:
      response.headers.set("Retry-After", std::to_string(seconds.count()));
      break;
    case Hint::retry_after_date:
      response.headers.set("Retry-After", http::http_date(Core::here().clock().now() + seconds));
      break;
    case Hint::retry_after_ms:
      response.headers.set("Retry-After-Ms", std::to_string(fault.retry_after.count()));
      break;
    case Hint::rate_limit_reset:
      response.headers.set("x-ratelimit-remaining-requests", "0");
      response.headers.set("x-ratelimit-reset-requests", duration_text(fault.retry_after));
      break;
    default: break;  // in the body, or nowhere
  }
  return response;
}

std::string bearer_key(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  std::string_view header = request.headers.get("Authorization");
  return std::string(header.starts_with(scheme) ? header.substr(scheme.size()) : "");
}

const schema::Value& member(const schema::Value& object, std::string_view name) {
  const schema::Value* found = object.is_object() ? object.find(name) : nullptr;
  if (!found || found->is_null()) {
    throw Error(Code::invalid, fmt::format("'{}' is missing.", name));
  }
  return *found;
}

const std::string& text_member(const schema::Value& object, std::string_view name) {
  const schema::Value& found = member(object, name);
  if (!found.is_text()) throw Error(Code::invalid, fmt::format("'{}' is no text.", name));
  return found.text();
}

const std::vector<schema::Value>& list_member(const schema::Value& object, std::string_view name) {
  const schema::Value& found = member(object, name);
  if (!found.is_array()) throw Error(Code::invalid, fmt::format("'{}' is no list.", name));
  return found.items();
}

bool is_true(const schema::Value& object, std::string_view name, bool otherwise) {
  const schema::Value* found = object.find(name);
  if (!found || found->is_null()) return otherwise;
  if (!found->is_boolean()) throw Error(Code::invalid, fmt::format("'{}' is no boolean.", name));
  return found->boolean();
}

std::optional<std::int64_t> integer_member(const schema::Value& object, std::string_view name) {
  const schema::Value* found = object.find(name);
  if (!found || found->is_null()) return std::nullopt;
  if (!found->is_integer()) throw Error(Code::invalid, fmt::format("'{}' is no integer.", name));
  return found->integer();
}

std::string text_of_content(const schema::Value& content) {
  if (content.is_text()) return content.text();
  if (!content.is_array()) return "";
  std::string text;
  for (const schema::Value& part : content.items()) {
    const schema::Value* said = part.is_object() ? part.find("text") : nullptr;
    if (said && said->is_text()) text += said->text();
  }
  return text;
}

void add_said(ChatQuestion& question, std::string_view role, const std::string& text) {
  auto add = [&](std::string& to) { to.append(to.empty() ? "" : "\n").append(text); };
  add(question.all_text);
  if (role == "user") add(question.user_text);
  if (role == "assistant" || role == "model") add(question.own_text);
}

void check_role(std::string_view role, std::initializer_list<std::string_view> roles) {
  if (std::ranges::find(roles, role) != roles.end()) return;
  throw Error(Code::invalid,
              fmt::format("'{}' is no role: it is one of {}.", role, fmt::join(roles, ", ")));
}

}  // namespace antiphon::standin
