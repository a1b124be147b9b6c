#include "engine/http/openapi.h"

namespace antiphon::http {

namespace {

constexpr std::string_view style = R"(
  :root { color-scheme: light dark; --line: #8884; --quiet: #888; --accent: #0a7d55; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; }
  h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
  details { border: 1px solid var(--line); border-radius: .5rem; }
  details { margin: .5rem 0; padding: .4rem .8rem; }
  summary { cursor: pointer; }
  code { font: .9em ui-monospace, monospace; }
  b.method { color: var(--accent); display: inline-block; min-width: 4.5rem; }
  .quiet { color: var(--quiet); }
  table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
  td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
  tr + tr td { border-top: 1px solid var(--line); }
)";

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string_view place_text(FieldPlace place) {
  switch (place) {
    case FieldPlace::path: return "path";
    case FieldPlace::query: return "query";
    case FieldPlace::body: return "body";
  }
  return "";
}

std::string fields_table(const Route& route) {
  if (!route.input || route.input->fields.empty()) return {};
  std::string table = "<table><tr><th>field</th><th>in</th><th></th><th>meaning</th></tr>";
  for (const schema::Field& field : route.input->fields) {
    table += fmt::format("<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
                         escape(field.name), place_text(place_of(route.info, field)),
                         field.presence == schema::Presence::required ? "required" : "",
                         escape(field.doc));
  }
  return table + "</table>";
}

std::string reply_text(const Route& route) {
  if (route.info.is_takeover) return "<p>Opens a socket.</p>";
  if (!route.reply) return {};
  const std::string& name = route.reply->name;
  return fmt::format("<p>Gives {} <a href=\"#{}\"><code>{}</code></a>.</p>", route.info.success,
                     escape(name), escape(name));
}

std::string operation(const Route& route) {
  const RouteInfo& info = route.info;
  std::string aliases;
  for (const std::string& alias : info.aliases) {
    aliases += fmt::format("<p>Also served as <code>{}</code>.</p>", escape(alias));
  }
  return fmt::format(
      "<details><summary><b class=\"method\">{}</b> <code>{}</code> {}</summary>"
      "<p>{}</p><p class=\"quiet\">permission <code>{}</code>, rate class <code>{}</code></p>"
      "{}{}{}</details>\n",
      to_text(info.method), escape(info.path), escape(info.summary), escape(info.description),
      escape(info.permission), to_text(info.rate), aliases, fields_table(route), reply_text(route));
}

std::string replies(const Router& router) {
  std::map<std::string, const schema::Type*> types;
  for (const auto& route : router.routes()) {
    if (!route->info.is_hidden && route->reply) types[route->reply->name] = route->reply;
  }
  std::string out = "<h2>Replies</h2>\n";
  for (const auto& [name, type] : types) {
    out += fmt::format("<h3 id=\"{0}\"><code>{0}</code></h3><p>{1}</p><table>", escape(name),
                       escape(type->doc));
    for (const schema::Field& field : type->fields) {
      out += fmt::format("<tr><td><code>{}</code></td><td>{}</td></tr>", escape(field.name),
                         escape(field.doc));
    }
    out += "</table>\n";
  }
  return out;
}

}  // namespace

std::string docs_page(const Router& router, const ApiInfo& info) {
  std::map<std::string, std::string> groups;
  for (const auto& route : router.routes()) {
    if (!route->info.is_hidden) groups[group_of(route->info)] += operation(*route);
  }
  std::string body;
  for (const auto& [group, operations] : groups) {
    body += fmt::format("<h2>{}</h2>\n{}", escape(group), operations);
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0} API</title>"
      "<meta name=\"viewport\" content=\"width=device-width\"><style>{1}</style></head>\n"
      "<body><h1>{0} API <span class=\"quiet\">{2}</span></h1>\n<p>{3}</p>\n"
      "<p>For machines: <a href=\"/openapi.json\">/openapi.json</a> (OpenAPI 3.1). Failures are "
      "<code>application/problem+json</code> (RFC 9457).</p>\n{4}{5}</body></html>\n",
      escape(info.title), style, escape(info.version), escape(info.description), body,
      replies(router));
}

}  // namespace antiphon::http
