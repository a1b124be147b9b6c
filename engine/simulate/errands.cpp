#include "engine/simulate/errands.h"

#include "engine/http/router.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

// A job that fails by chance must not die of it.
constexpr int attempts_max = 1000;

constexpr std::string_view tables = R"(
CREATE TABLE errands (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  effects BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
CREATE TABLE errand_effects (
  tenant_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, job_id)
);
)";

constexpr store::Statement insert_errand{
    "simulate.insert_errand",
    "INSERT INTO errands (tenant_id, name, effects) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING"};
constexpr store::Statement insert_effect{
    "simulate.insert_effect",
    "INSERT INTO errand_effects (tenant_id, job_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
constexpr store::Statement count_effect{
    "simulate.count_effect",
    "UPDATE errands SET effects = effects + 1 WHERE tenant_id = $1 AND name = $2"};
// Over all tenants: it is the simulation that asks, not one of them.
constexpr store::Statement all_errands{"simulate.all_errands", "SELECT name, effects FROM errands"};

}  // namespace

std::span<const EmbeddedFile> Errands::migrations() {
  static constexpr EmbeddedFile files[] = {{"0001_errands.sql", tables}};
  return files;
}

void Errands::mount() {
  services_.router.add({.method = http::Method::post,
                        .path = std::string(path),
                        .permission = "identity:self:read",
                        .rate = http::RateClass::create,
                        .summary = "Have something done once"},
                       this, &Errands::take_on);
  services_.job_runner->handle(
      std::string(job_kind), [this](store::JobContext job) { return have_effect(std::move(job)); });
}

Task<http::NoContent> Errands::take_on(Call call, NewErrand errand) {
  co_await services_.database.write(
      call, [&jobs = services_.jobs, tenant = call.tenant(), name = errand.name](store::Tx& tx) {
        // Sent again by a client that never heard: the first one stands.
        if (!tx.insert_if_new(insert_errand, tenant, name)) return;
        jobs.enqueue(tx, {.tenant = tenant,
                          .kind = std::string(job_kind),
                          .payload = schema::to_json(NewErrand{name}),
                          .attempts_max = attempts_max});
      });
  co_return http::NoContent{};
}

Task<> Errands::have_effect(store::JobContext job) {
  co_await sleep_for(faults_.pause(3s));
  if (faults_.job_fails()) throw Error(Code::unavailable, "simulated: the attempt fails");
  std::string name = schema::parse<NewErrand>(job.job().payload).name;
  co_await services_.database.write(
      job.call(), [tenant = job.job().tenant, id = job.job().id, name](store::Tx& tx) {
        if (tx.insert_if_new(insert_effect, tenant, id)) tx.execute(count_effect, tenant, name);
      });
  if (faults_.job_fails()) throw Error(Code::unavailable, "simulated: it fails after its effect");
}

std::map<std::string, std::int64_t> Errands::effects(store::Tx& tx) {
  std::map<std::string, std::int64_t> effects;
  for (const store::Row& row : tx.query(all_errands)) effects[row.text(0)] = row.integer(1);
  return effects;
}

}  // namespace antiphon::simulate
