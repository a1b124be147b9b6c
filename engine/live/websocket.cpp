#include "engine/live/websocket.h"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace antiphon::live {
namespace {

// An idle connection keeps no more than this for reading; a busy one up to the second.
constexpr std::size_t read_bytes_min = 1024;
constexpr std::size_t pong_queue_bytes_max = std::size_t{64} << 10;
constexpr std::size_t read_bytes_max = std::size_t{64} << 10;

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

}  // namespace

WebSocket::WebSocket(http::TakenSocket socket, WebSocketOptions options)
    : WebSocket(std::move(socket.stream), FrameParser(options.role, options.message_bytes_max),
                std::move(socket.received), options) {}

WebSocket::WebSocket(Moved moved, WebSocketOptions options)
    : WebSocket(moved.stream->settle_here(), std::move(moved.parser), std::move(moved.unread),
                options) {}

WebSocket::WebSocket(std::unique_ptr<Stream> stream, FrameParser parser, std::string unread,
                     WebSocketOptions options)
    : stream_(std::move(stream)),
      options_(options),
      parser_(std::move(parser)),
      buffer_(read_bytes_min, '\0'),
      carried_(std::move(unread)),
      last_heard_(Core::here().clock().steady()),
      // The writer ends by itself when the socket breaks; the reader tells how it ended.
      tasks_([](const std::exception_ptr&) {}) {
  unread_ = carried_;
  tasks_.spawn(write_loop());
  watch();
}

WebSocket::~WebSocket() = default;

Task<std::optional<Incoming>> WebSocket::receive() {
  while (!peer_closed_ && !aborted_) {
    auto item = parser_.take(unread_);
    if (!item) {
      fail(item.error());
      co_return std::nullopt;
    }
    if (*item) {
      auto message = on_item(std::move(**item));
      if (message && !close_frame_) co_return message;
      continue;
    }
    if (!co_await read_more()) break;
  }
  co_return std::nullopt;
}

// False when nothing more will come.
Task<bool> WebSocket::read_more() {
  std::size_t count = 0;
  std::exception_ptr failure;
  try {
    count = co_await stream_->read_some(buffer_);
  } catch (const boost::system::system_error&) {
    failure = std::current_exception();
  }
  auto state = co_await boost::asio::this_coro::cancellation_state;
  if (failure && state.cancelled() != boost::asio::cancellation_type::none) {
    std::rethrow_exception(failure);
  }
  if (count == 0) {
    set_end(CloseCode::abnormal, "the connection broke");
    aborted_ = true;
    co_return false;
  }
  carried_.clear();
  last_heard_ = Core::here().clock().steady();
  // The buffer must not move under `unread_`: it changes size before the next read only.
  if (count == buffer_.size() && buffer_.size() < read_bytes_max) {
    carried_.assign(buffer_);
    unread_ = carried_;
    buffer_.resize(buffer_.size() * 4);
  } else if (count < read_bytes_min && buffer_.size() > read_bytes_min) {
    carried_.assign(buffer_, 0, count);
    unread_ = carried_;
    buffer_ = std::string(read_bytes_min, '\0');
  } else {
    unread_ = std::string_view(buffer_).substr(0, count);
  }
  co_return true;
}

std::optional<Incoming> WebSocket::on_item(Incoming item) {
  switch (item.kind) {
    case Opcode::ping:
      // A peer that pings and does not read gets no queue of pongs (RFC 6455, 5.5.3).
      if (queued_bytes_ < pong_queue_bytes_max) send(Opcode::pong, item.payload);
      return std::nullopt;
    case Opcode::pong: return std::nullopt;
    case Opcode::close: on_close_frame(std::move(item)); return std::nullopt;
    default: return item;
  }
}

void WebSocket::on_close_frame(Incoming item) {
  peer_closed_ = true;
  set_end(item.code, item.payload);
  close(item.code, "");
}

void WebSocket::fail(const ProtocolFailure& failure) {
  close(failure.code, failure.why);
  // What follows cannot be understood, so no answer is waited for.
  peer_closed_ = true;
}

