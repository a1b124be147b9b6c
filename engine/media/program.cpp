#include "engine/media/program.h"

#include <algorithm>
#include <array>
#include <csignal>

#include "engine/base/error.h"

namespace antiphon::media {
namespace {

constexpr std::size_t complaint_bytes_max = 4096;

// Keeps the beginning of what a program complains about and reads the rest away, so that it never
// waits for us.
Task<> collect(Child* child, std::string* complaint) {
  std::array<char, 1024> buffer;
  while (std::size_t count = co_await child->err().read_some(buffer)) {
    complaint->append(buffer.data(), std::min(count, complaint_bytes_max - complaint->size()));
  }
}

Task<> read_output(Child* child, const OnOutput* on_output) {
  std::array<char, std::size_t{16} << 10> buffer;
  while (std::size_t count = co_await child->out().read_some(buffer)) {
    (*on_output)({buffer.data(), count});
  }
}

Task<ProgramEnd> follow(std::shared_ptr<Child> child, OnOutput on_output) {
  ProgramEnd end;
  TaskGroup complaining([](const std::exception_ptr&) {});
  complaining.spawn(collect(child.get(), &end.complaint));
  std::exception_ptr failure;
  try {
    co_await read_output(child.get(), &on_output);
    co_await complaining.join();
    end.status = co_await child->wait();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    child->kill();
    if (is_cancellation(failure)) co_await boost::asio::this_coro::reset_cancellation_state();
    co_await complaining.stop();
    std::rethrow_exception(failure);
  }
  co_return end;
}

}  // namespace

// One of the places at which programs run; given back however its owner ends.
class Programs::Turn {
 public:
  explicit Turn(Programs& owner) : owner_(owner) {}
  ~Turn() { owner_.end_turn(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Programs& owner_;
};

Task<> Programs::wait_for_turn() {
  if (running_ < limits_.programs_max) {
    ++running_;
    co_return;
  }
  Waiter mine;
  waiting_.push_back(&mine);
  try {
    co_await mine.wait();  // who wakes us hands its place on
  } catch (...) {
    if (std::erase(waiting_, &mine) == 0) end_turn();
    throw;
  }
}

void Programs::end_turn() {
  if (waiting_.empty()) {
    --running_;
    return;
  }
  Waiter* next = waiting_.front();
  waiting_.pop_front();
  next->wake();
}

Task<ProgramEnd> Programs::run(std::string program, std::vector<std::string> arguments,
                               std::vector<const Descriptor*> inputs, Duration time_max,
                               OnOutput on_output) {
  std::string path = find_program(program);
  if (path.empty()) {
    throw Error(Code::unavailable,
                fmt::format("Films cannot be looked into: the program {} is not installed. Install "
                            "the package ffmpeg.",
                            program));
  }
  co_await wait_for_turn();
  Turn turn(*this);
  ChildSpec spec{.program = path,
                 .arguments = std::move(arguments),
                 .pipe_out = true,
                 .pipe_err = true,
                 .cpu_max = limits_.processor_max,
                 .memory_bytes_max = limits_.memory_bytes_max};
  for (const Descriptor* input : inputs) {
    int number = first_input + static_cast<int>(spec.descriptors.size());
    spec.descriptors.emplace_back(input->get(), number);
  }
  std::shared_ptr<Child> child = spawn(spec);
  Instant deadline = Core::here().clock().steady() + time_max;
  bool is_late = false;
  try {
    co_return co_await within(deadline, follow(child, std::move(on_output)));
  } catch (const Error& error) {
    is_late = error.code() == Code::timeout;
    if (!is_late) throw;
  }
  child->kill();
  throw Error(Code::too_large,
              fmt::format("Decoding took longer than {} s.",
                          std::chrono::duration_cast<std::chrono::seconds>(time_max).count()));
}

}  // namespace antiphon::media
