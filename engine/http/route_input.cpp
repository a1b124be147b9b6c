#include "engine/base/error.h"
#include "engine/http/router.h"
#include "engine/schema/input.h"

namespace antiphon::http {

namespace {

bool takes_body(Method method) {
  return method == Method::post || method == Method::put || method == Method::patch;
}

void check_content_type(const Request& request) {
  std::string_view sent = request.headers.get("Content-Type");
  std::string_view type = sent.substr(0, sent.find_first_of("; "));
  if (!equal_ignoring_case(type, "application/json")) {
    throw Error(Code::unsupported,
                "The body is sent as application/json; the Content-Type header says otherwise.");
  }
}

// A part of a path that cannot be what it names leads nowhere: 404, as for what is absent. (A field
// of the path that the body gives again, `duplicate`, is a fault of the body.)
void check_path(const Request& request, const Error& error) {
  for (const FieldError& field : error.fields()) {
    for (const auto& [name, value] : request.parameters) {
      if (field.pointer == "/" + name && field.rule != "duplicate") {
        throw Error(Code::not_found, "This path leads nowhere. " + field.message);
      }
    }
  }
}

}  // namespace

Task<> detail::read_input(const RouteInfo* info, Request request, const schema::Type* type,
                          void* target) {
  schema::ParseOptions options;
  if (info->body_bytes_max > 0) options.bytes_max = info->body_bytes_max;
  schema::Input input(*type, target, options);
  for (const auto& [name, value] : request.parameters) input.text(name, value);
  if (!takes_body(info->method)) {
    for (const auto& [name, value] : parse_query(request.query)) input.text(name, value);
  } else if (request.has_body()) {
    check_content_type(request);
    input.json(co_await request.read_all());
  }
  try {
    input.finish();
  } catch (const Error& error) {
    check_path(request, error);
    throw;
  }
}

Response detail::make_reply(int status, const schema::Type& type, const void* value) {
  std::string json;
  schema::write_json(json, type, value);
  return json_text(std::move(json), status);
}

}  // namespace antiphon::http
