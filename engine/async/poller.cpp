#include "engine/async/poller.h"

#include <sys/epoll.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>

#include "engine/base/descriptor.h"
#include "engine/base/error.h"

namespace antiphon {
namespace asio = boost::asio;

namespace {

// So few that what their sockets and sessions touch is still in the core's own cache when what they
// cause is written and sent: with hundreds in a turn, each step meets a cold cache again.
constexpr std::size_t events_per_turn_max = 24;
constexpr std::size_t buffer_bytes = std::size_t{64} << 10;

int make_epoll() {
  int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) {
    throw Error(Code::unavailable, "No descriptor is left to watch connections with.")
        .detail(std::strerror(errno));
  }
  return descriptor;
}

epoll_event event_of(Poller::Watched& watched, bool reading, bool writing) {
  epoll_event event{};
  event.events = (reading ? EPOLLIN | EPOLLRDHUP : 0u) | (writing ? EPOLLOUT : 0u);
  event.data.ptr = &watched;
  return event;
}

void add(int epoll, int descriptor, epoll_event event) {
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) {
    throw Error(Code::unavailable, "A connection cannot be watched.").detail(std::strerror(errno));
  }
}

}  // namespace

// An epoll of our own inside the loop's: the loop sees one descriptor, which is readable when any
// of ours is ready.
struct Poller::State : std::enable_shared_from_this<State> {
  explicit State(Core& core) : epoll(make_epoll()), in_loop(std::in_place, core.executor()) {
    in_loop->assign(epoll.get());
  }

  void wait() {
    in_loop->async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this()](boost::system::error_code error) {
                          if (error) return;
                          self->turn();
                          if (self->in_loop) self->wait();
                        });
  }

  void turn() {
    int found = in_loop ? ::epoll_wait(epoll.get(), events.data(), events.size(), 0) : 0;
    count = found < 0 ? 0 : static_cast<std::size_t>(found);
    for (at = 0; at < count; ++at) {
      auto* watched = static_cast<Watched*>(events[at].data.ptr);
      if (watched) tell(*watched, events[at].events);
    }
    at = count = 0;
  }

  static void tell(Watched& watched, std::uint32_t what) {
    bool broken = what & (EPOLLERR | EPOLLHUP);
    if (broken || what & EPOLLRDHUP) watched.on_last();
    watched.on_ready(broken || what & (EPOLLIN | EPOLLRDHUP), broken || what & EPOLLOUT);
  }

  // Who was taken back is not told of what the kernel said before.
  void forget(const Watched& watched) {
    for (std::size_t i = at; i < count; ++i) {
      if (events[i].data.ptr == &watched) events[i].data.ptr = nullptr;
    }
  }

  Descriptor epoll;
  std::optional<asio::posix::stream_descriptor> in_loop;  ///< over the same; nothing once stopped
  std::array<epoll_event, events_per_turn_max> events{};
  std::size_t at = 0;  ///< of the events of this turn
  std::size_t count = 0;
  std::string buffer = std::string(buffer_bytes, '\0');
};

Poller::Poller(Core& core) : state_(std::make_shared<State>(core)) { state_->wait(); }

Poller::~Poller() { stop(); }

void Poller::stop() {
  if (!state_->in_loop) return;
  state_->in_loop->release();
  state_->in_loop.reset();
}

void Poller::watch(int descriptor, Watched& watched, bool reading, bool writing) {
  add(state_->epoll.get(), descriptor, event_of(watched, reading, writing));
}

void Poller::watch_edges(int descriptor, Watched& watched) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLOUT | EPOLLET;
  event.data.ptr = &watched;
  add(state_->epoll.get(), descriptor, event);
}

void Poller::change(int descriptor, Watched& watched, bool reading, bool writing) {
  epoll_event event = event_of(watched, reading, writing);
  ::epoll_ctl(state_->epoll.get(), EPOLL_CTL_MOD, descriptor, &event);
}

void Poller::take_back(int descriptor, Watched& watched) {
  ::epoll_ctl(state_->epoll.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  state_->forget(watched);
}

std::span<char> Poller::buffer() { return state_->buffer; }

}  // namespace antiphon
