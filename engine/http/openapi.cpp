#include "engine/http/openapi.h"

#include "engine/http/problem.h"
#include "engine/http/shared_text.h"
#include "engine/schema/json.h"
#include "engine/schema/json_schema.h"

namespace antiphon::http {

namespace {

using schema::SchemaSet;
using schema::Value;

Value media(std::string_view type, Value schema) {
  Value content = Value::object();
  content.set("schema", std::move(schema));
  Value by_type = Value::object();
  by_type.set(type, std::move(content));
  return by_type;
}

Value parameters_of(const Route& route, SchemaSet& schemas) {
  Value list = Value::array();
  for (const schema::Field& field : route.input->fields) {
    FieldPlace place = place_of(route.info, field);
    if (place == FieldPlace::body) continue;
    Value parameter = Value::object();
    parameter.set("name", field.name);
    parameter.set("in", place == FieldPlace::path ? "path" : "query");
    parameter.set("required", field.presence == schema::Presence::required);
    parameter.set("schema", schemas.use(field, *route.input));
    list.push(std::move(parameter));
  }
  return list;
}

Value file_of(const UploadRule& rule) {
  Value file = Value::object();
  file.set("type", "string").set("format", "binary");
  if (!rule.doc.empty()) file.set("description", rule.doc);
  if (rule.count_max == 1) return file;
  Value list = Value::object();
  list.set("type", "array").set("items", std::move(file)).set("maxItems", rule.count_max);
  return list;
}

// The input without the fields that the path has, and the files; nothing when none is left.
std::optional<Value> body_of(const Route& route, SchemaSet& schemas) {
  Value properties = Value::object();
  Value required = Value::array();
  for (const UploadRule& rule : route.info.uploads) {
    properties.set(rule.name, file_of(rule));
    if (rule.is_required) required.push(rule.name);
  }
  for (const schema::Field& field : route.input->fields) {
    if (place_of(route.info, field) != FieldPlace::body) continue;
    properties.set(field.name, schemas.use(field, *route.input));
    if (field.presence == schema::Presence::required) required.push(field.name);
  }
  if (properties.members().empty()) return std::nullopt;
  Value content;
  bool is_form = !route.info.uploads.empty();
  if (!is_form && properties.members().size() == route.input->fields.size()) {
    content = schemas.use(*route.input);
  } else {
    content.set("type", "object").set("properties", std::move(properties));
    content.set("required", required).set("additionalProperties", false);
  }
  Value body = Value::object();
  body.set("required", !required.items().empty());
  body.set("content",
           media(is_form ? "multipart/form-data" : "application/json", std::move(content)));
  return body;
}

Value responses_of(const Route& route, SchemaSet& schemas) {
  Value success = Value::object();
  int status = route.info.success;
  success.set("description", reason_phrase(status));
  if (const schema::Type* reply = route.reply ? route.reply : route.info.reply) {
    success.set("content", media("application/json", schemas.use(*reply)));
  } else if (!route.info.media_type.empty()) {
    success.set("content", media(route.info.media_type, Value::object()));
  }
  Value failure = Value::object();
  failure.set("description", "What was wrong");
  failure.set("content", media("application/problem+json", schemas.use(problem_type())));
  Value responses = Value::object();
  responses.set(std::to_string(status), std::move(success));
  responses.set("default", std::move(failure));
  return responses;
}

// Raw routes read their path by themselves; its names are in the template.
Value plain_parameters(const RouteInfo& info) {
  Value list = Value::array();
  for (const std::string& name : names_in(info.path)) {
    Value parameter = Value::object();
    Value schema = Value::object();
    schema.set("type", "string");
    parameter.set("name", name).set("in", "path").set("required", true);
    parameter.set("schema", std::move(schema));
    list.push(std::move(parameter));
  }
  return list;
}

Value text_parameter(std::string_view name, std::string_view place, std::string_view description) {
  Value parameter = Value::object();
  Value schema = Value::object();
  schema.set("type", "string");
  parameter.set("name", name).set("in", place).set("required", false);
  parameter.set("description", description).set("schema", std::move(schema));
  return parameter;
}

// What every route of its kind takes beside its own input.
void add_common_parameters(const Route& route, Value& parameters) {
  if (route.chosen_from && !(route.input && route.input->find("fields"))) {
    parameters.push(text_parameter("fields", "query",
                                   "Only these fields of " + route.chosen_from->name +
                                       ": names with commas, dots go below (id,visit.title)"));
  }
  if (route.info.takes_key.value_or(false)) {
    parameters.push(text_parameter("Idempotency-Key", "header",
                                   "Sent again with the same key, the request takes effect once"));
  }
}

Value operation_of(const Route& route, SchemaSet& schemas) {
  const RouteInfo& info = route.info;
  Value operation = Value::object();
  Value tags = Value::array();
  tags.push(group_of(info));
  operation.set("operationId", info.name).set("tags", std::move(tags));
  if (!info.summary.empty()) operation.set("summary", info.summary);
  if (!info.description.empty()) operation.set("description", info.description);
  Value parameters = route.input ? parameters_of(route, schemas) : plain_parameters(info);
  add_common_parameters(route, parameters);
  if (!parameters.items().empty()) operation.set("parameters", std::move(parameters));
  if (route.input && takes_body(info.method)) {
    if (auto body = body_of(route, schemas)) operation.set("requestBody", std::move(*body));
  }
  operation.set("responses", responses_of(route, schemas));
  if (info.permission == public_permission) operation.set("security", Value::array());
  operation.set("x-permission", info.permission).set("x-rate-class", to_text(info.rate));
  return operation;
}

Value security_schemes() {
  Value bearer = Value::object();
  bearer.set("type", "http").set("scheme", "bearer");
  Value schemes = Value::object();
  schemes.set("bearer", std::move(bearer));
  return schemes;
}

Value default_security() {
  Value bearer = Value::object();
  bearer.set("bearer", Value::array());
  Value list = Value::array();
  list.push(std::move(bearer));
  return list;
}

}  // namespace

std::string group_of(const RouteInfo& info) {
  constexpr std::string_view prefix = "/api/v1/";
  if (!info.path.starts_with(prefix)) return "server";
  std::string_view rest = std::string_view(info.path).substr(prefix.size());
  return std::string(rest.substr(0, rest.find('/')));
}

FieldPlace place_of(const RouteInfo& info, const schema::Field& field) {
  if (info.path.contains("{" + field.name + "}")) return FieldPlace::path;
  return takes_body(info.method) ? FieldPlace::body : FieldPlace::query;
}

Value openapi(const Router& router, const ApiInfo& info) {
  SchemaSet schemas("#/components/schemas/");
  std::map<std::string, Value> paths;
  for (const auto& route : router.routes()) {
    if (route->info.is_hidden) continue;
    std::string method(to_text(route->info.method));
    for (char& c : method) c = static_cast<char>(c | 0x20);
    paths[route->info.path].set(method, operation_of(*route, schemas));
  }
  Value all_paths = Value::object();
  for (auto& [path, operations] : paths) all_paths.set(path, std::move(operations));

  Value head = Value::object();
  head.set("title", info.title).set("version", info.version);
  if (!info.description.empty()) head.set("description", info.description);
  Value components = Value::object();
  components.set("schemas", schemas.schemas()).set("securitySchemes", security_schemes());
  Value document = Value::object();
  document.set("openapi", "3.1.0").set("info", std::move(head));
  document.set("security", default_security()).set("paths", std::move(all_paths));
  document.set("components", std::move(components));
  return document;
}

namespace {

Task<Response> give(Response response) { co_return response; }

}  // namespace

void add_docs(Router& router, ApiInfo info) {
  auto add = [&router](RouteInfo route, auto make) {
    route.permission = public_permission;
    auto kept = std::make_shared<std::unique_ptr<const SharedText>>();
    router.add(std::move(route), [make, kept](Call, Request request) {
      if (!*kept) *kept = make();
      return give((*kept)->answer(request));
    });
  };
  add({.path = "/openapi.json",
       .summary = "This API as OpenAPI 3.1",
       .media_type = "application/json"},
      [&router, info] {
        return std::make_unique<SharedText>(schema::to_json(openapi(router, info)),
                                            "application/json");
      });
  add({.path = "/docs", .summary = "This API for people", .media_type = "text/html"},
      [&router, info] {
        return std::make_unique<SharedText>(docs_page(router, info), "text/html; charset=utf-8");
      });
}

}  // namespace antiphon::http
