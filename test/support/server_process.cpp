#include "test/support/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include <fstream>

#include "engine/async/call.h"
#include "engine/base/error.h"

namespace antiphon::testing {
namespace {

constexpr std::size_t log_tail_lines = 30;
constexpr std::size_t report_bytes_max = 16'000;

// `env` sets what the child shall see besides our own environment.
ChildSpec child_spec(const ProgramSpec& spec) {
  std::string elsewhere = spec.elsewhere.string();
  std::vector<std::string> arguments;
  if (!elsewhere.empty()) {
    for (const char* name : {"HOME", "TMPDIR", "XDG_CACHE_HOME"}) {
      arguments.push_back(fmt::format("{}={}", name, elsewhere));
    }
  }
  arguments.insert(arguments.end(), spec.environment.begin(), spec.environment.end());
  arguments.push_back(spec.program.string());
  arguments.insert(arguments.end(), spec.arguments.begin(), spec.arguments.end());
  return {.program = "/usr/bin/env",
          .arguments = std::move(arguments),
          .directory = elsewhere,
          .pipe_out = true,
          .pipe_err = true,
          .descriptors = spec.descriptors,
          .nice = 0};
}

}  // namespace

RunningProgram::RunningProgram(const ProgramSpec& spec)
    : child_(spawn(child_spec(spec))), readers_([](const std::exception_ptr&) {}) {
  readers_.spawn(keep(child_->out(), output_));
  readers_.spawn(keep(child_->err(), errors_));
}

RunningProgram::~RunningProgram() = default;

Task<> RunningProgram::keep(Stream& from, std::string& into) {
  std::array<char, 4096> piece;
  while (std::size_t count = co_await from.read_some(piece)) {
    into.append(piece.data(), count);
    if (news_.is_waiting()) news_.wake();
  }
  --open_outputs_;
  if (news_.is_waiting()) news_.wake();
}

Task<std::string> RunningProgram::line_after(std::string start, Instant deadline) {
  auto search = [](RunningProgram* program, std::string wanted) -> Task<std::string> {
    for (;;) {
      std::string lines = "\n" + program->output_;
      std::size_t at = lines.find("\n" + wanted);
      std::size_t end = at == std::string::npos ? at : lines.find('\n', at + 1);
      if (end != std::string::npos) {
        at += 1 + wanted.size();
        co_return lines.substr(at, end - at);
      }
      if (program->open_outputs_ < 2) {
        throw Error(Code::unavailable, fmt::format("It ended before it said \"{}\".\n{}", wanted,
                                                   program->log_tail()));
      }
      co_await program->news_.wait();
    }
  };
  co_return co_await within(deadline, search(this, std::move(start)));
}

void RunningProgram::signal(int number) { ::kill(child_->pid(), number); }

Task<ExitStatus> RunningProgram::ended(Instant deadline) {
  ExitStatus status = co_await within(deadline, child_->wait());
  co_await within(deadline, readers_.join());
  co_return status;
}

Task<> RunningProgram::kill() {
  child_->kill();
  co_await child_->wait();
  co_await readers_.join();
}

std::string RunningProgram::log_tail() const {
  std::size_t report = errors_.find("ERROR: AddressSanitizer");
  if (report != std::string::npos) return errors_.substr(report, report_bytes_max);
  std::size_t begin = errors_.size();
  for (std::size_t lines = 0; begin > 0 && lines <= log_tail_lines; ++lines) {
    begin = errors_.rfind('\n', begin - 1);
    if (begin == std::string::npos) begin = 0;
  }
  return errors_.substr(begin);
}

std::vector<std::filesystem::path> RunningProgram::files_written() const {
  std::vector<std::filesystem::path> written;
  auto process = std::filesystem::path("/proc") / std::to_string(child_->pid());
  std::error_code gone;  // a file may be closed while we look
  for (const auto& entry : std::filesystem::directory_iterator(process / "fd", gone)) {
    auto target = std::filesystem::read_symlink(entry.path(), gone);
    std::ifstream info(process / "fdinfo" / entry.path().filename());
    std::string word;
    int flags = 0;
    while (info >> word && word != "flags:") {
    }
    info >> std::oct >> flags;
    bool is_written = (flags & O_ACCMODE) != O_RDONLY;
    if (is_written && std::filesystem::is_regular_file(target, gone)) written.push_back(target);
  }
  return written;
}

Task<Ran> run_program(ProgramSpec spec, Instant deadline) {
  RunningProgram program(spec);
  auto outcome = std::make_shared<Outcome<ExitStatus>>();
  co_await settle(program.ended(deadline), outcome);
  Ran ran;
  try {
    ran.status = outcome->take();
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{} did not end in time.\n{}", spec.program.string(),
                                          program.log_tail()));
  }
  ran.output = program.output();
  ran.errors = program.errors();
  co_return ran;
}

Task<std::unique_ptr<ServerProcess>> ServerProcess::start(ProgramSpec spec,
                                                          std::filesystem::path data,
                                                          Instant deadline) {
  std::vector<std::string> arguments{"serve", "--listen", "127.0.0.1:0", "--data", data.string()};
  spec.arguments.insert(spec.arguments.begin(), arguments.begin(), arguments.end());
  auto server = std::make_unique<ServerProcess>();
  server->program_ = std::make_unique<RunningProgram>(spec);
  server->address_ = co_await server->program_->line_after("listening on ", deadline);
  auto host = server->address_.find("://") + 3;
  server->endpoint_ = parse_endpoint(server->address_.substr(host));
  co_return server;
}

Task<std::string> ServerProcess::owner_secret(Instant deadline) {
  std::string line = co_await program_->line_after("owner account ", deadline);
  co_return line.substr(line.rfind(' ') + 1);
}

Task<std::string> ServerProcess::sign_in_code(Instant deadline) {
  std::string line = co_await program_->line_after("open this to sign in ", deadline);
  co_return line.substr(line.rfind('=') + 1);
}

}  // namespace antiphon::testing
