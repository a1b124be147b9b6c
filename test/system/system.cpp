#include "test/system/system.h"

#include <signal.h>

#include "engine/async/call.h"
#include "engine/schema/json.h"

namespace antiphon::testing {

Task<> SystemTest::within_patience(Task<> body) { co_await within(soon(), std::move(body)); }

Task<std::unique_ptr<RunningProgram>> SystemTest::serve_testing(std::string what,
                                                                Endpoint& endpoint) {
  auto program = std::make_unique<RunningProgram>(
      antiphon({"testing", std::move(what), "--listen", "127.0.0.1:0"}));
  std::string address = co_await program->line_after("listening on http://", soon());
  endpoint = parse_endpoint(address);
  co_return program;
}

Task<ExitStatus> SystemTest::stop(RunningProgram& program) {
  program.signal(SIGTERM);
  return program.ended(soon());
}

Task<std::string> SystemTest::owner_token(ServerProcess& server) {
  std::string secret = co_await server.owner_secret(soon());
  co_return co_await sign_in(http_, server.endpoint(), "owner", secret, soon());
}

Task<schema::Value> SystemTest::ask_json(ServerProcess& server, http::Method method,
                                         std::string target, std::string body, std::string token) {
  auto answer =
      co_await ask(http_, server.endpoint(), method, target, std::move(body), token, soon());
  if (answer.status / 100 != 2) {
    throw Error(Code::invalid, fmt::format("{} gave {}: {}", target, answer.status, answer.body));
  }
  co_return schema::parse_value(answer.body);
}

}  // namespace antiphon::testing
