#include "engine/store/sql_rules.h"

#include <cctype>
#include <set>

#include "engine/store/sqlite_connection.h"

namespace antiphon::store::testing {
namespace {

constexpr std::string_view tenant_column = "tenant_id";

constexpr Statement tables{"schema.tables",
                           "SELECT name FROM sqlite_schema WHERE type = 'table' "
                           "AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name"};
constexpr Statement first_of_primary_key{"schema.primary_key",
                                         "SELECT name FROM pragma_table_info($1) WHERE pk = 1"};
constexpr Statement indexes{"schema.indexes",
                            "SELECT name FROM pragma_index_list($1) WHERE origin <> 'pk'"};
constexpr Statement first_of_index{
    "schema.index", "SELECT COALESCE(name, '') FROM pragma_index_info($1) WHERE seqno = 0"};

// Names and keywords of the SQL in lower case, without texts in quotes.
std::set<std::string> words_of(std::string_view sql) {
  std::set<std::string> words;
  std::string word;
  bool quoted = false;
  for (unsigned char c : std::string(sql) + " ") {
    if (c == '\'') quoted = !quoted;
    if (!quoted && (std::isalnum(c) || c == '_')) {
      word += static_cast<char>(std::tolower(c));
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  return words;
}

class TenantRule {
 public:
  explicit TenantRule(std::span<const std::string_view> exceptions)
      : exceptions_(exceptions.begin(), exceptions.end()), unused_(exceptions_) {}

  void check_table(Tx& schema, const std::string& table) {
    Rows key = schema.query(first_of_primary_key, table);
    if (key.empty() || key[0].text(0) != tenant_column) {
      if (!is_exception(table)) {
        problem("table {}: its primary key does not lead with tenant_id", table);
        tenant_tables_.insert(table);
      }
      return;
    }
    tenant_tables_.insert(table);
    for (Row index : schema.query(indexes, table)) check_index(schema, table, index.text(0));
  }

  void check_statement(const Statement& statement) {
    auto words = words_of(statement.sql);
    if (words.contains(std::string(tenant_column))) return;
    for (const std::string& table : tenant_tables_) {
      if (!words.contains(table) || is_exception(statement.name)) continue;
      problem("statement {}: reads or writes {} without tenant_id", statement.name, table);
    }
  }

  std::vector<std::string> problems() {
    for (const std::string& name : unused_) problem("exception {}: nothing needs it", name);
    return std::move(problems_);
  }

 private:
  void check_index(Tx& schema, const std::string& table, const std::string& index) {
    if (schema.query(first_of_index, index)[0].text(0) == tenant_column) return;
    if (!is_exception(index)) {
      problem("index {} of {}: does not lead with tenant_id", index, table);
    }
  }

  bool is_exception(std::string_view name) {
    unused_.erase(std::string(name));
    return exceptions_.contains(std::string(name));
  }

  template <class... Parts>
  void problem(fmt::format_string<Parts...> text, Parts&&... parts) {
    problems_.push_back(fmt::format(text, std::forward<Parts>(parts)...));
  }

  std::set<std::string> exceptions_;
  std::set<std::string> unused_;
  std::set<std::string> tenant_tables_;
  std::vector<std::string> problems_;
};

Task<std::vector<std::string>> compile_all(Database* database, std::vector<Statement> statements,
                                           Instant deadline) {
  std::vector<std::string> problems;
  std::set<std::string_view> names;
  for (const Statement& statement : statements) {
    if (!names.insert(statement.name).second) {
      problems.push_back(fmt::format("{}: the name is taken twice", statement.name));
    }
    // One transaction each: PostgreSQL takes nothing more after a failure.
    try {
      co_await database->read(deadline, [statement](Tx& tx) { tx.prepare(statement); });
    } catch (const Error& error) {
      problems.push_back(error.detail());
    }
  }
  co_return problems;
}

}  // namespace

Task<std::vector<std::string>> statement_problems(Database& database,
                                                  std::vector<Statement> statements,
                                                  Instant deadline) {
  return compile_all(&database, std::move(statements), deadline);
}

std::vector<std::string> tenant_problems(std::span<const MigrationSet> sets,
                                         std::span<const Statement> statements,
                                         std::span<const std::string_view> exceptions) {
  DatabaseWatch unread({});
  SqliteConnection schema(":memory:", SqliteConnection::Mode::write, unread);
  for (const MigrationSet& set : sets) {
    for (const EmbeddedFile& file : set.files) schema.run_script(file.text);
  }
  TenantRule rule(exceptions);
  for (Row table : static_cast<Tx&>(schema).query(tables)) rule.check_table(schema, table.text(0));
  for (const Statement& statement : statements) rule.check_statement(statement);
  return rule.problems();
}

std::vector<std::string_view> engine_tenant_exceptions() {
  // Runners take jobs of all tenants; contents are shared between tenants; the key of what a cache
  // holds begins with its tenant; a credential is looked up to learn whose tenant it is.
  return {"jobs.bury",
          "jobs.count_running",
          "jobs.count_states",
          "blob_claims_of_hash",
          "blob_claims.of_hash",
          "blob_use.total",
          "blob_garbage",
          "cache_entries",
          "tenants",
          "accounts",
          "tokens"};
}

}  // namespace antiphon::store::testing
