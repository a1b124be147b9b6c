#include "test/flows/flow_run.h"

#include <signal.h>

#include <algorithm>
#include <fstream>

#include "engine/async/call.h"
#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "test/support/networks.h"
#include "test/support/session.h"

namespace antiphon::testing {
namespace {

constexpr Duration start_time_max = std::chrono::seconds(60);
constexpr std::string_view owner_account = "owner";

Instant now() { return Core::here().clock().steady(); }

}  // namespace

Error differs(std::string message) { return Error(Code::invalid, std::move(message)); }

FlowRun::FlowRun(const Flow& flow, std::filesystem::path programs, std::string database_url)
    : flow_(flow),
      programs_(std::move(programs)),
      database_url_(std::move(database_url)),
      data_(folder_.path() / "data"),
      elsewhere_(folder_.path() / "elsewhere") {
  std::filesystem::create_directory(elsewhere_);
  captures_["data"] = schema::Value(data_.string());
}

FlowRun::~FlowRun() = default;

Task<> FlowRun::run() {
  auto outcome = std::make_shared<Outcome<void>>();
  co_await settle(run_steps(), outcome);
  for (auto& [name, socket] : sockets_) co_await cut(socket);
  if (server_) {
    co_await server_->program().kill();
    server_.reset();
  }
  outcome->take();
}

Task<> FlowRun::run_steps() {
  co_await make_tenants(now() + start_time_max);
  co_await start_server(now() + start_time_max);
  for (const Step& step : flow_.steps) co_await perform(step);
  for (auto& [name, socket] : sockets_) co_await cut(socket);
  co_await stop_server(now() + start_time_max);
}

Task<> FlowRun::perform(const Step& step) {
  Instant deadline = now() + step.deadline;
  passed_over_.clear();
  auto outcome = std::make_shared<Outcome<void>>();
  co_await settle(
      within(deadline,
             std::visit([&](const auto& action) { return act(action, deadline); }, step.action)),
      outcome);
  try {
    outcome->take();
  } catch (const std::exception& error) {
    std::string before = passed_over_.empty() ? "" : "\nbefore it came" + passed_over_;
    throw differs(fmt::format("{}: {}{}\nthe server's log ends with\n{}", place(step), error.what(),
                              before,
                              server_ ? server_->program().log_tail() : "(it does not run)"));
  }
}

std::string FlowRun::place(const Step& step) const {
  return fmt::format("{}:{}", flow_.file, step.line);
}

// The server

ProgramSpec FlowRun::program_spec(const std::string& name) const {
  auto ours = programs_ / name;
  ProgramSpec spec{.program = std::filesystem::exists(ours) ? ours.string() : find_program(name),
                   .elsewhere = elsewhere_};
  if (!database_url_.empty()) spec.environment.push_back("DATABASE_URL=" + database_url_);
  return spec;
}

Task<> FlowRun::start_server(Instant deadline) {
  ProgramSpec spec = program_spec(flow_.program);
  for (const std::string& argument : flow_.arguments) {
    spec.arguments.push_back(substitute(argument, captures_));
  }
  spec.environment.insert(spec.environment.end(), flow_.environment.begin(),
                          flow_.environment.end());
  server_ = co_await ServerProcess::start(std::move(spec), data_, deadline);
  captures_["server"] = schema::Value(server_->address());
  captures_["pid"] = schema::Value(static_cast<std::int64_t>(server_->program().pid()));
  captures_["code"] = schema::Value(co_await server_->sign_in_code(deadline));
  if (!captures_.contains("secret")) {
    captures_["secret"] = schema::Value(co_await server_->owner_secret(deadline));
  }
}

// E-5: it ends by itself, well, and leaves nothing outside its folder.
Task<> FlowRun::stop_server(Instant deadline) {
  check_files_written();
  server_->program().signal(SIGTERM);
  ExitStatus status = co_await server_->program().ended(deadline);
  std::string log = server_->program().log_tail();
  server_.reset();
  if (!status.ok()) {
    throw differs(fmt::format("{}: the server ended with {}\n{}", flow_.file, status.text(), log));
  }
  for (const auto& left : std::filesystem::directory_iterator(elsewhere_)) {
    throw differs(fmt::format("{}: the server wrote {}, outside its folder", flow_.file,
                              left.path().string()));
  }
}

void FlowRun::check_files_written() const {
  for (const auto& path : server_->program().files_written()) {
    if (!path.string().starts_with(data_.string() + "/")) {
      throw differs(fmt::format("{}: the server writes {}, outside {}", flow_.file, path.string(),
                                data_.string()));
    }
  }
}

// The first start makes the first owner; later ones serve the tenants that are there by then.
Task<> FlowRun::make_tenants(Instant deadline) {
  auto tenants = flow_.tenants();
  if (tenants.empty()) co_return;
  co_await start_server(deadline);
  co_await stop_server(deadline);
  for (const std::string& tenant : tenants) {
    ProgramSpec spec = program_spec(flow_.program);
    spec.arguments = {"tenant", "create", tenant, "--data", data_.string()};
    Ran ran = co_await run_program(std::move(spec), deadline);
    std::size_t begin = ran.output.rfind(' ') + 1;
    if (!ran.status.ok() || begin == 0) {
      throw differs(fmt::format("{}: tenant create {} ended with {}\n{}", flow_.file, tenant,
                                ran.status.text(), ran.errors));
    }
    secrets_[tenant] = ran.output.substr(begin, ran.output.find('\n', begin) - begin);
  }
}

Task<> FlowRun::act(const RestartServer& step, Instant deadline) {
  if (step.kill) {
    co_await server_->program().kill();
    server_.reset();
  } else {
    co_await stop_server(deadline);
  }
  co_await start_server(deadline);
}

Task<> FlowRun::act(const RunCommand& step, Instant deadline) {
  ProgramSpec spec = program_spec(step.arguments.front());
  for (const std::string& word : step.environment) {
    spec.environment.push_back(substitute(word, captures_));
  }
  for (std::size_t i = 1; i < step.arguments.size(); ++i) {
    spec.arguments.push_back(substitute(step.arguments[i], captures_));
  }
  Ran ran = co_await run_program(std::move(spec), deadline);
  std::string said = fmt::format("\nstdout: {}\nstderr: {}", ran.output, ran.errors);
  if (ran.status.signal != 0 || ran.status.code != step.exit_code) {
    throw differs(
        fmt::format("expected exit code {}, came {}{}", step.exit_code, ran.status.text(), said));
  }
  for (const auto& [name, pattern] : step.outputs) {
    if (!match_text(pattern, name == "stdout" ? ran.output : ran.errors, captures_)) {
      throw differs(fmt::format("expected {}: {}{}", name, pattern, said));
    }
  }
}

Task<> FlowRun::act(const WriteFile& step, Instant) {
  std::ofstream file(data_ / step.name, std::ios::binary);
  file << substitute(step.text, captures_);
  if (!file.flush()) throw differs("the file cannot be written");
  co_return;
}

// Who asks

Task<> FlowRun::act(const ActAs& step, Instant deadline) {
  switch (step.who) {
    case ActAs::Who::nobody: token_.clear(); break;
    case ActAs::Who::owner: token_ = co_await owner_token(deadline); break;
    case ActAs::Who::tenant:
      token_ = co_await token_of(step.tenant, secrets_.at(step.tenant), deadline);
      break;
    case ActAs::Who::guest: {
      std::string owner = co_await owner_token(deadline);
      auto answer = co_await ask(http_, server_->endpoint(), http::Method::post,
                                 "/api/v1/identity/session-tokens", "{}", owner, deadline);
      if (answer.status != 201) throw differs("no session token: " + answer.body);
      token_ = schema::parse_value(answer.body).at("/token").text();
      break;
    }
  }
}

Task<std::string> FlowRun::owner_token(Instant deadline) {
  return token_of(std::string(owner_account), captures_.at("secret").text(), deadline);
}

Task<std::string> FlowRun::token_of(std::string account, std::string secret, Instant deadline) {
  auto known = tokens_.find(account);
  if (known != tokens_.end()) co_return known->second;
  std::string token = co_await sign_in(http_, server_->endpoint(), account, secret, deadline);
  co_return tokens_[account] = token;
}

// Requests

http::Headers FlowRun::headers(const std::vector<NamedText>& given) const {
  http::Headers headers;
  for (const NamedText& header : given)
    headers.add(header.name, substitute(header.text, captures_));
  if (!token_.empty()) headers.set_default("Authorization", "Bearer " + token_);
  return headers;
}

Task<> FlowRun::act(const SendRequest& step, Instant deadline) {
  auto method = http::parse_method(step.method);
  if (!method) throw differs(step.method + " is no method; send it with raw");
  http::ClientRequest request{.method = *method,
                              .endpoint = server_->endpoint(),
                              .target = substitute(step.target, captures_),
                              .headers = headers(step.headers),
                              .body = substitute(step.body, captures_)};
  if (!request.body.empty()) request.headers.set_default("Content-Type", "application/json");
  for (;;) {
    auto answer = co_await http_.send(request, deadline);
    try {
      co_return check(step.answer, answer);
    } catch (const Error&) {
      // A repeated step gives up with the last answer, a moment before its time is up.
      if (!step.repeated || now() + std::chrono::milliseconds(300) > deadline) throw;
    }
    co_await sleep_for(std::chrono::milliseconds(20));
  }
}

Task<> FlowRun::act(const SendRaw& step, Instant deadline) {
  RawNetwork network(substitute(step.bytes, captures_));
  http::NetworkHttpClient http(network, {.reach = http::Reach::everywhere});
  check(step.answer, co_await http.send({.endpoint = server_->endpoint()}, deadline));
}

void FlowRun::check(const Answer& expected, const http::ClientResponse& came) {
  if (came.status != expected.status) {
    throw differs(fmt::format("expected {}, came {}: {}", expected.status, came.status, came.body));
  }
  for (const NamedText& header : expected.headers) {
    std::string text(came.headers.get(header.name));
    if (!match_text(header.text, text, captures_)) {
      throw differs(fmt::format("expected {}: {}, came \"{}\"", header.name, header.text, text));
    }
  }
  if (expected.text && !match_text(*expected.text, came.body, captures_)) {
    throw differs(fmt::format("expected the body \"{}\", came \"{}\"", *expected.text, came.body));
  }
  if (!expected.json) return;
  auto wrong = expected.json->mismatch(schema::parse_value(came.body), captures_);
  if (wrong) throw differs(*wrong + "\nin " + came.body);
}

}  // namespace antiphon::testing
