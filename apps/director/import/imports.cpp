#include "apps/director/import/imports.h"

#include "engine/base/encoding.h"
#include "engine/base/ids.h"

namespace antiphon::director {
namespace {

std::vector<ImportLine> waiting_lines(std::vector<ListLine> lines) {
  std::vector<ImportLine> all;
  all.reserve(lines.size());
  for (ListLine& line : lines) {
    all.push_back({.number = line.number,
                   .entry = std::move(line.entry),
                   .state = line.problem.empty() ? LineState::waiting : LineState::invalid,
                   .problem = std::move(line.problem)});
  }
  return all;
}

Error no_import() { return Error(Code::not_found, "There is no such import."); }

}  // namespace

Task<ImportProgress> Imports::begin(Call call, std::string name, std::string list,
                                    std::vector<ListLine> lines) {
  Import import{.id = make_id("imp", random_),
                .name = std::move(name),
                .list_hash = sha256_hex(list),
                .created_by = call.principal().id,
                .created_at = call.now()};
  co_return co_await database_.write(
      call, [tenant = call.tenant(), import, all = waiting_lines(std::move(lines))](store::Tx& tx) {
        ImportProgress progress{.import = import, .is_new = true};
        if (auto known = ImportStore::find_list(tx, tenant, import.list_hash)) {
          progress = {.import = *std::move(known)};
        } else if (ImportStore::page(tx, tenant, std::nullopt, imports_max).size() >= imports_max) {
          throw Error(Code::quota_exceeded, fmt::format("There are {} imports, the most there can "
                                                        "be: delete some. Their clips stay.",
                                                        imports_max));
        } else {
          ImportStore::insert(tx, tenant, import, all);
        }
        progress.counts = ImportStore::count(tx, tenant, progress.import.id);
        return progress;
      });
}

Task<ImportProgress> Imports::find(Call call, std::string id) {
  return database_.read(Due(call), [tenant = call.tenant(), id](store::Tx& tx) {
    auto import = ImportStore::find(tx, tenant, id);
    if (!import) throw no_import();
    return ImportProgress{*std::move(import), ImportStore::count(tx, tenant, id)};
  });
}

Task<std::vector<Import>> Imports::page(Call call, std::optional<Import> before, int limit) {
  return database_.read(Due(call), [tenant = call.tenant(), before, limit](store::Tx& tx) {
    return ImportStore::page(tx, tenant, before, limit);
  });
}

Task<std::vector<ImportLine>> Imports::lines(Call call, std::string id,
                                             std::optional<std::string> state, std::int64_t after,
                                             int limit) {
  return database_.read(Due(call),
                        [tenant = call.tenant(), id, state, after, limit](store::Tx& tx) {
                          if (!ImportStore::find(tx, tenant, id)) throw no_import();
                          return ImportStore::lines(tx, tenant, id, state, after, limit);
                        });
}

Task<TakenIn> Imports::take_line(Call call, std::string id, std::int64_t number, SentFile file) {
  auto line =
      co_await database_.read(Due(call), [tenant = call.tenant(), id, number](store::Tx& tx) {
        return ImportStore::line(tx, tenant, id, number);
      });
  if (!line) throw Error(Code::not_found, "There is no such line of an import.");
  if (line->state != LineState::waiting && line->state != LineState::failed) {
    throw Error(Code::conflict, fmt::format("The line is {}; only one that is waiting or failed "
                                            "takes a file.",
                                            to_text(line->state)));
  }
  if (file.name.empty()) file.name = line->entry.file;
  std::exception_ptr failure;
  try {
    TakenIn taken = co_await intake_.take_in(call, line->entry, std::move(file));
    line->state = taken.is_new ? LineState::taken : LineState::known;
    line->asset_id = taken.asset.id;
    line->problem.clear();
    co_await settle(call, id, *line);
    co_return taken;
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;  // the client left: nothing is known of the file
    failure = std::current_exception();
    line->state = LineState::failed;
    line->problem = error.message();
  }
  co_await settle(call, id, *line);
  std::rethrow_exception(failure);
}

Task<> Imports::settle(Call call, std::string id, ImportLine line) {
  return database_.write(Due(call), [tenant = call.tenant(), id, line](store::Tx& tx) {
    ImportStore::update(tx, tenant, id, line);
  });
}

Task<> Imports::remove(Call call, std::string id) {
  return database_.write(Due(call), [tenant = call.tenant(), id](store::Tx& tx) {
    if (!ImportStore::remove(tx, tenant, id)) throw no_import();
  });
}

}  // namespace antiphon::director
