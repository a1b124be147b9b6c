#include "apps/director/opinion/opinion_store.h"

#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

constexpr store::Statement opinions_of{"director.opinions.of",
                                       "SELECT asset_id, thumb, standing FROM director_opinions "
                                       "WHERE tenant_id = $1 AND creator_id = $2"};
constexpr store::Statement find_opinion{
    "director.opinions.find",
    "SELECT thumb, standing FROM director_opinions "
    "WHERE tenant_id = $1 AND creator_id = $2 AND asset_id = $3"};
constexpr store::Statement put_opinion{
    "director.opinions.put",
    "INSERT INTO director_opinions (tenant_id, creator_id, asset_id, thumb, standing, updated_at) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, creator_id, asset_id) "
    "DO UPDATE SET thumb = $4, standing = $5, updated_at = $6"};

constexpr store::Statement every_opinion_statement[] = {opinions_of, find_opinion, put_opinion};

}  // namespace

std::span<const store::Statement> OpinionStore::statements() { return every_opinion_statement; }

Task<OpinionsByAsset> OpinionStore::of(Creator creator, Due due) {
  return database_.read(due, [creator](store::Tx& tx) {
    OpinionsByAsset opinions;
    for (const store::Row& row : tx.query(opinions_of, creator.tenant, creator.id)) {
      opinions[row.text(0)] = {schema::value_of<Thumb>(row.text(1)),
                               schema::value_of<Standing>(row.text(2))};
    }
    return opinions;
  });
}

Task<Opinion> OpinionStore::change(Creator creator, std::string asset_id,
                                   std::function<Opinion(Opinion)> change, Timestamp now, Due due) {
  return database_.write(due, [creator, asset_id, change, now](store::Tx& tx) {
    Opinion opinion;
    for (const store::Row& row : tx.query(find_opinion, creator.tenant, creator.id, asset_id)) {
      opinion = {schema::value_of<Thumb>(row.text(0)), schema::value_of<Standing>(row.text(1))};
    }
    opinion = change(opinion);
    tx.execute(put_opinion, creator.tenant, creator.id, asset_id, schema::name_of(opinion.thumb),
               schema::name_of(opinion.standing), now);
    return opinion;
  });
}

}  // namespace antiphon::director
