#include "engine/socketio/engine_session.h"

#include <algorithm>

namespace antiphon::socketio {
namespace {

const std::string probe_data = "probe";
const std::string noop_payload = "6";
const std::string close_payload = "1";

// In a payload, where bytes are base64.
std::size_t wire_bytes(const EnginePacket& packet) {
  return 1 + (packet.is_binary ? (packet.data.size() + 2) / 3 * 4 : packet.data.size());
}

}  // namespace

EngineSession::EngineSession(const Limits& limits, Wire wire, Instant now)
    : limits_(limits), wire_(wire), ping_at_(now + limits.ping_interval) {}

void EngineSession::send(EnginePacket message) {
  if (closed_) return;
  queue(std::move(message));
  if (queued_bytes_ > limits_.buffered_bytes_max) return close(CloseReason::too_slow);
  if (wire_ == Wire::websocket) flush();
}

void EngineSession::queue(EnginePacket packet) {
  queued_bytes_ += wire_bytes(packet);
  queue_.push_back(std::move(packet));
}

void EngineSession::flush() {
  if (closed_ || queue_.empty()) return;
  if (wire_ == Wire::websocket) {
    for (EnginePacket& packet : queue_) actions_.push_back(SendFrame{wire_, std::move(packet)});
    queue_.clear();
    queued_bytes_ = 0;
  } else if (poll_waits_) {
    // One packet may be larger than a payload should be; it goes alone then.
    std::string payload;
    while (!queue_.empty()) {
      std::size_t bytes = wire_bytes(queue_.front());
      if (!payload.empty() && payload.size() + 1 + bytes > limits_.payload_bytes_max) break;
      append_to_payload(payload, queue_.front());
      queue_.pop_front();
      queued_bytes_ -= bytes;
    }
    answer_poll(std::move(payload));
  }
}

void EngineSession::answer_poll(std::string payload) {
  if (std::exchange(poll_waits_, false)) actions_.push_back(AnswerPoll{std::move(payload)});
}

void EngineSession::close(CloseReason reason) {
  if (closed_) return;
  // Who closed by itself need not be told; its poll only has to end.
  answer_poll(reason == CloseReason::client_closed ? noop_payload : close_payload);
  closed_ = true;
  actions_.push_back(Closed{reason});
}

void EngineSession::on_time(Instant now) {
  if (closed_) return;
  if (probe_ends_ && now >= *probe_ends_) drop_probe();
  if (now < ping_at_) return;
  if (!awaits_pong_) {
    awaits_pong_ = true;
    queue({EngineKind::ping});
    flush();
  }
  if (now >= ping_at_ + limits_.ping_timeout) close(CloseReason::ping_timeout);
}

Instant EngineSession::next_time() const {
  Instant next = awaits_pong_ ? ping_at_ + limits_.ping_timeout : ping_at_;
  return probe_ends_ ? std::min(next, *probe_ends_) : next;
}

bool EngineSession::poll(Instant now) {
  on_time(now);
  if (closed_ || wire_ != Wire::polling) return false;
  if (poll_waits_) {
    close(CloseReason::duplicate_request);
    return false;
  }
  poll_waits_ = true;
  flush();
  // While the client changes over, no poll may be left waiting.
  if (is_probed_) answer_poll(noop_payload);
  return true;
}

bool EngineSession::begin_post() {
  if (closed_ || wire_ != Wire::polling) return false;
  if (std::exchange(is_posting_, true)) close(CloseReason::duplicate_request);
  return !closed_;
}

bool EngineSession::end_post(const std::optional<std::string>& body, Instant now) {
  is_posting_ = false;
  if (closed_) return false;
  if (!body) {
    close(CloseReason::too_large);
    return false;
  }
  auto packets = parse_payload(*body, limits_);
  if (!packets) {
    on_garbage(Wire::polling);
    return false;
  }
  for (EnginePacket& packet : *packets) on_packet(Wire::polling, std::move(packet), now);
  return true;
}

bool EngineSession::offer_probe(Instant now) {
  if (closed_ || wire_ != Wire::polling || probe_ends_) return false;
  probe_ends_ = now + limits_.upgrade_timeout;
  return true;
}

void EngineSession::on_packet(Wire wire, EnginePacket packet, Instant now) {
  if (closed_) return;
  if (wire == Wire::probe) return on_probe_packet(packet);
  switch (packet.kind) {
    case EngineKind::message: actions_.push_back(Deliver{std::move(packet)}); return;
    case EngineKind::pong:
      awaits_pong_ = false;
      ping_at_ = now + limits_.ping_interval;
      return;
    case EngineKind::close: return close(CloseReason::client_closed);
    // Since protocol 4 it is the server who pings.
    case EngineKind::ping: return close(CloseReason::parse_error);
    case EngineKind::open:
    case EngineKind::upgrade:
    case EngineKind::noop: return;
  }
}

void EngineSession::on_probe_packet(const EnginePacket& packet) {
  if (packet == EnginePacket{EngineKind::ping, probe_data}) {
    is_probed_ = true;
    actions_.push_back(SendFrame{Wire::probe, {EngineKind::pong, probe_data}});
    flush();
    answer_poll(noop_payload);
  } else if (packet.kind == EngineKind::upgrade && is_probed_) {
    upgrade();
  } else {
    drop_probe();
  }
}

void EngineSession::upgrade() {
  answer_poll(noop_payload);
  wire_ = Wire::websocket;
  probe_ends_.reset();
  is_probed_ = false;
  actions_.push_back(Promote{});
  flush();
}

void EngineSession::drop_probe() {
  if (!probe_ends_) return;
  probe_ends_.reset();
  is_probed_ = false;
  actions_.push_back(DropProbe{});
}

void EngineSession::on_garbage(Wire wire) {
  if (wire == Wire::probe) return drop_probe();
  close(CloseReason::parse_error);
}

void EngineSession::on_gone(Wire wire) {
  if (wire == Wire::probe) return drop_probe();
  close(CloseReason::transport_closed);
}

}  // namespace antiphon::socketio
