#include "engine/speech/speech_program.h"

#include <sys/socket.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "engine/async/call.h"
#include "engine/async/core.h"
#include "engine/async/network.h"
#include "engine/async/task_group.h"
#include "engine/base/descriptor.h"
#include "engine/base/error.h"
#include "engine/metrics/process.h"
#include "engine/speech/speech_metrics.h"

namespace antiphon::speech {
namespace {

constexpr std::string_view program_name = "antiphon-speech";
// The model takes 91 MB; the libraries reserve much more than they use.
constexpr std::size_t memory_bytes_max = 4096u << 20;

std::pair<Descriptor, Descriptor> make_socket_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error(Code::unavailable, "No descriptors are left for another speech worker.");
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

double default_processors() {
  constexpr double share = 0.75;
  return share * std::max(1u, std::thread::hardware_concurrency());
}

CapacityOptions capacity_options(const EmbeddedOptions& options) {
  return {.processors = options.processors > 0 ? options.processors : default_processors(),
          .streams_max = options.streams_max,
          .only = options.only_rung,
          .pace_max = options.pace_max,
          .metrics = options.metrics};
}

// Hands `descriptor` to the program at the other end of `control`; false when it has died.
bool pass_descriptor(int control, int descriptor) {
  char byte = 'w';
  iovec data{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  if (::sendmsg(control, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) return true;
  if (errno == EAGAIN) {
    throw Error(Code::unavailable, "Too many speech streams are opened at once. Try again later.");
  }
  return false;
}

Error off(std::string_view why) {
  return Error(Code::unavailable, fmt::format("English speech recognition is off. {}", why));
}

std::string find_speech_program(const std::string& configured) {
  if (!configured.empty()) return find_program(configured);
  std::error_code ignored;
  auto beside = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  std::string found = find_program((beside / program_name).string());
  return found.empty() ? find_program(program_name) : found;
}

Task<std::optional<Message>> first_message(std::shared_ptr<Worker> worker, Duration start_max) {
  auto deadline = Core::here().clock().steady() + start_max;
  try {
    co_return co_await within(deadline, worker->receive());
  } catch (const Error& failure) {
    if (failure.code() != Code::timeout) throw;
    throw off("Its worker gives no answer.");
  }
}

}  // namespace

Task<> Worker::send(std::string bytes) { co_await stream_->write_all(bytes); }

Task<std::optional<Message>> Worker::receive() {
  std::array<char, 4096> buffer;
  try {
    for (;;) {
      if (auto message = reader_.next()) co_return message;
      std::size_t count = co_await stream_->read_some(buffer);
      if (count == 0) co_return std::nullopt;
      reader_.add({buffer.data(), count});
    }
  } catch (const boost::system::system_error& failure) {
    if (is_cancellation(std::current_exception())) throw;
  } catch (const Error&) {
    // Nonsense: the worker is as good as gone.
  }
  co_return std::nullopt;
}

SpeechProgram::SpeechProgram(EmbeddedOptions options)
    : options_(std::move(options)),
      capacity_(std::make_shared<Capacity>(capacity_options(options_))) {
  if (options_.metrics == nullptr) return;
  sources_.push_back(options_.metrics->source(
      program_starts_metric, {}, [this] { return static_cast<double>(starts_.load()); }));
  sources_.push_back(options_.metrics->source(program_memory_metric, {},
                                              [this] { return metrics::resident_bytes_of(pid_); }));
}

Task<std::shared_ptr<Worker>> SpeechProgram::ready_worker(
    std::shared_ptr<SpeechCounters> counters) {
  auto worker = start_worker(*counters);
  auto answer = co_await first_message(worker, options_.start_max);
  if (!answer) {
    // The program may have died just when it was asked; a new one decides.
    worker = start_worker(*counters);
    answer = co_await first_message(worker, options_.start_max);
  }
  if (answer && answer->type == MessageType::ready) co_return worker;
  throw off(answer ? answer->payload : "Its worker ends at once.");
}

std::shared_ptr<Worker> SpeechProgram::start_worker(SpeechCounters& counters) {
  auto [ours, theirs] = make_socket_pair(SOCK_STREAM);
  std::lock_guard lock(mutex_);
  if (!child_) start();
  if (!pass_descriptor(control_.get(), theirs.get())) {
    stop();
    start();
    if (!pass_descriptor(control_.get(), theirs.get())) {
      throw off("The program antiphon-speech takes no more workers.");
    }
  }
  counters.worker_starts.add();
  return std::make_shared<Worker>(stream_over(ours.release()));
}

void SpeechProgram::start() {
  std::string program = find_speech_program(options_.program);
  if (program.empty()) {
    throw off(fmt::format("The program {} is not installed.",
                          options_.program.empty() ? program_name : options_.program));
  }
  if (!std::filesystem::is_directory(options_.model_directory)) {
    throw off(fmt::format("There is no model in {}. Install the package pocketsphinx-en-us.",
                          options_.model_directory));
  }
  auto [ours, theirs] = make_socket_pair(SOCK_SEQPACKET);
  // Live work, but not before the event loops: nicer than they are, far less than batch work.
  child_ = spawn({.program = program,
                  .arguments = {options_.model_directory},
                  .descriptors = {{theirs.get(), control_descriptor}},
                  .memory_bytes_max = memory_bytes_max,
                  .nice = 3});
  control_ = std::move(ours);
  ++starts_;
  pid_ = child_->pid();
}

void SpeechProgram::stop() noexcept {
  pid_ = 0;
  control_ = Descriptor();
  child_.reset();
}

}  // namespace antiphon::speech