void WebSocket::set_end(CloseCode code, std::string_view reason) {
  if (!end_) end_ = End{code, std::string(reason)};
}

void WebSocket::send(FramePointer frame) {
  if (close_frame_ || aborted_) return;
  queued_bytes_ += frame->wire.size();
  queue_.push_back(std::move(frame));
  if (wanted_.is_waiting()) wanted_.wake();
}

void WebSocket::send(Opcode kind, std::string_view payload) {
  std::optional<Mask> mask;
  if (options_.role == Role::client) {
    mask.emplace();
    options_.random->fill(std::as_writable_bytes(std::span(*mask)));
  }
  send(std::make_shared<const Frame>(kind, payload, mask));
}

Task<> WebSocket::drained(std::size_t bytes) {
  drained_below_ = bytes;
  while (queued_bytes_ > bytes && !aborted_) co_await written_.wait();
}

void WebSocket::close(CloseCode code, std::string_view reason, bool at_once) {
  if (close_frame_ || aborted_) return;
  set_end(code, reason);
  if (at_once) {
    for (const auto& frame : queue_) queued_bytes_ -= frame->wire.size();
    queue_.clear();
  }
  send(Opcode::close, close_payload(code, reason));
  close_frame_ = queue_.back();
  Core& core = Core::here();
  close_alarm_ = core.timers().at(core.clock().steady() + options_.close_timeout,
                                  [this] { abort("no answer to the close frame"); });
}

void WebSocket::abort(std::string_view why) {
  set_end(CloseCode::abnormal, why);
  aborted_ = true;
  stream_->close();
  if (written_.is_waiting()) written_.wake();
  if (wanted_.is_waiting()) wanted_.wake();
}

Task<> WebSocket::write_loop() {
  try {
    while (!close_written_ && !aborted_) {
      while (queue_.empty()) co_await wanted_.wait();
      batch_.swap(queue_);
      std::vector<std::string_view> pieces;
      pieces.reserve(batch_.size());
      std::size_t bytes = 0;
      for (const auto& frame : batch_) {
        pieces.emplace_back(frame->wire);
        bytes += frame->wire.size();
      }
      write_began_ = Core::here().clock().steady();
      co_await stream_->write_all(pieces);
      write_began_.reset();
      queued_bytes_ -= bytes;
      close_written_ = close_frame_ && batch_.back() == close_frame_;
      batch_.clear();
      if (queued_bytes_ <= drained_below_ && written_.is_waiting()) written_.wake();
      if (on_room_ && !close_frame_) on_room_();
    }
  } catch (const boost::system::system_error& error) {
    if (is_cancellation(std::current_exception()) && !aborted_) throw;
    abort("the connection broke");
  }
  if (written_.is_waiting()) written_.wake();
}

// Looks after a peer that is silent or does not read.
void WebSocket::watch() {
  Core& core = Core::here();
  Instant now = core.clock().steady();
  if (write_began_ && now - *write_began_ >= options_.stall_timeout) return abort("stalled");
  if (now - last_heard_ >= 2 * options_.ping_interval) return abort("no sign of life");
  if (now - last_heard_ >= options_.ping_interval) send(Opcode::ping, "");
  auto pause = std::min(options_.ping_interval, options_.stall_timeout);
  watch_alarm_ = core.timers().at(now + pause, [this] { watch(); });
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
    while (!close_written_ && !aborted_) co_await written_.wait();
    while (!peer_closed_ && !aborted_) co_await receive();
  } catch (const boost::system::system_error&) {
    abort("cancelled");
  }
  co_await boost::asio::this_coro::reset_cancellation_state();
  watch_alarm_.reset();
  close_alarm_.reset();
  stream_->close();
  co_await tasks_.stop();
}

Task<WebSocket::Moved> WebSocket::release() {
  released_ = true;
  watch_alarm_.reset();
  co_await tasks_.stop();
  co_return Moved{stream_->release(), std::move(parser_), std::string(unread_)};
}

}  // namespace antiphon::live
