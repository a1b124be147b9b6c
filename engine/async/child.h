#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/async/stream.h"

namespace antiphon {

/// How to start a program. Descriptors that are not named here are closed in it.
struct ChildSpec {
  std::string program;                 ///< looked up in PATH when it has no slash
  std::vector<std::string> arguments;  ///< without the program's own name
  std::string directory;               ///< working directory; empty for ours
  bool pipe_in = false;                ///< give us its standard input; else it reads /dev/null
  bool pipe_out = false;               ///< give us its standard output; else /dev/null
  bool pipe_err = false;               ///< give us its standard error; else it shares ours
  std::vector<std::pair<int, int>> descriptors;  ///< (ours, its number from 3 on)
  std::chrono::seconds cpu_max{0};               ///< processor time, then it is killed; 0: no limit
  std::size_t memory_bytes_max = 0;              ///< address space; 0: no limit
  int nice = 10;                                 ///< heavy children must not delay the event loops
};

struct ExitStatus {
  int code = 0;    ///< exit code when it ended by itself
  int signal = 0;  ///< signal that ended it, or 0
  bool ok() const { return code == 0 && signal == 0; }
  std::string text() const;  ///< "exit code 1", "killed by signal 9 (Killed)"
};

/// A running program; killed when this goes. Belongs to the core that started it.
class Child {
 public:
  ~Child();

  Stream& in();
  Stream& out();
  Stream& err();
  pid_t pid() const { return pid_; }

  /// Waits for its end; once.
  Task<ExitStatus> wait();
  /// Ends it and its own children at once.
  void kill() noexcept;

 private:
  friend std::unique_ptr<Child> spawn(const ChildSpec& spec);
  Child() = default;

  pid_t pid_ = 0;
  int pid_descriptor_ = -1;
  bool reaped_ = false;
  std::unique_ptr<Stream> in_, out_, err_;
};

/// Starts a program: the only way in which the server does.
/// @throws Error{Code::unavailable} naming the program when it cannot be started
std::unique_ptr<Child> spawn(const ChildSpec& spec);

/// The full path of `program` as PATH has it; empty when it is not installed.
std::string find_program(std::string_view program);

}  // namespace antiphon
