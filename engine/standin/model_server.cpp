#include "engine/standin/model_server.h"

#include "engine/async/core.h"

namespace antiphon::standin {
namespace {

http::RouteInfo control_route(http::Method method, std::string path, std::string summary) {
  return {.method = method,
          .path = std::move(path),
          .permission = std::string(http::public_permission),
          .summary = std::move(summary),
          .body_bytes_max = question_body_bytes_max};
}

}  // namespace

void ModelServer::mount(http::Router& router) {
  chats_.mount(router);
  mount_embeddings(router, stage_);
  mount_lists(router, stage_);
  mount_transcription(router, stage_);
  mount_speech(router, stage_);
  router.add(control_route(http::Method::put, "/script", "What it does from now on"), this,
             &ModelServer::put_script);
  router.add(control_route(http::Method::get, "/ledger", "What it counted"), this,
             &ModelServer::get_ledger);
  router.add(control_route(http::Method::del, "/ledger", "Forget what was counted"), this,
             &ModelServer::delete_ledger);
}

void ModelServer::replace(Script script) { scripts_.replace(std::move(script)); }

Task<Script> ModelServer::put_script(Call, Script script) {
  replace(script);
  if (script.refuse_for.count() > 0) {
    stage_.refuse_until(Core::here().clock().steady() + script.refuse_for);
    parts_.refuse_for(script.refuse_for);
  }
  co_return script;
}

Task<LedgerView> ModelServer::get_ledger(Call) {
  LedgerView view = ledger_.view();
  view.open_connections = static_cast<std::int64_t>(parts_.connections());
  co_return view;
}

Task<http::NoContent> ModelServer::delete_ledger(Call) {
  ledger_.empty();
  co_return http::NoContent{};
}

}  // namespace antiphon::standin
