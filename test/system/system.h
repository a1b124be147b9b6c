#pragma once

#include <gtest/gtest.h>

#include "engine/async/core.h"
#include "engine/base/error.h"
#include "engine/base/random.h"
#include "engine/http/client.h"
#include "test/support/server_process.h"
#include "test/support/session.h"

namespace antiphon::testing {

/// The programs of this build, run in folders of their own by a core of the test.
class SystemTest : public ::testing::Test {
 protected:
  Instant soon() const { return clock_.steady() + patience_; }

  /// Runs a test's body; it ends with `patience_`.
  void run(Task<> body) { core_.run_until_done(within_patience(std::move(body))); }

  ProgramSpec antiphon(std::vector<std::string> arguments = {}) const {
    return {.program = std::filesystem::path(ANTIPHON_PROGRAMS) / "antiphon",
            .arguments = std::move(arguments)};
  }
  std::filesystem::path folder(const std::string& name) const { return folder_.path() / name; }

  Task<std::unique_ptr<ServerProcess>> serve(const std::string& data,
                                             std::vector<std::string> arguments = {}) {
    return ServerProcess::start(antiphon(std::move(arguments)), folder(data), soon());
  }
  /// `antiphon testing WHAT`
  Task<std::unique_ptr<RunningProgram>> serve_testing(std::string what, Endpoint& endpoint);

  /// Asks it to end. @return how it did
  Task<ExitStatus> stop(RunningProgram& program);

  Task<std::string> owner_token(ServerProcess& server);
  Task<schema::Value> ask_json(ServerProcess& server, http::Method method, std::string target,
                               std::string body, std::string token);

  Duration patience_ = std::chrono::seconds(120);
  SystemClock clock_;
  Core core_{0, clock_};
  SystemNetwork network_;
  http::NetworkHttpClient http_{network_, {.reach = http::Reach::everywhere}};
  SystemRandom random_;
  TemporaryFolder folder_;

 private:
  Task<> within_patience(Task<> body);
};

}  // namespace antiphon::testing
