#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/child.h"
#include "engine/async/network.h"
#include "engine/async/task_group.h"
#include "engine/async/waiter.h"
#include "engine/base/temporary_folder.h"

namespace antiphon::testing {

/// How a program of the project is started.
struct ProgramSpec {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  ///< NAME=value, besides ours
  std::filesystem::path elsewhere;       ///< its working, home and temporary folder: stays empty
  std::vector<std::pair<int, int>> descriptors = {};  ///< ours, its number from 3 on
};

/// A running program whose output is kept. Ends, killed if need be, by end() or kill().
class RunningProgram {
 public:
  explicit RunningProgram(const ProgramSpec& spec);
  ~RunningProgram();

  /// The first line of standard output that begins with `start`, without it.
  /// @throws Error{Code::unavailable} when the output ends before; Error{Code::timeout}
  Task<std::string> line_after(std::string start, Instant deadline);
  void signal(int number);
  /// Waits for its end. @throws Error{Code::timeout}
  Task<ExitStatus> ended(Instant deadline);
  Task<> kill();

  const std::string& output() const { return output_; }
  const std::string& errors() const { return errors_; }
  /// The last lines of standard error, or what a sanitizer reports in it.
  std::string log_tail() const;
  pid_t pid() const { return child_->pid(); }
  /// Regular files that are open for writing, by their paths.
  std::vector<std::filesystem::path> files_written() const;

 private:
  Task<> keep(Stream& from, std::string& into);

  std::unique_ptr<Child> child_;
  std::string output_;
  std::string errors_;
  int open_outputs_ = 2;
  Waiter news_;
  TaskGroup readers_;
};

/// Runs a program to its end.
struct Ran {
  ExitStatus status;
  std::string output;
  std::string errors;
};
Task<Ran> run_program(ProgramSpec spec, Instant deadline);

/// A real server: `PROGRAM serve --listen 127.0.0.1:0 --data DATA …`.
class ServerProcess {
 public:
  /// Starts it and waits until it listens.
  static Task<std::unique_ptr<ServerProcess>> start(ProgramSpec spec, std::filesystem::path data,
                                                    Instant deadline);

  const std::string& address() const { return address_; }  ///< "http://127.0.0.1:1234", or https
  const Endpoint& endpoint() const { return endpoint_; }
  RunningProgram& program() { return *program_; }
  /// Of the owner's account; told at the first start on a folder only.
  Task<std::string> owner_secret(Instant deadline);
  /// Of the link that signs in once.
  Task<std::string> sign_in_code(Instant deadline);

 private:
  std::unique_ptr<RunningProgram> program_;
  std::string address_;
  Endpoint endpoint_;
};

}  // namespace antiphon::testing
