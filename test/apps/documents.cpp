#include "test/apps/documents.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <ranges>

#include "engine/http/openapi.h"
#include "engine/schema/config.h"
#include "engine/schema/json.h"
#include "server/core_server.h"
#include "server/server_metrics.h"
#include "test/apps/apps.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {
namespace {

using schema::Value;

// JSON with one member or item a line, for reading and comparing.
void write_indented(std::string& out, const Value& value, std::size_t depth) {
  auto open_line = [&](std::size_t at) { out += '\n' + std::string(2 * at, ' '); };
  auto write_all = [&](const auto& children, char open, char close, auto write_child) {
    if (children.empty()) {
      out += {open, close};
      return;
    }
    out += open;
    for (const auto& child : children) {
      if (&child != &children.front()) out += ',';
      open_line(depth + 1);
      write_child(child);
    }
    open_line(depth);
    out += close;
  };
  if (value.is_object()) {
    write_all(value.members(), '{', '}', [&](const Value::Member& member) {
      schema::write_text(out, member.key);
      out += ": ";
      write_indented(out, member.value, depth + 1);
    });
  } else if (value.is_array()) {
    write_all(value.items(), '[', ']',
              [&](const Value& item) { write_indented(out, item, depth + 1); });
  } else {
    out += schema::to_json(value);
  }
}

Document openapi_of(const app::AppInfo& info) {
  Document document{.path = fmt::format("apps/{}/openapi.json", info.name)};
  with_router({&info}, [&](const http::Router& router) {
    write_indented(document.text, http::openapi(router, {.version = std::string(server::version)}),
                   0);
  });
  document.text += '\n';
  return document;
}

std::string in_backticks(const std::string& text) {
  return text.empty() ? "" : fmt::format("`{}`", text);
}

std::string path_row(const http::RouteInfo& info) {
  std::vector<std::string> aliases;
  for (const std::string& alias : info.aliases) aliases.push_back(in_backticks(alias));
  return fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", info.path, http::to_text(info.method),
                     fmt::join(aliases, ", "), info.permission, http::to_text(info.rate),
                     info.summary);
}

Document paths() {
  std::map<std::pair<std::string, std::string_view>, std::string> rows;
  with_router(all_apps(), [&](const http::Router& router) {
    for (const auto& route : router.routes()) {
      const http::RouteInfo& info = route->info;
      if (!info.is_hidden) rows[{info.path, http::to_text(info.method)}] = path_row(info);
    }
  });
  return {.path = "docs/paths.md",
          .text = fmt::format(
              "# Paths\n\n"
              "Every path of the server, made of its routes by `make openapi`. A running server "
              "tells more\nat `/docs` and `/openapi.json`. Everything but what is `public` wants "
              "`Authorization: Bearer\n<token>` or the browser's cookie. Every path that is not "
              "here is a page of the studio;\n`{}` is reserved: nothing is there.\n\n"
              "| path | method | also | permission | rate class | what it does |\n"
              "|---|---|---|---|---|---|\n{}",
              server::reserved_path, fmt::join(std::views::values(rows), ""))};
}

std::string configuration_row(const schema::ConfigKey& key, const std::string& value) {
  std::string variables = in_backticks(key.variable);
  if (!key.usual_variable.empty()) variables += ", " + in_backticks(key.usual_variable);
  return fmt::format("| `{}` | {} | {} | `--{}` | {} |\n", key.key, in_backticks(value), variables,
                     key.flag, key.doc);
}

Document configuration() {
  std::vector<schema::Setting> defaults = schema::load_config<server::Settings>({}).settings;
  std::vector<schema::ConfigKey> keys = schema::config_keys(schema::of<server::Settings>());
  std::string rows;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    ENSURE(keys[i].key == defaults.at(i).key, "keys and settings stand in the same order");
    rows += configuration_row(keys[i], defaults[i].value);
  }
  return {.path = "docs/configuration.md",
          .text =
              "# Configuration\n\n"
              "Everything that can be set, made of the program by `make openapi`. Nothing has "
              "to be. Later\nlayers win: the defaults below, the file `antiphon.toml` (or "
              "`--config FILE`), usual environment\nvariables such as `DATABASE_URL`, "
              "`ANTIPHON_…` variables, flags.\n\n"
              "```toml\n[server]\nlisten = \"127.0.0.1:9000\"\n\n[log]\nformat = \"json\"\n"
              "```\n\n"
              "- `antiphon config show` prints every value in effect and where it came from; "
              "secrets are masked.\n"
              "- Everything that is wrong is told at once, with its place and the nearest "
              "right name.\n"
              "- A flag of the section `server` is also known without it: `--listen`, "
              "`--data`.\n"
              "- A secret may stand in a file that is named instead: "
              "`store.database_url_file`,\n  `ANTIPHON_STORE_DATABASE_URL_FILE`, "
              "`--store-database-url-file`.\n"
              "- `ANTIPHON_TOKEN` is no setting: commands that talk to a server with "
              "`--server` sign in by it.\n\n"
              "| key | default | variables | flag | what it is |\n"
              "|---|---|---|---|---|\n" +
              rows};
}

std::string unit_of(std::string_view name) {
  if (name.ends_with("_total")) name.remove_suffix(std::string_view("_total").size());
  for (std::string_view unit : {"seconds", "bytes"}) {
    if (name.ends_with(unit)) return std::string(unit);
  }
  return "";
}

std::string labels_of(const metrics::MetricInfo& info) {
  std::string all;
  for (const metrics::LabelInfo& label : info.label_infos()) {
    if (!all.empty()) all += "; ";
    all += fmt::format("`{}`: {}", label.name, label.values.empty() ? label.meaning : label.values);
  }
  return all;
}

std::string metric_row(const metrics::MetricInfo& info) {
  std::string when = info.when.empty() ? "" : fmt::format(" Only when {}.", info.when);
  return fmt::format("| `{}` | {} | {} | {} | {}{} |\n", info.name, metrics::to_text(info.kind),
                     labels_of(info), unit_of(info.name), info.help, when);
}

Document metrics_page() {
  std::map<std::string_view, std::string> rows;
  for (const metrics::MetricInfo* info : server::all_metrics())
    rows[info->name] = metric_row(*info);
  return {
      .path = "docs/metrics.md",
      .text = fmt::format(
          "# Metrics\n\n"
          "Everything that `GET /metrics` tells, in Prometheus' text format; made of the program "
          "by\n`make openapi`. A test sees that a server gives each of these and no other.\n\n"
          "Values of a label are those listed here and no other, or come from the program: at "
          "most {}\nof them, the rest are counted under `other`. None tells of a tenant or "
          "person. A unit that is\nempty is a number of things. Histograms have `_bucket`, "
          "`_sum` and `_count` behind their names.\n\n"
          "| name | type | labels | unit | meaning |\n"
          "|---|---|---|---|---|\n{}",
          metrics::series_max, fmt::join(std::views::values(rows), ""))};
}

}  // namespace

std::vector<Document> make_documents() {
  std::vector<Document> documents{
      paths(), configuration(), metrics_page(), {.path = "docs/limits.md", .text = limits_page()}};
  for (const app::AppInfo* info : all_apps()) documents.push_back(openapi_of(*info));
  return documents;
}

}  // namespace antiphon::apps_test
