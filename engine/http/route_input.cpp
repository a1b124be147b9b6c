#include "engine/base/error.h"
#include "engine/http/router.h"
#include "engine/schema/input.h"

namespace antiphon::http {

namespace {

constexpr std::size_t json_bytes_usual = 1000;

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

// `fields` is the name of what a reply is cut to, unless the input has a field of its own so named.
bool is_choice(const Route& route, std::string_view name) {
  return name == "fields" && route.chosen_from && !(route.input && route.input->find(name));
}

// Reads what was wanted; several lists are one.
schema::FieldChoice choose(const Route& route, const std::vector<std::string>& wanted,
                           std::vector<FieldError>& errors) {
  if (wanted.empty()) return {};
  return schema::parse_fields(fmt::format("{}", fmt::join(wanted, ",")), *route.chosen_from,
                              "/fields", errors);
}

void finish(schema::Input& input, const Request& request) {
  try {
    input.finish();
  } catch (const Error& error) {
    check_path(request, error);
    throw;
  }
}

}  // namespace

Task<schema::FieldChoice> detail::read_input(const Route* route, const Request* request,
                                             void* target) {
  const RouteInfo& info = route->info;
  schema::ParseOptions options;
  if (info.body_bytes_max > 0) options.bytes_max = info.body_bytes_max;
  schema::Input input(*route->input, target, options);
  std::vector<std::string> wanted;
  for (const auto& [name, value] : request->parameters) input.text(name, value);
  if (!takes_body(info.method)) {
    for (const auto& [name, value] : parse_query(request->query)) {
      if (is_choice(*route, name)) {
        wanted.push_back(value);
      } else {
        input.text(name, value);
      }
    }
  } else if (request->has_body()) {
    check_content_type(*request);
    input.json(co_await request->read_all());
  }
  std::vector<FieldError> errors;
  auto choice = choose(*route, wanted, errors);
  input.refuse(std::move(errors));
  finish(input, *request);
  co_return choice;
}

Task<Uploads> detail::read_form_input(const Route* route, Call call, const Request* request,
                                      void* target) {
  schema::Input input(*route->input, target);
  for (const auto& [name, value] : request->parameters) input.text(name, value);
  Form form = co_await read_form(*request, route->info.uploads, call.deadline());
  for (const FormField& field : form.fields) input.text(field.name, field.text);
  finish(input, *request);
  co_return std::move(form.uploads);
}

schema::FieldChoice detail::read_choice(const Route& route, const Request& request) {
  std::vector<std::string> wanted;
  for (const auto& [name, value] : parse_query(request.query)) {
    if (is_choice(route, name)) wanted.push_back(value);
  }
  std::vector<FieldError> errors;
  auto choice = choose(route, wanted, errors);
  if (!errors.empty()) throw Error(std::move(errors));
  return choice;
}

Response detail::make_reply(int status, const schema::Type& type, const void* value,
                            const schema::FieldChoice& choice) {
  std::string json;
  json.reserve(json_bytes_usual);
  schema::write_json(json, type, value, choice);
  return json_text(std::move(json), status);
}

}  // namespace antiphon::http
