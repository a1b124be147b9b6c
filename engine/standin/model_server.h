#pragma once

#include <functional>

#include "engine/http/router.h"
#include "engine/standin/chat_routes.h"

namespace antiphon::standin {

/// All services on one core, with `/script` and `/ledger`. Outlives the server that has its routes.
class ModelServer {
 public:
  struct Parts {
    std::function<std::size_t()> connections;      ///< that are open
    std::function<void(milliseconds)> refuse_for;  ///< takes no connections for so long
  };

  explicit ModelServer(Parts parts) : parts_(std::move(parts)) {}

  void mount(http::Router& router);
  void replace(Script script);

  const Ledger& ledger() const { return ledger_; }

 private:
  Task<Script> put_script(Call call, Script script);
  Task<LedgerView> get_ledger(Call call);
  Task<http::NoContent> delete_ledger(Call call);

  Parts parts_;
  Scripts scripts_;
  Ledger ledger_;
  Stage stage_{scripts_, ledger_};
  ChatRoutes chats_{stage_};
};

}  // namespace antiphon::standin
