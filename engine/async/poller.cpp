#include "engine/async/poller.h"

#include <sys/epoll.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>

#include "engine/base/error.h"

namespace antiphon {
namespace asio = boost::asio;

namespace {

constexpr std::size_t events_per_turn_max = 256;
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

}  // namespace

// An epoll of our own inside the loop's: the loop sees one descriptor, which is readable when any
// of ours is ready.
struct Poller::State : std::enable_shared_from_this<State> {
  explicit State(Core& core) : epoll(core.executor(), make_epoll()) {}

  void wait() {
    epoll.async_wait(asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](boost::system::error_code error) {
                       if (error) return;
                       self->turn();
                       if (self->epoll.is_open()) self->wait();
                     });
  }

  void turn() {
    int found = ::epoll_wait(epoll.native_handle(), events.data(), events.size(), 0);
    count = found < 0 ? 0 : static_cast<std::size_t>(found);
    for (at = 0; at < count; ++at) {
      auto* watched = static_cast<Watched*>(events[at].data.ptr);
      if (!watched) continue;
      bool broken = events[at].events & (EPOLLERR | EPOLLHUP);
      watched->on_ready(broken || events[at].events & (EPOLLIN | EPOLLRDHUP),
                        broken || events[at].events & EPOLLOUT);
    }
    at = count = 0;
  }

  // Who was taken back is not told of what the kernel said before.
  void forget(const Watched& watched) {
    for (std::size_t i = at; i < count; ++i) {
      if (events[i].data.ptr == &watched) events[i].data.ptr = nullptr;
    }
  }

  asio::posix::stream_descriptor epoll;
  std::array<epoll_event, events_per_turn_max> events{};
  std::size_t at = 0;  ///< of the events of this turn
  std::size_t count = 0;
  std::string buffer = std::string(buffer_bytes, '\0');
};

Poller::Poller(Core& core) : state_(std::make_shared<State>(core)) { state_->wait(); }

Poller::~Poller() {
  boost::system::error_code ignored;
  state_->epoll.close(ignored);
}

void Poller::watch(int descriptor, Watched& watched, bool reading, bool writing) {
  epoll_event event = event_of(watched, reading, writing);
  if (::epoll_ctl(state_->epoll.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    throw Error(Code::unavailable, "A connection cannot be watched.").detail(std::strerror(errno));
  }
}

void Poller::change(int descriptor, Watched& watched, bool reading, bool writing) {
  epoll_event event = event_of(watched, reading, writing);
  ::epoll_ctl(state_->epoll.native_handle(), EPOLL_CTL_MOD, descriptor, &event);
}

void Poller::take_back(int descriptor, Watched& watched) {
  ::epoll_ctl(state_->epoll.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr);
  state_->forget(watched);
}

std::span<char> Poller::buffer() { return state_->buffer; }

}  // namespace antiphon
