#include "engine/live/websocket.h"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "engine/live/wire_limits.h"

namespace antiphon::live {
namespace {

// The reason of a close frame, cut to what a control frame holds, between characters.
std::string_view fit_reason(std::string_view reason) {
  std::size_t size = std::min(reason.size(), control_bytes_max - 2);
  while (size < reason.size() && size > 0 && (reason[size] & 0xc0) == 0x80) --size;
  return reason.substr(0, size);
}

std::string close_payload(CloseCode code, std::string_view reason) {
  if (code == CloseCode::no_status) return {};
  auto number = static_cast<std::uint16_t>(code);
  std::string payload{static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
  return payload += fit_reason(reason);
}

void wake(Waiter& waiter) {
  if (waiter.is_waiting()) waiter.wake();
}

Instant now() { return Core::here().clock().steady(); }

}  // namespace

WebSocket::WebSocket(http::TakenSocket socket, WebSocketOptions options)
    : WebSocket(channel_over(std::move(socket.stream)),
                Moved{.parser = FrameParser(options.role, options.message_bytes_max),
                      .unread = std::move(socket.received)},
                options) {}

WebSocket::WebSocket(std::unique_ptr<Channel> channel, Moved moved, WebSocketOptions options)
    : channel_(std::move(channel)),
      options_(options),
      parser_(std::move(moved.parser)),
      unread_(std::move(moved.unread)),
      last_heard_(now()) {
  channel_->begin(*this);
  arm_watch();
}

WebSocket::~WebSocket() {
  if (flush_) *flush_ = nullptr;
  if (!released_) channel_->close();
}

Task<std::optional<Incoming>> WebSocket::receive() {
  for (;;) {
    if (auto message = next_unread()) co_return message;
    if (peer_closed_ || failed_ || is_over()) co_return std::nullopt;
    channel_->want_bytes(true);
    co_await news_.wait();
  }
}

std::optional<Incoming> WebSocket::next_unread() {
  std::string_view rest = std::string_view(unread_).substr(taken_);
  auto message = next_message(rest);
  taken_ = rest.empty() ? 0 : unread_.size() - rest.size();
  if (rest.empty()) unread_ = {};
  settle();
  return message;
}

// Takes from the front of `bytes` until a message is whole, or none are left.
std::optional<Incoming> WebSocket::next_message(std::string_view& bytes) {
  std::optional<Incoming> message;
  while (!message && !bytes.empty() && !peer_closed_ && !failed_ && !aborted_) {
    auto item = parser_.take(bytes);
    if (!item) {
      fail(item.error());
    } else if (*item) {
      message = on_item(std::move(**item));
    }
  }
  if (message) return message;
  if (failed_) discard(bytes.size());
  bytes = {};
  return std::nullopt;
}

void WebSocket::on_bytes(std::string_view bytes) {
  last_heard_ = now();
  if (failed_) return discard(bytes.size());
  if (listener_ && unread_.empty()) return deliver(bytes);
  unread_ += bytes;
  if (listener_) return deliver();
  channel_->want_bytes(false);
  wake(news_);
}

void WebSocket::listen(Listener& listener) {
  listener_ = &listener;
  deliver();
}

// What came before goes first.
void WebSocket::deliver() {
  std::string held = std::exchange(unread_, {}).substr(std::exchange(taken_, 0));
  deliver(held);
}

// Tells the listener of messages, as long as the peer takes what it is sent.
void WebSocket::deliver(std::string_view bytes) {
  while (!bytes.empty() && may_read()) {
    auto message = next_message(bytes);
    if (message) listener_->on_message(std::move(*message));
  }
  unread_ = bytes;
  if (!is_over()) channel_->want_bytes(may_read());
  settle();
}

std::optional<Incoming> WebSocket::on_item(Incoming item) {
  switch (item.kind) {
    case Opcode::ping: on_ping(item.payload); return std::nullopt;
    case Opcode::pong: return std::nullopt;
    case Opcode::close: on_close_frame(std::move(item)); return std::nullopt;
    default:
      if (close_frame_) return std::nullopt;
      return item;
  }
}

void WebSocket::on_ping(std::string_view payload) {
  if (last_heard_ - pings_began_ >= std::chrono::seconds(1)) {
    pings_began_ = last_heard_;
    pings_ = 0;
  }
  if (++pings_ > pings_per_second_max) return close(CloseCode::policy_violation, "too many pings");
  // A peer that pings and does not read gets no queue of pongs (RFC 6455, 5.5.3).
  if (queued_bytes_ < pong_queue_bytes_max) send(Opcode::pong, payload);
}

void WebSocket::on_close_frame(Incoming item) {
  peer_closed_ = true;
  set_end(item.code, item.payload);
  close(item.code, "");
}

void WebSocket::fail(const ProtocolFailure& failure) {
  close(failure.code, failure.why);
  failed_ = true;
}

// It may be in the middle of a long message, and looks for our close frame only then.
void WebSocket::discard(std::size_t bytes) {
  discarded_bytes_ += bytes;
  if (discarded_bytes_ > discarded_bytes_max) return abort("too much after a broken frame");
  channel_->want_bytes(true);
}

void WebSocket::on_end() {
  peer_closed_ = true;
  if (!close_written_) {
    set_end(CloseCode::abnormal, "the connection broke");
    aborted_ = true;
  }
  settle();
}

void WebSocket::set_end(CloseCode code, std::string_view reason) {
  if (!end_) end_ = End{code, std::string(reason)};
}

void WebSocket::queue(Frames frames) {
  if (close_frame_ || aborted_) return;
  queued_bytes_ += frames.wire.size();
  queue_.push_back(std::move(frames));
}

void WebSocket::send(Frames frames) {
  queue(std::move(frames));
  if (queue_.empty() || write_began_ || flush_) return;
  flush_ = std::make_shared<WebSocket*>(this);
  Core::here().post([planned = flush_] {
    if (!*planned) return;
    WebSocket& socket = **planned;
    socket.flush();
    if (!socket.write_began_) socket.tell_room();
  });
}

void WebSocket::send(Opcode kind, std::string_view payload) {
  std::optional<Mask> mask;
  if (options_.role == Role::client) {
    mask.emplace();
    options_.random->fill(std::as_writable_bytes(std::span(*mask)));
  }
  send(make_frame(kind, payload, mask));
}

void WebSocket::flush() {
  if (flush_) *std::exchange(flush_, nullptr) = nullptr;
  if (queue_.empty() || write_began_ || aborted_) return;
  write_on();
}

// Gives all there is to the channel.
void WebSocket::write_on() {
  thread_local std::vector<std::string_view> pieces;
  pieces.clear();
  for (std::size_t i = 0; i < queue_.size(); ++i) pieces.push_back(queue_[i].wire);
  under_way_ = queue_.size();
  std::size_t all = queued_bytes_;
  if (!write_began_) write_began_ = now();
  std::size_t count = channel_->write(pieces);
  take_off(count);
  if (count == all) return;
  // Only ever earlier: who writes often must not put off the look at a silent peer.
  Instant stalled = *write_began_ + options_.stall_timeout;
  if (stalled < watch_time_) watch_at(stalled);
}

void WebSocket::on_sent(std::size_t count) {
  // The time in which nothing got through says nothing about the peer.
  Instant time = now();
  last_heard_ += time - std::exchange(*write_began_, time);
  take_off(count);
  if (!queue_.empty() && !is_over()) write_on();
  if (!write_began_) tell_room();
}

// So many bytes are out.
void WebSocket::take_off(std::size_t bytes) {
  queued_bytes_ -= bytes;
  bool closes = false;
  while (under_way_ > 0 && bytes >= queue_.front().wire.size()) {
    Frames sent = queue_.pop_front();
    bytes -= sent.wire.size();
    --under_way_;
    closes = sent.owner.get() == close_frame_;
  }
  if (under_way_ > 0) {
    queue_.front().wire.remove_prefix(bytes);
    return;
  }
  write_began_.reset();
  close_written_ = close_written_ || closes;
  if (closes && failed_) channel_->end_writing();
  settle();
}

void WebSocket::tell_room() {
  if (queued_bytes_ <= drained_below_) wake(written_);
  if (close_frame_ || settled_) return;
  if (room_action_) room_action_();
  if (listener_) listener_->on_room();
  if (listener_ && may_read()) deliver();
}

Task<> WebSocket::drained(std::size_t bytes) {
  drained_below_ = bytes;
  while (queued_bytes_ > bytes && !aborted_) co_await written_.wait();
}

void WebSocket::close(CloseCode code, std::string_view reason, bool at_once) {
  if (close_frame_ || aborted_) return;
  set_end(code, reason);
  if (at_once) {
    while (queue_.size() > under_way_) queued_bytes_ -= queue_.pop_back().wire.size();
  }
  send(Opcode::close, close_payload(code, reason));
  close_frame_ = queue_.back().owner.get();
  close_alarm_ = Core::here().timers().at(now() + options_.close_timeout,
                                          [this] { abort("no answer to the close frame"); });
  if (listener_) channel_->want_bytes(true);
}

void WebSocket::abort(std::string_view why) {
  set_end(CloseCode::abnormal, why);
  aborted_ = true;
  settle();
}

// Whoever waits is told; when all is over the channel is closed, once.
void WebSocket::settle() {
  if (!is_over()) {
    if (close_written_ || peer_closed_) wake(news_);
    return;
  }
  if (std::exchange(settled_, true)) return;
  watch_alarm_ = {};
  close_alarm_ = {};
  channel_->close();
  wake(news_);
  wake(written_);
  if (listener_) listener_->on_closed();
}

// Looks after a peer that is silent or does not read.
void WebSocket::watch() {
  if (close_frame_) return;
  Instant time = now();
  if (write_began_ && time - *write_began_ >= options_.stall_timeout) {
    return close(CloseCode::slow, "read too slowly; resume", true);
  }
  if (!write_began_ && time - last_heard_ >= options_.silence_timeout) {
    return abort("no sign of life");
  }
  if (!write_began_ && time - last_heard_ >= options_.ping_interval) send(Opcode::ping, "");
  arm_watch();
}

void WebSocket::arm_watch() {
  Instant time = now();
  Instant next = time + options_.ping_interval;
  if (write_began_) {
    next = std::min(next, *write_began_ + options_.stall_timeout);
  } else {
    Instant ping = last_heard_ + options_.ping_interval;
    next = ping > time ? ping : std::min(next, last_heard_ + options_.silence_timeout);
  }
  watch_at(next);
}

void WebSocket::watch_at(Instant when) {
  watch_time_ = when;
  watch_alarm_ = Core::here().timers().at(when, [this] { watch(); });
}

Task<> WebSocket::run(Task<> conversation) {
  std::exception_ptr failure;
  try {
    co_await std::move(conversation);
  } catch (...) {
    failure = std::current_exception();
  }
  auto state = co_await boost::asio::this_coro::cancellation_state;
  bool cancelled = state.cancelled() != boost::asio::cancellation_type::none;
  co_await boost::asio::this_coro::reset_cancellation_state();
  if (released_) {
    if (failure) std::rethrow_exception(failure);
    co_return;
  }
  if (cancelled) abort("cancelled");
  if (failure) close(CloseCode::internal_error, "");
  co_await finish();
  if (failure) std::rethrow_exception(failure);
}

Task<> WebSocket::finish() {
  close(CloseCode::normal, "");
  try {
    while (!is_over()) {
      while (next_unread()) {
      }
      if (is_over()) break;
      channel_->want_bytes(true);
      co_await news_.wait();
    }
  } catch (const boost::system::system_error&) {
    abort("cancelled");
  }
  co_await boost::asio::this_coro::reset_cancellation_state();
}

WebSocket::Moved WebSocket::release() {
  Moved moved{channel_->release(), parser_, unread_.substr(taken_)};
  released_ = moved.stream != nullptr;
  if (released_) watch_alarm_ = {};
  return moved;
}

}  // namespace antiphon::live
