#include "apps/director/edit/edit_store.h"

#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

constexpr store::Statement insert_moment{
    "director.moments.insert",
    "INSERT INTO director_moments (tenant_id, take_id, number, at_ms, body) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};
constexpr store::Statement moments_of{
    "director.moments.of",
    "SELECT number, at_ms, body FROM director_moments WHERE tenant_id = $1 AND take_id = $2 "
    "ORDER BY number"};
constexpr store::Statement find_edit{
    "director.edit_lists.find",
    "SELECT body, edited_by, edited_at FROM director_edit_lists WHERE tenant_id = $1 "
    "AND take_id = $2"};
constexpr store::Statement put_edit{
    "director.edit_lists.put",
    "INSERT INTO director_edit_lists (tenant_id, take_id, body, edited_by, edited_at) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, take_id) DO UPDATE SET "
    "body = excluded.body, edited_by = excluded.edited_by, edited_at = excluded.edited_at"};
constexpr store::Statement delete_edit{
    "director.edit_lists.delete",
    "DELETE FROM director_edit_lists WHERE tenant_id = $1 AND take_id = $2"};

constexpr store::Statement every_edit_statement[] = {insert_moment, moments_of, find_edit, put_edit,
                                                     delete_edit};

}  // namespace

std::span<const store::Statement> EditStore::statements() { return every_edit_statement; }

Task<> EditStore::add_moment(std::string tenant, std::string take_id, KeptMoment moment, Due due) {
  return database_.write(due, [tenant, take_id, moment](store::Tx& tx) {
    tx.execute(insert_moment, tenant, take_id, moment.number, moment.at.count(),
               schema::to_json(moment.moment));
  });
}

std::vector<KeptMoment> EditStore::moments(store::Tx& tx, const std::string& tenant,
                                           const std::string& take_id) {
  std::vector<KeptMoment> moments;
  for (const store::Row& row : tx.query(moments_of, tenant, take_id)) {
    moments.push_back({row.integer(0), std::chrono::milliseconds(row.integer(1)),
                       schema::parse<ScreenMoment>(row.text(2))});
  }
  return moments;
}

std::optional<KeptEdit> EditStore::find(store::Tx& tx, const std::string& tenant,
                                        const std::string& take_id) {
  store::Rows rows = tx.query(find_edit, tenant, take_id);
  if (rows.empty()) return std::nullopt;
  return KeptEdit{rows[0].text(0), rows[0].text(1), rows[0].time(2)};
}

void EditStore::put(store::Tx& tx, const std::string& tenant, const std::string& take_id,
                    const KeptEdit& edit) {
  tx.execute(put_edit, tenant, take_id, edit.body, edit.edited_by, edit.edited_at);
}

void EditStore::remove(store::Tx& tx, const std::string& tenant, const std::string& take_id) {
  tx.execute(delete_edit, tenant, take_id);
}

}  // namespace antiphon::director
