#pragma once

#include <string>

#include "engine/http/router.h"
#include "engine/schema/value.h"

namespace antiphon::http {

/// What the documents are headed with.
struct ApiInfo {
  std::string title = "Antiphon";
  std::string version;
  std::string description;
};

/// The OpenAPI 3.1 document of all routes that are not hidden (E-11).
schema::Value openapi(const Router& router, const ApiInfo& info);

/// The same for a person: one page of HTML without scripts.
std::string docs_page(const Router& router, const ApiInfo& info);

/// Serves both at /openapi.json and /docs, made at the first request, so that routes may still be
/// added after this. The router outlives its routes.
void add_docs(Router& router, ApiInfo info);

/// The second-level group of a route: the app in "/api/v1/director/…", else "server".
std::string group_of(const RouteInfo& info);

/// Where a field of a route's input comes from.
enum class FieldPlace { path, query, body };
FieldPlace place_of(const RouteInfo& info, const schema::Field& field);

}  // namespace antiphon::http
