#include "apps/director/import/import_routes.h"

#include <charconv>

#include "apps/director/library/content.h"
#include "engine/base/ids.h"
#include "engine/http/router.h"
#include "engine/schema/input.h"

namespace antiphon::director {
namespace {

using http::Method;

constexpr std::string_view imports_path = "/api/v1/director/imports";
constexpr std::size_t name_length_max = 200;

/// What stands in the query when an import begins.
struct BeginImport {
  std::string name = "Import";
};

auto describe(schema::Tag<BeginImport>) {
  return schema::object<BeginImport>("BeginImport")
      .field("name", &BeginImport::name, "Its name", schema::min_length(1),
             schema::max_length(name_length_max), schema::defaulted);
}

ImportView view(const ImportProgress& progress) {
  const ImportCounts& counts = progress.counts;
  return {.import_id = progress.import.id,
          .name = progress.import.name,
          .lines = counts.waiting + counts.taken + counts.known + counts.failed + counts.invalid,
          .waiting = counts.waiting,
          .taken = counts.taken,
          .known = counts.known,
          .failed = counts.failed,
          .invalid = counts.invalid,
          .created_at = progress.import.created_at};
}

LineView view(const ImportLine& line) {
  return {.line = line.number,
          .file = line.entry.file,
          .title = line.entry.title,
          .state = std::string(to_text(line.state)),
          .asset_id = line.asset_id,
          .problem = line.problem};
}

std::vector<ListLine> parse_list(std::string_view content_type, std::string_view list) {
  std::string_view type = content_type.substr(0, content_type.find_first_of("; "));
  if (type == "text/csv") return parse_csv(list);
  if (type == "application/jsonl" || type == "application/x-ndjson") return parse_json_lines(list);
  throw Error(Code::unsupported, "A list is sent as text/csv or application/jsonl.");
}

std::int64_t parse_number(const std::string& text, std::string_view what) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw Error(Code::not_found, fmt::format("\"{}\" is no {}.", text.substr(0, 100), what));
  }
  return number;
}

std::string import_id_in(const http::Request& request) {
  const std::string& id = request.parameter("importId");
  if (!is_id(id, "imp")) throw Error(Code::not_found, "There is no such import.");
  return id;
}

}  // namespace

void ImportRoutes::mount() {
  const std::string imports(imports_path);
  const std::string one = imports + "/{importId}";
  services_.router.add(
      {.method = Method::post,
       .path = imports,
       .permission = "director:asset:create",
       .rate = http::RateClass::upload,
       .summary = "Begin to import a list of clips",
       .description = "The body is the list: text/csv, or application/jsonl with an object a line. "
                      "The same list sent again goes on where it was (200).",
       .success = 201,
       .body_bytes_max = list_bytes_max,
       .reply = &schema::of<ImportView>()},
      this, &ImportRoutes::begin);
  services_.router.add(
      {.path = imports, .permission = "director:asset:read", .summary = "Imports, newest first"},
      this, &ImportRoutes::list);
  services_.router.add(
      {.path = one, .permission = "director:asset:read", .summary = "An import and how far it is"},
      this, &ImportRoutes::show);
  services_.router.add({.path = one + "/lines",
                        .permission = "director:asset:read",
                        .summary = "Lines of an import, and what is wrong with them"},
                       this, &ImportRoutes::lines);
  services_.router.add({.method = Method::put,
                        .path = one + "/lines/{line}/file",
                        .permission = "director:asset:create",
                        .rate = http::RateClass::upload,
                        .summary = "Send the file of a line: the body is the file",
                        .success = 200,
                        .body_bytes_max = clip_bytes_max,
                        .reply = &schema::of<AddedAsset>()},
                       this, &ImportRoutes::take_line);
  services_.router.add({.method = Method::del,
                        .path = one,
                        .permission = "director:asset:delete",
                        .rate = http::RateClass::write,
                        .summary = "Forget an import; its clips stay"},
                       this, &ImportRoutes::remove);
}

Task<http::Response> ImportRoutes::begin(Call call, http::Request request) {
  BeginImport told;
  schema::Input input(schema::of<BeginImport>(), &told);
  for (const auto& [name, value] : http::parse_query(request.query)) input.text(name, value);
  input.finish();
  std::string list = co_await request.read_all();
  // A long list takes a while: not on the core.
  auto lines =
      co_await services_.files.run(WorkClass::request, call.deadline(),
                                   [type = std::string(request.headers.get("Content-Type")),
                                    list](const StopFlag&) { return parse_list(type, list); });
  ImportProgress progress =
      co_await imports_.begin(call, told.name, std::move(list), std::move(lines));
  http::Response response = http::json(view(progress), progress.is_new ? 201 : 200);
  response.headers.set("Location", fmt::format("{}/{}", imports_path, progress.import.id));
  co_return response;
}

Task<http::Page<ImportSummary>> ImportRoutes::list(Call call, ListImports query) {
  std::optional<Import> before;
  if (query.cursor) {
    before = (co_await imports_.find(call, http::parse_cursor(*query.cursor))).import;
  }
  auto imports = co_await imports_.page(call, before, query.limit + 1);
  http::Page<ImportSummary> page;
  if (imports.size() > static_cast<std::size_t>(query.limit)) {
    imports.pop_back();
    page.next_cursor = http::make_cursor(imports.back().id);
  }
  for (const Import& import : imports) {
    page.items.push_back({import.id, import.name, import.created_at});
  }
  co_return page;
}

Task<ImportView> ImportRoutes::show(Call call, ImportId id) {
  co_return view(co_await imports_.find(call, id.import_id));
}

Task<http::Page<LineView>> ImportRoutes::lines(Call call, ListLines query) {
  std::int64_t after =
      query.cursor ? parse_number(http::parse_cursor(*query.cursor), "place in this list") : 0;
  auto lines = co_await imports_.lines(call, query.import_id, query.state, after, query.limit + 1);
  http::Page<LineView> page;
  if (lines.size() > static_cast<std::size_t>(query.limit)) {
    lines.pop_back();
    page.next_cursor = http::make_cursor(std::to_string(lines.back().number));
  }
  for (const ImportLine& line : lines) page.items.push_back(view(line));
  co_return page;
}

Task<http::Response> ImportRoutes::take_line(Call call, http::Request request) {
  std::int64_t number = parse_number(request.parameter("line"), "number of a line");
  TakenIn taken = co_await imports_.take_line(call, import_id_in(request), number,
                                              {.name = {}, .content = content_of(request)});
  co_return http::json(AddedAsset{view(taken.asset), taken.is_new});
}

Task<http::NoContent> ImportRoutes::remove(Call call, ImportId id) {
  co_await imports_.remove(call, id.import_id);
  co_return http::NoContent{};
}

}  // namespace antiphon::director
