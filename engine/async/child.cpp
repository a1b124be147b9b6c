#include "engine/async/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "engine/async/network.h"
#include "engine/base/descriptor.h"
#include "engine/base/error.h"

extern char** environ;

namespace antiphon {
namespace {

// Descriptors on their way into a child are moved above this, so that none is overwritten by
// another's target number.
constexpr int high_descriptor = 64;

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw Error(Code::unavailable, "No descriptors are left to start a program with.");
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// What the child does to its descriptors before it becomes the program.
class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  void put(int ours, int theirs) {
    int high = ::fcntl(ours, F_DUPFD_CLOEXEC, high_descriptor);
    if (high < 0) throw Error(Code::unavailable, "No descriptors are left to start a program.");
    kept_.emplace_back(high);
    ::posix_spawn_file_actions_adddup2(&actions_, high, theirs);
    first_free_ = std::max(first_free_, theirs + 1);
  }
  void open_null(int theirs, int flags) {
    ::posix_spawn_file_actions_addopen(&actions_, theirs, "/dev/null", flags, 0);
  }
  void change_directory(const std::string& directory) {
    ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
  }
  const posix_spawn_file_actions_t* finish() {
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, first_free_);
    return &actions_;
  }

 private:
  posix_spawn_file_actions_t actions_;
  std::vector<Descriptor> kept_;
  int first_free_ = 3;
};

// A child starts with default signals and its own process group, so that kill() reaches all of it.
class Attributes {
 public:
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

void limit(pid_t pid, const ChildSpec& spec) {
  if (spec.cpu_max.count() > 0) {
    auto seconds = static_cast<rlim_t>(spec.cpu_max.count());
    rlimit value{seconds, seconds};
    ::prlimit(pid, RLIMIT_CPU, &value, nullptr);
  }
  if (spec.memory_bytes_max > 0) {
    rlimit value{spec.memory_bytes_max, spec.memory_bytes_max};
    ::prlimit(pid, RLIMIT_AS, &value, nullptr);
  }
  if (spec.nice != 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(pid), spec.nice);
}

Stream& given(const std::unique_ptr<Stream>& stream) {
  ENSURE(stream != nullptr, "the stream was asked for in the spec");
  return *stream;
}

}  // namespace

std::string ExitStatus::text() const {
  if (signal != 0) return fmt::format("killed by signal {} ({})", signal, ::strsignal(signal));
  return fmt::format("exit code {}", code);
}

std::unique_ptr<Child> spawn(const ChildSpec& spec) {
  FileActions actions;
  Pipe in, out, err;
  if (spec.pipe_in)
    actions.put((in = make_pipe()).read_end.get(), 0);
  else
    actions.open_null(0, O_RDONLY);
  if (spec.pipe_out)
    actions.put((out = make_pipe()).write_end.get(), 1);
  else
    actions.open_null(1, O_WRONLY);
  if (spec.pipe_err) actions.put((err = make_pipe()).write_end.get(), 2);
  for (auto [ours, theirs] : spec.descriptors) actions.put(ours, theirs);
  if (!spec.directory.empty()) actions.change_directory(spec.directory);

  std::vector<char*> arguments{const_cast<char*>(spec.program.c_str())};
  for (const std::string& text : spec.arguments)
    arguments.push_back(const_cast<char*>(text.c_str()));
  arguments.push_back(nullptr);
  std::unique_ptr<Child> child(new Child);
  Attributes attributes;
  int error = ::posix_spawnp(&child->pid_, spec.program.c_str(), actions.finish(), attributes.get(),
                             arguments.data(), environ);
  if (error != 0) {
    child->reaped_ = true;
    throw Error(Code::unavailable, fmt::format("The program {} cannot be started: {}.",
                                               spec.program, ::strerror(error)));
  }
  limit(child->pid_, spec);
  child->pid_descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, child->pid_, 0));
  if (spec.pipe_in) child->in_ = stream_over(in.write_end.release());
  if (spec.pipe_out) child->out_ = stream_over(out.read_end.release());
  if (spec.pipe_err) child->err_ = stream_over(err.read_end.release());
  return child;
}

Child::~Child() {
  kill();
  if (!reaped_ && pid_ > 0) ::waitpid(pid_, nullptr, 0);
  if (pid_descriptor_ >= 0) ::close(pid_descriptor_);
}

Stream& Child::in() { return given(in_); }
Stream& Child::out() { return given(out_); }
Stream& Child::err() { return given(err_); }

Task<ExitStatus> Child::wait() {
  co_await readable(pid_descriptor_);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  reaped_ = true;
  ExitStatus result;
  if (WIFSIGNALED(status))
    result.signal = WTERMSIG(status);
  else
    result.code = WEXITSTATUS(status);
  co_return result;
}

void Child::kill() noexcept {
  if (!reaped_ && pid_ > 0) ::kill(-pid_, SIGKILL);
}

std::string find_program(std::string_view program) {
  if (program.find('/') != std::string_view::npos) {
    return ::access(std::string(program).c_str(), X_OK) == 0 ? std::string(program) : "";
  }
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    auto colon = rest.find(':');
    std::string candidate = fmt::format("{}/{}", rest.substr(0, colon), program);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  return "";
}

}  // namespace antiphon
