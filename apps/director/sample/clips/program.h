#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace antiphon::clips {

/// Where the pipe of a started program leads.
enum class Pipe {
  to_program,    ///< its standard input
  from_program,  ///< its standard output
};

/// A child program with one pipe. For the build and its tests only: the server starts programs
/// through engine/async. One thread at a time.
class Program {
 public:
  /// Starts `words[0]`, found on the path. @throws std::runtime_error when it cannot be started.
  Program(const std::vector<std::string>& words, Pipe pipe);
  /// Closes the pipe and waits.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// @throws std::runtime_error when the program no longer reads
  void write(std::span<const std::byte> bytes);
  /// All that the program still writes.
  std::string read_all();
  /// Closes the pipe and waits. @throws std::runtime_error when the program failed.
  void finish();

 private:
  void close_pipe();

  std::string name_;
  int pipe_ = -1;
  pid_t process_ = -1;
};

}  // namespace antiphon::clips
