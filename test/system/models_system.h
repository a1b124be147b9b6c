#pragma once

#include "test/system/system.h"

namespace antiphon::testing {

/// A server that asks the scripted model server, and a client of its `/v1`.
class ModelsSystemTest : public SystemTest {
 protected:
  /// The model server alone.
  Task<> start_models();
  /// The server, over it.
  /// @param config  TOML; the model server is at upstream_
  Task<> start_server(std::string config);
  Task<> stop_all();

  /// By the command line, on the folder of the running server. @return the key itself
  Task<std::string> make_key(double budget);

  Task<> script(std::string json);
  /// What the model server has counted.
  Task<schema::Value> ledger();
  /// The same once none of its calls is under way.
  Task<schema::Value> settled_ledger();
  Task<> empty_ledger();

  http::ClientRequest to_front(std::string target, std::string body, std::string key);
  Task<http::ClientResponse> ask_front(std::string target, std::string body, std::string key) {
    return http_.send(to_front(std::move(target), std::move(body), std::move(key)), soon());
  }

  antiphon::Endpoint upstream_;
  std::unique_ptr<RunningProgram> models_;
  std::unique_ptr<ServerProcess> server_;

 private:
  Task<http::ClientResponse> at_models(http::Method method, std::string target,
                                       std::string body = "");
};

}  // namespace antiphon::testing
