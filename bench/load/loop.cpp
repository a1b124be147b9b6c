#include "bench/load/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace antiphon::bench {
namespace {

constexpr std::size_t events_max = 512;

timespec to_timespec(Duration duration) {
  auto time = std::max(duration, Duration::zero());
  auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(time - seconds).count()};
}

}  // namespace

Loop::Loop(OnText on_text) : on_text_(std::move(on_text)), poll_(::epoll_create1(EPOLL_CLOEXEC)) {}

Loop::~Loop() { ::close(poll_); }

std::size_t Loop::add(std::unique_ptr<Socket> socket) {
  sockets_.emplace_back();
  stalled_.push_back(false);
  writing_.push_back(false);
  replace(sockets_.size() - 1, std::move(socket));
  return sockets_.size() - 1;
}

void Loop::replace(std::size_t place, std::unique_ptr<Socket> socket) {
  sockets_[place] = std::move(socket);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = place}};
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, sockets_[place]->descriptor(), &event);
  sockets_[place]->take_early([&](std::string_view text) { on_text_(place, text); });
}

void Loop::send(std::size_t place, Socket::Opcode opcode, std::string_view payload) {
  sockets_[place]->send(opcode, payload);
  if (sockets_[place]->has_unsent() != writing_[place]) watch(place);
}

void Loop::stall(std::size_t place, bool is_stalled) {
  stalled_[place] = is_stalled;
  watch(place);
}

void Loop::watch(std::size_t place) {
  writing_[place] = sockets_[place]->has_unsent();
  epoll_event event{.events = (stalled_[place] ? 0u : EPOLLIN) | (writing_[place] ? EPOLLOUT : 0u),
                    .data = {.u64 = place}};
  ::epoll_ctl(poll_, EPOLL_CTL_MOD, sockets_[place]->descriptor(), &event);
}

void Loop::run_until(Instant when) {
  std::array<epoll_event, events_max> events;
  do {
    timespec wait = to_timespec(when - Clock::now());
    int count = ::epoll_pwait2(poll_, events.data(), events_max, &wait, nullptr);
    if (count < 0 && errno != EINTR) throw std::runtime_error("epoll_pwait2 failed");
    for (int i = 0; i < count; ++i) on_ready(events[i].data.u64, events[i].events);
  } while (Clock::now() < when);
}

void Loop::on_ready(std::size_t place, std::uint32_t events) {
  Socket& socket = *sockets_[place];
  if (events & EPOLLOUT) socket.flush();
  bool is_open = true;
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    is_open = socket.read([&](std::string_view text) { on_text_(place, text); });
  }
  if (!is_open) {
    ::epoll_ctl(poll_, EPOLL_CTL_DEL, socket.descriptor(), nullptr);
    ended_.push_back(place);
  } else if (socket.has_unsent() != writing_[place]) {
    watch(place);
  }
}

void run_paced(Loop& loop, Instant start, Duration length, Duration interval,
               const std::function<void(std::size_t i, Instant due)>& act) {
  std::size_t i = 0;
  for (Instant due = start; due < start + length; due = start + ++i * interval) {
    if (Clock::now() < due) loop.run_until(due);
    act(i, due);
    // A generator that is late still reads, else it would measure itself.
    if (i % 16 == 0) loop.run_until(Clock::now());
  }
}

}  // namespace antiphon::bench
