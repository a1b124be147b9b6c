#include "apps/director/sample/clips/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

extern char** environ;

namespace antiphon::clips {

Program::Program(const std::vector<std::string>& words, Pipe pipe) : name_(words.at(0)) {
  int ends[2];
  // Close on exec, so that a program started meanwhile does not hold this pipe open.
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  bool is_reader = pipe == Pipe::to_program;
  int theirs = is_reader ? ends[0] : ends[1];
  pipe_ = is_reader ? ends[1] : ends[0];

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs, is_reader ? STDIN_FILENO : STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int failure = posix_spawnp(&process_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(theirs);
  if (failure != 0) {
    close_pipe();
    throw std::runtime_error("cannot start " + name_ + ": " + std::strerror(failure));
  }
}

Program::~Program() {
  close_pipe();
  if (process_ > 0) waitpid(process_, nullptr, 0);
}

void Program::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(pipe_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw std::runtime_error(name_ + " stopped reading: " + std::strerror(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

std::string Program::read_all() {
  std::string text;
  char buffer[65536];
  while (true) {
    ssize_t count = ::read(pipe_, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw std::runtime_error("cannot read from " + name_);
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
  }
}

void Program::finish() {
  close_pipe();
  int status = 0;
  pid_t ended = waitpid(process_, &status, 0);
  process_ = -1;
  if (ended < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error(name_ + " failed; what it said stands above");
  }
}

void Program::close_pipe() {
  if (pipe_ >= 0) close(pipe_);
  pipe_ = -1;
}

}  // namespace antiphon::clips
