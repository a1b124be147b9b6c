#include "apps/director/render/render_store.h"

#include <cmath>

#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "engine/store/jobs.h"

namespace antiphon::director {
namespace {

#define RENDER_COLUMNS                                                                            \
  "id, take_id, quality, layout, captions, state, progress_ppm, problem, remarks, content_hash, " \
  "bytes, duration_ms, job_id, created_by, created_at, finished_at"

constexpr store::Statement insert_render{
    "director.renders.insert",
    "INSERT INTO director_renders (tenant_id, script, " RENDER_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"};
constexpr store::Statement find_render{"director.renders.find",
                                       "SELECT " RENDER_COLUMNS
                                       " FROM director_renders WHERE tenant_id = $1 "
                                       "AND take_id = $2 AND id = $3"};
constexpr store::Statement renders_of{"director.renders.of",
                                      "SELECT " RENDER_COLUMNS
                                      " FROM director_renders WHERE tenant_id = $1 "
                                      "AND take_id = $2 ORDER BY created_at DESC, id DESC"};
constexpr store::Statement open_renders{"director.renders.open",
                                        "SELECT " RENDER_COLUMNS
                                        " FROM director_renders WHERE tenant_id = $1 "
                                        "AND state IN ('waiting', 'running')"};
#undef RENDER_COLUMNS
constexpr store::Statement find_script{
    "director.renders.script",
    "SELECT script FROM director_renders WHERE tenant_id = $1 AND take_id = $2 AND id = $3"};
constexpr store::Statement update_render{
    "director.renders.update",
    "UPDATE director_renders SET state = $4, progress_ppm = $5, problem = $6, content_hash = $7, "
    "bytes = $8, duration_ms = $9, job_id = $10, finished_at = $11 "
    "WHERE tenant_id = $1 AND take_id = $2 AND id = $3"};
constexpr store::Statement delete_render{
    "director.renders.delete",
    "DELETE FROM director_renders WHERE tenant_id = $1 AND take_id = $2 AND id = $3"};
constexpr store::Statement every_render_statement[] = {insert_render, find_render, renders_of,
                                                       open_renders,  find_script, update_render,
                                                       delete_render};

constexpr double millions = 1e6;

RenderState parse_render_state(const std::string& name) {
  for (RenderState state : {RenderState::waiting, RenderState::running, RenderState::ready,
                            RenderState::failed, RenderState::cancelled}) {
    if (to_text(state) == name) return state;
  }
  throw Error(Code::internal, "A render cannot be read.").detail("unknown state " + name);
}

std::int64_t ppm(double progress) { return std::llround(progress * millions); }

Render render_from(const store::Row& row) {
  Render render{
      .id = row.text(0),
      .take_id = row.text(1),
      .wish = {.quality = schema::value_of<Quality>(row.text(2)), .captions = row.integer(4) != 0},
      .state = parse_render_state(row.text(5)),
      .progress = static_cast<double>(row.integer(6)) / millions,
      .problem = row.text(7),
      .remarks = schema::parse<std::vector<std::string>>(row.text(8)),
      .content_hash = row.text(9),
      .bytes = row.integer(10),
      .length = std::chrono::milliseconds(row.integer(11)),
      .job_id = row.text(12),
      .created_by = row.text(13),
      .created_at = row.time(14),
      .finished_at = row.optional_time(15)};
  if (!row.text(3).empty()) render.wish.layout = schema::value_of<Layout>(row.text(3));
  return render;
}

// Its row says that it waits or runs until somebody finishes it; its job may be over without that.
Render with_job(store::Tx& tx, const std::string& tenant, Render render) {
  if (!is_open(render.state)) return render;
  auto job = store::Jobs::find(tx, tenant, render.job_id);
  if (auto why = store::why_given_up(job)) {
    render.state = RenderState::failed;
    render.problem = *std::move(why);
  } else {
    render.progress = std::max(render.progress, job->progress);
  }
  return render;
}

std::vector<Render> renders_from(store::Tx& tx, const std::string& tenant,
                                 const store::Rows& rows) {
  std::vector<Render> renders;
  for (const store::Row& row : rows) renders.push_back(with_job(tx, tenant, render_from(row)));
  return renders;
}

}  // namespace

std::span<const store::Statement> RenderStore::statements() { return every_render_statement; }

void RenderStore::insert(store::Tx& tx, const std::string& tenant, const Render& render,
                         const RenderScript& script) {
  tx.execute(insert_render, tenant, schema::to_json(script), render.id, render.take_id,
             schema::name_of(render.wish.quality),
             render.wish.layout ? schema::name_of(*render.wish.layout) : "",
             std::int64_t{render.wish.captions}, to_text(render.state), ppm(render.progress),
             render.problem, schema::to_json(render.remarks), render.content_hash, render.bytes,
             render.length.count(), render.job_id, render.created_by, render.created_at,
             render.finished_at);
}

std::optional<Render> RenderStore::find(store::Tx& tx, const std::string& tenant,
                                        const std::string& take_id, const std::string& id) {
  store::Rows rows = tx.query(find_render, tenant, take_id, id);
  if (rows.empty()) return std::nullopt;
  return with_job(tx, tenant, render_from(rows[0]));
}

RenderScript RenderStore::script(store::Tx& tx, const std::string& tenant,
                                 const std::string& take_id, const std::string& id) {
  store::Rows rows = tx.query(find_script, tenant, take_id, id);
  if (rows.empty()) throw Error(Code::not_found, "No such render.");
  return schema::parse<RenderScript>(rows[0].text(0));
}

std::vector<Render> RenderStore::of_take(store::Tx& tx, const std::string& tenant,
                                         const std::string& take_id) {
  return renders_from(tx, tenant, tx.query(renders_of, tenant, take_id));
}

void RenderStore::update(store::Tx& tx, const std::string& tenant, const Render& render) {
  tx.execute(update_render, tenant, render.take_id, render.id, to_text(render.state),
             ppm(render.progress), render.problem, render.content_hash, render.bytes,
             render.length.count(), render.job_id, render.finished_at);
}

bool RenderStore::remove(store::Tx& tx, const std::string& tenant, const std::string& take_id,
                         const std::string& id) {
  return tx.execute(delete_render, tenant, take_id, id) == 1;
}

std::size_t RenderStore::count_open(store::Tx& tx, const std::string& tenant) {
  auto renders = renders_from(tx, tenant, tx.query(open_renders, tenant));
  return static_cast<std::size_t>(
      std::ranges::count_if(renders, [](const Render& render) { return is_open(render.state); }));
}

}  // namespace antiphon::director
