#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/base/error.h"
#include "engine/http/client.h"
#include "engine/live/client.h"
#include "engine/testing/flow.h"
#include "test/support/server_process.h"

namespace antiphon::testing {

/// What came is not what the flow says.
Error differs(std::string message);

/// Runs one flow against a real server in a folder of its own.
class FlowRun {
 public:
  /// @param programs      folder of the programs
  /// @param database_url  an empty database of PostgreSQL; "" for SQLite in the data folder
  FlowRun(const Flow& flow, std::filesystem::path programs, std::string database_url = "");
  ~FlowRun();

  /// @throws Error{Code::invalid} "FILE:LINE: what was expected, what came" with the server's last
  ///         log lines
  Task<> run();

 private:
  struct Socket {
    std::string target;
    http::Headers headers;
    std::unique_ptr<live::WebSocket> connection;
    std::uint64_t epoch = 1;
    std::uint64_t seq = 0;
  };

  Task<> run_steps();
  Task<> perform(const Step& step);
  Task<> act(const ActAs& step, Instant deadline);
  Task<> act(const SendRequest& step, Instant deadline);
  Task<> act(const SendRaw& step, Instant deadline);
  Task<> act(const OpenSocket& step, Instant deadline);
  Task<> act(const SendFrame& step, Instant deadline);
  Task<> act(const ReceiveFrame& step, Instant deadline);
  Task<> act(const CutSocket& step, Instant deadline);
  Task<> act(const ResumeSocket& step, Instant deadline);
  Task<> act(const RestartServer& step, Instant deadline);
  Task<> act(const RunCommand& step, Instant deadline);
  Task<> act(const WriteFile& step, Instant deadline);

  Task<> start_server(Instant deadline);
  Task<> stop_server(Instant deadline);
  Task<> make_tenants(Instant deadline);
  void check_files_written() const;
  ProgramSpec program_spec(const std::string& name) const;

  Task<std::string> owner_token(Instant deadline);
  Task<std::string> token_of(std::string account, std::string secret, Instant deadline);
  http::Headers headers(const std::vector<NamedText>& given) const;
  void check(const Answer& expected, const http::ClientResponse& came);
  Task<> connect(Socket& socket, Instant deadline);
  Task<> cut(Socket& socket);
  std::string place(const Step& step) const;

  const Flow& flow_;
  std::filesystem::path programs_;
  std::string database_url_;
  TemporaryFolder folder_;
  std::filesystem::path data_;
  std::filesystem::path elsewhere_;
  SystemNetwork network_;
  http::NetworkHttpClient http_{network_, {.reach = http::Reach::everywhere}};
  SystemRandom random_;
  Captures captures_;
  std::map<std::string, std::string> secrets_;  ///< of tenants' owners
  std::map<std::string, std::string> tokens_;   ///< of accounts
  std::string token_;                           ///< whom the steps act as; "" for nobody
  std::map<std::string, Socket> sockets_;
  std::string passed_over_;  ///< frames that came before the expected one
  std::unique_ptr<ServerProcess> server_;
};

}  // namespace antiphon::testing
