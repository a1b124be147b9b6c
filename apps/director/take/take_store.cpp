#include "apps/director/take/take_store.h"

#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

#define TAKE_COLUMNS "id, language, layout, status, created_by, created_at, ended_at, duration_ms"

constexpr store::Statement insert_take{"director.takes.insert",
                                       "INSERT INTO director_takes (tenant_id, " TAKE_COLUMNS
                                       ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
constexpr store::Statement find_take{"director.takes.find",
                                     "SELECT " TAKE_COLUMNS
                                     " FROM director_takes WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement page_takes{"director.takes.page",
                                      "SELECT " TAKE_COLUMNS
                                      " FROM director_takes WHERE tenant_id = $1 AND "
                                      "(created_at < $2 OR (created_at = $2 AND id < $3)) "
                                      "ORDER BY created_at DESC, id DESC LIMIT $4"};
#undef TAKE_COLUMNS
constexpr store::Statement insert_utterance{
    "director.utterances.insert",
    "INSERT INTO director_utterances (tenant_id, take_id, number, text, end_ms, begin_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"};
constexpr store::Statement lengthen_take{"director.takes.lengthen",
                                         "UPDATE director_takes SET duration_ms = $3 "
                                         "WHERE tenant_id = $1 AND id = $2 AND duration_ms < $3"};
constexpr store::Statement utterances_of{
    "director.utterances.of",
    "SELECT number, text, end_ms, begin_ms "
    "FROM director_utterances WHERE tenant_id = $1 AND take_id = $2 ORDER BY number"};
constexpr store::Statement set_take_status{
    "director.takes.set_status",
    "UPDATE director_takes SET status = $3, ended_at = $4 WHERE tenant_id = $1 AND id = $2"};

constexpr store::Statement every_take_statement[] = {insert_take,      find_take,     page_takes,
                                                     insert_utterance, lengthen_take, utterances_of,
                                                     set_take_status};

TakeRecord take_from(const store::Row& row) {
  return {.id = row.text(0),
          .language = row.text(1),
          .layout = schema::value_of<Layout>(row.text(2)),
          .status = row.text(3),
          .created_by = row.text(4),
          .created_at = row.time(5),
          .ended_at = row.optional_time(6),
          .duration = std::chrono::milliseconds(row.integer(7))};
}

}  // namespace

std::span<const store::Statement> TakeStore::statements() { return every_take_statement; }

Task<> TakeStore::insert(Call call, TakeRecord take) {
  return database_.write(call, [tenant = call.tenant(), take](store::Tx& tx) {
    tx.execute(insert_take, tenant, take.id, take.language, schema::name_of(take.layout),
               take.status, take.created_by, take.created_at, take.ended_at, take.duration.count());
  });
}

std::optional<TakeRecord> TakeStore::find(store::Tx& tx, const std::string& tenant,
                                          const std::string& id) {
  store::Rows rows = tx.query(find_take, tenant, id);
  if (rows.empty()) return std::nullopt;
  return take_from(rows[0]);
}

Task<std::optional<TakeRecord>> TakeStore::find(std::string tenant, std::string id, Due due) {
  return database_.read(due, [tenant, id](store::Tx& tx) { return find(tx, tenant, id); });
}

Task<std::vector<TakeRecord>> TakeStore::page(std::string tenant, std::optional<TakeRecord> before,
                                              int limit, Due due) {
  return database_.read(due, [tenant, before, limit](store::Tx& tx) {
    std::int64_t time = before ? store::to_microseconds(before->created_at)
                               : std::numeric_limits<std::int64_t>::max();
    std::vector<TakeRecord> takes;
    for (const store::Row& row :
         tx.query(page_takes, tenant, time, before ? before->id : "", limit)) {
      takes.push_back(take_from(row));
    }
    return takes;
  });
}

Task<> TakeStore::add_utterance(std::string tenant, std::string take_id, Utterance utterance,
                                Due due) {
  return database_.write(due, [tenant, take_id, utterance](store::Tx& tx) {
    tx.execute(insert_utterance, tenant, take_id, utterance.number, utterance.text,
               utterance.end.count(), utterance.begin.count());
  });
}

Task<> TakeStore::lengthen(std::string tenant, std::string take_id,
                           std::chrono::milliseconds duration, Due due) {
  return database_.write(due, [tenant, take_id, duration](store::Tx& tx) {
    tx.execute(lengthen_take, tenant, take_id, duration.count());
  });
}

std::vector<Utterance> TakeStore::utterances(store::Tx& tx, const std::string& tenant,
                                             const std::string& take_id) {
  std::vector<Utterance> utterances;
  for (const store::Row& row : tx.query(utterances_of, tenant, take_id)) {
    utterances.push_back({row.integer(0), row.text(1), std::chrono::milliseconds(row.integer(2)),
                          std::chrono::milliseconds(row.integer(3))});
  }
  return utterances;
}

Task<std::vector<Utterance>> TakeStore::utterances(std::string tenant, std::string take_id,
                                                   Due due) {
  return database_.read(
      due, [tenant, take_id](store::Tx& tx) { return utterances(tx, tenant, take_id); });
}

Task<> TakeStore::set_status(std::string tenant, std::string take_id, std::string new_status,
                             std::optional<Timestamp> ended_at, Due due) {
  return database_.write(due, [tenant, take_id, new_status, ended_at](store::Tx& tx) {
    tx.execute(set_take_status, tenant, take_id, new_status, ended_at);
  });
}

}  // namespace antiphon::director
