#include "apps/director/import/import_store.h"

#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

#define IMPORT_COLUMNS "id, name, list_hash, created_by, created_at"
#define LINE_COLUMNS "number, told, state, asset_id, problem"

constexpr store::Statement insert_import{"director.imports.insert",
                                         "INSERT INTO director_imports (tenant_id, " IMPORT_COLUMNS
                                         ") VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr store::Statement find_import{"director.imports.find",
                                       "SELECT " IMPORT_COLUMNS
                                       " FROM director_imports WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement find_import_list{"director.imports.find_list",
                                            "SELECT " IMPORT_COLUMNS
                                            " FROM director_imports WHERE tenant_id = $1 "
                                            "AND list_hash = $2"};
constexpr store::Statement page_imports{"director.imports.page",
                                        "SELECT " IMPORT_COLUMNS
                                        " FROM director_imports WHERE tenant_id = $1 AND "
                                        "(created_at < $2 OR (created_at = $2 AND id < $3)) "
                                        "ORDER BY created_at DESC, id DESC LIMIT $4"};
constexpr store::Statement delete_import{
    "director.imports.delete", "DELETE FROM director_imports WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement insert_line{
    "director.import_lines.insert",
    "INSERT INTO director_import_lines (tenant_id, import_id, file, " LINE_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr store::Statement count_lines{
    "director.import_lines.count",
    "SELECT state, COUNT(*) FROM director_import_lines WHERE tenant_id = $1 AND import_id = $2 "
    "GROUP BY state"};
constexpr store::Statement find_line{"director.import_lines.find",
                                     "SELECT " LINE_COLUMNS
                                     " FROM director_import_lines WHERE tenant_id = $1 AND "
                                     "import_id = $2 AND number = $3"};
constexpr store::Statement update_line{
    "director.import_lines.update",
    "UPDATE director_import_lines SET state = $4, asset_id = $5, problem = $6 "
    "WHERE tenant_id = $1 AND import_id = $2 AND number = $3"};
constexpr store::Statement page_lines{
    "director.import_lines.page",
    "SELECT " LINE_COLUMNS
    " FROM director_import_lines WHERE tenant_id = $1 AND import_id = $2 AND number > $3 "
    "ORDER BY number LIMIT $4"};
constexpr store::Statement page_lines_in_state{
    "director.import_lines.page_state",
    "SELECT " LINE_COLUMNS
    " FROM director_import_lines WHERE tenant_id = $1 AND import_id = $2 AND number > $3 "
    "AND state = $4 ORDER BY number LIMIT $5"};
constexpr store::Statement delete_lines{
    "director.import_lines.delete",
    "DELETE FROM director_import_lines WHERE tenant_id = $1 AND import_id = $2"};
#undef IMPORT_COLUMNS
#undef LINE_COLUMNS

constexpr store::Statement every_import_statement[] = {
    insert_import, find_import, find_import_list, page_imports, delete_import,       insert_line,
    count_lines,   find_line,   update_line,      page_lines,   page_lines_in_state, delete_lines};

LineState parse_line_state(const std::string& name) {
  for (LineState state : {LineState::waiting, LineState::taken, LineState::known, LineState::failed,
                          LineState::invalid}) {
    if (to_text(state) == name) return state;
  }
  throw Error(Code::internal, "An import cannot be read.").detail("unknown state " + name);
}

Import import_from(const store::Row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.time(4)};
}

std::optional<Import> import_in(const store::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return import_from(rows[0]);
}

ImportLine line_from(const store::Row& row) {
  ImportLine line{.number = row.integer(0),
                  .entry = {},
                  .state = parse_line_state(row.text(2)),
                  .asset_id = row.text(3),
                  .problem = row.text(4)};
  // What is invalid by itself tells nothing of a clip.
  if (line.state != LineState::invalid) line.entry = schema::parse<ListEntry>(row.text(1));
  return line;
}

}  // namespace

std::string_view to_text(LineState state) {
  switch (state) {
    case LineState::waiting: return "waiting";
    case LineState::taken: return "taken";
    case LineState::known: return "known";
    case LineState::failed: return "failed";
    case LineState::invalid: return "invalid";
  }
  return "invalid";
}

std::span<const store::Statement> ImportStore::statements() { return every_import_statement; }

void ImportStore::insert(store::Tx& tx, const std::string& tenant, const Import& import,
                         const std::vector<ImportLine>& lines) {
  tx.execute(insert_import, tenant, import.id, import.name, import.list_hash, import.created_by,
             import.created_at);
  for (const ImportLine& line : lines) {
    tx.execute(insert_line, tenant, import.id, line.entry.file, line.number,
               schema::to_json(line.entry), to_text(line.state), line.asset_id, line.problem);
  }
}

std::optional<Import> ImportStore::find(store::Tx& tx, const std::string& tenant,
                                        const std::string& id) {
  return import_in(tx.query(find_import, tenant, id));
}

std::optional<Import> ImportStore::find_list(store::Tx& tx, const std::string& tenant,
                                             const std::string& list_hash) {
  return import_in(tx.query(find_import_list, tenant, list_hash));
}

std::vector<Import> ImportStore::page(store::Tx& tx, const std::string& tenant,
                                      const std::optional<Import>& before, int limit) {
  Timestamp at = before ? before->created_at : Timestamp::max();
  std::vector<Import> imports;
  for (store::Row row : tx.query(page_imports, tenant, at, before ? before->id : "", limit)) {
    imports.push_back(import_from(row));
  }
  return imports;
}

ImportCounts ImportStore::count(store::Tx& tx, const std::string& tenant, const std::string& id) {
  ImportCounts counts;
  for (store::Row row : tx.query(count_lines, tenant, id)) {
    std::int64_t count = row.integer(1);
    switch (parse_line_state(row.text(0))) {
      case LineState::waiting: counts.waiting = count; break;
      case LineState::taken: counts.taken = count; break;
      case LineState::known: counts.known = count; break;
      case LineState::failed: counts.failed = count; break;
      case LineState::invalid: counts.invalid = count; break;
    }
  }
  return counts;
}

bool ImportStore::remove(store::Tx& tx, const std::string& tenant, const std::string& id) {
  tx.execute(delete_lines, tenant, id);
  return tx.execute(delete_import, tenant, id) == 1;
}

std::optional<ImportLine> ImportStore::line(store::Tx& tx, const std::string& tenant,
                                            const std::string& id, std::int64_t number) {
  store::Rows rows = tx.query(find_line, tenant, id, number);
  if (rows.empty()) return std::nullopt;
  return line_from(rows[0]);
}

void ImportStore::update(store::Tx& tx, const std::string& tenant, const std::string& id,
                         const ImportLine& line) {
  tx.execute(update_line, tenant, id, line.number, to_text(line.state), line.asset_id,
             line.problem);
}

std::vector<ImportLine> ImportStore::lines(store::Tx& tx, const std::string& tenant,
                                           const std::string& id, std::optional<std::string> state,
                                           std::int64_t after, int limit) {
  store::Rows rows = state ? tx.query(page_lines_in_state, tenant, id, after, *state, limit)
                           : tx.query(page_lines, tenant, id, after, limit);
  std::vector<ImportLine> lines;
  for (store::Row row : rows) lines.push_back(line_from(row));
  return lines;
}

}  // namespace antiphon::director
