// What comes behind the head of a request: its body, and what says that the client has left.

#include <boost/system/system_error.hpp>

#include "engine/base/error.h"
#include "engine/http/connection.h"

namespace antiphon::http {

Task<std::size_t> Connection::read_some(std::span<char> into) {
  if (decoder_.is_done()) co_return 0;
  const Request& request = head_.request;
  auto too_large = [this] {
    return Error(Code::too_large,
                 fmt::format("The body is larger than {} bytes.", body_bytes_max_));
  };
  if (request.content_length.value_or(0) > body_bytes_max_) throw too_large();
  if (std::exchange(head_.expects_continue, false)) {
    co_await stream_->write_all("HTTP/1.1 100 Continue\r\n\r\n");
  }
  for (;;) {
    auto step = decoder_.decode(received_.view(), into);
    if (!step) {
      is_body_broken_ = true;
      throw Error(Code::invalid, step.error().reason);
    }
    received_.take(step->consumed);
    body_bytes_ += step->produced;
    if (body_bytes_ > body_bytes_max_) throw too_large();
    if (decoder_.is_done()) watch_client();
    if (step->produced > 0 || decoder_.is_done()) co_return step->produced;
    // A client that keeps the minimum rate may take as long as that allows.
    auto earned = std::chrono::seconds(body_bytes_ / limits_.body_bytes_per_second_min);
    std::size_t count = 0;
    try {
      StageTiming stage(stages_.get(), "body");
      count = co_await within(began_ + limits_.body_time + earned, receive(busy_bytes));
    } catch (const Error& late) {
      is_body_late_ = late.code() == Code::timeout;
      throw Error(Code::timeout, "The body of the request came too slowly.");
    }
    if (count == 0) throw Error(Code::cancelled, "The client ended within the body.");
  }
}

// From the end of a request's body on nobody else reads, until it is answered.
void Connection::watch_client() {
  if (watch_ || is_body_skipped_ || !route_ || !route_->info.ends_with_client) return;
  received_.shrink(idle_bytes);
  watch_ = std::make_unique<Watch>();
  watch_->tasks.spawn(watch());
}

// What comes is the beginning of a further request. A client that sends too much of it is not
// watched any more.
Task<> Connection::watch() {
  std::size_t count = 1;
  while (count > 0 && !watch_->is_over && received_.size() < busy_bytes) {
    try {
      count = co_await receive(received_.is_empty() ? idle_bytes : busy_bytes);
    } catch (const boost::system::system_error&) {
      count = 0;
    }
  }
  if (count == 0 && !watch_->is_over) task_.cancel();
}

Task<> Connection::stop_watching() {
  watch_->is_over = true;
  co_await watch_->tasks.stop();
  watch_.reset();
}

// What a handler left unread of a body is cheaper to read than a new connection, if it is short.
bool Connection::can_skip_body() const {
  if (decoder_.is_done()) return true;
  if (is_body_late_ || is_body_broken_ || head_.expects_continue || head_.request.is_chunked) {
    return false;
  }
  return head_.request.content_length.value_or(0) - body_bytes_ <= limits_.skipped_body_bytes_max;
}

Task<bool> Connection::skip_body() {
  is_body_skipped_ = true;
  std::array<char, 4096> dropped{};
  body_bytes_max_ = std::numeric_limits<std::size_t>::max();
  try {
    while (co_await read_some(dropped) > 0) {
    }
  } catch (const Error&) {
    co_return false;
  }
  co_return true;
}

// Closing with unread bytes would reset the connection and could take the answer away from the
// client (RFC 9112, 9.6): end our side and wait shortly for the other.
Task<> Connection::linger() {
  co_await stream_->end_writing();
  auto alarm = Core::here().timers().at(now() + limits_.linger_time, [this] { stream_->close(); });
  std::array<char, 4096> dropped{};
  std::size_t total = 0;
  while (std::size_t count = co_await stream_->read_some(dropped)) {
    total += count;
    if (total > limits_.linger_bytes_max) break;
  }
}

}  // namespace antiphon::http
