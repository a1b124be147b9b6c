#include "engine/live/native_connection.h"

#include "engine/live/engine_events.h"

namespace antiphon::live {
namespace {

// Frames wait in the session's tail, which all readers share, rather than in a socket's queue.
constexpr std::size_t queue_bytes_max = std::size_t{128} << 10;
constexpr std::chrono::hours audio_jump_max{1};

}  // namespace

NativeConnection::NativeConnection(Hub& hub, WebSocket& socket, std::shared_ptr<Session> session,
                                   Admitted admitted)
    : hub_(hub),
      socket_(socket),
      session_(std::move(session)),
      admitted_(std::move(admitted)),
      principal_(std::make_shared<const Principal>(admitted_.principal)),
      last_input_(hub.core().clock().steady()) {}

Task<> NativeConnection::run() {
  hub_.enter(*this);
  session_->attach(*this);
  std::exception_ptr failure;
  try {
    begin();
    watch_idle();
    co_await receive_all();
  } catch (...) {
    failure = std::current_exception();
  }
  idle_alarm_.reset();
  socket_.on_room({});
  session_->detach(*this);
  hub_.leave(*this);
  if (failure) std::rethrow_exception(failure);
}

void NativeConnection::begin() {
  socket_.on_room([this] { pump(); });
  const auto& from = admitted_.resume_from;
  if (from && from->epoch == session_->position().epoch && session_->tail().reaches(from->seq)) {
    cursor_ = session_->tail().cursor_after(from->seq);
    welcome(true, std::nullopt);
  } else {
    cursor_ = session_->tail().cursor_after(session_->position().seq);
    welcome(false, schema::RawJson{session_->snapshot()});
  }
  pump();
}

void NativeConnection::welcome(bool recovered, std::optional<schema::RawJson> snapshot) {
  const Limits& limits = hub_.limits();
  Welcome body{.session_id = session_->id(),
               .epoch = session_->position().epoch,
               .recovered = recovered,
               .snapshot = std::move(snapshot),
               .audio = {session_->received_samples(), session_->audio_rate()},
               .limits = {limits.message_bytes_max, limits.ping_interval}};
  welcome_ = make_text_frame(
      make_frame_json("welcome", cursor_.seq, hub_.core().clock().now(), schema::to_json(body)));
}

void NativeConnection::pump() {
  const Tail& tail = session_->tail();
  if (welcome_) {
    // A snapshot may know of events that are not in the log yet: nobody hears of them before.
    if (cursor_.seq > tail.released_seq()) return;
    socket_.send(std::exchange(welcome_, nullptr));
  }
  // Who resumes begins with what it missed; slow is who falls behind further than that.
  std::size_t lag_bytes = tail.reaches(cursor_.seq) ? tail.lag_bytes(cursor_) : SIZE_MAX;
  least_lag_bytes_ = std::min(least_lag_bytes_.value_or(lag_bytes), lag_bytes);
  if (lag_bytes - *least_lag_bytes_ > hub_.limits().lag_bytes_max || lag_bytes == SIZE_MAX) {
    return socket_.close(CloseCode::slow, "read too slowly; resume", true);
  }
  while (socket_.queued_bytes() < queue_bytes_max) {
    FramePointer frame = tail.next(cursor_);
    if (!frame) break;
    socket_.send(std::move(frame));
  }
  if (ending_ && cursor_.seq == tail.last_seq()) socket_.close(ending_->code, ending_->reason);
}

void NativeConnection::on_ended(CloseCode code, std::string_view reason) {
  if (ending_) return;
  ending_ = Ending{code, std::string(reason)};
  pump();
}

void NativeConnection::close(CloseCode code, std::string_view reason) {
  socket_.close(code, reason);
}

void NativeConnection::on_taken(const std::string& message_id) {
  schema::Value body = schema::Value::object();
  body.set("id", schema::Value(message_id));
  send_directly("ack", schema::to_json(body));
}

// A frame for this client alone. It has the seq that it follows, as droppable frames have.
void NativeConnection::send_directly(std::string_view type, std::string_view body) {
  socket_.send(
      make_text_frame(make_frame_json(type, cursor_.seq, hub_.core().clock().now(), body)));
}

Task<> NativeConnection::receive_all() {
  while (auto incoming = co_await socket_.receive()) {
    last_input_ = hub_.core().clock().steady();
    try {
      receive(std::move(*incoming));
    } catch (const Error& error) {
      send_directly(error_event.name, schema::to_json(make_error_body(error, {})));
    }
    // Who sends without reading is read no further.
    co_await socket_.drained(2 * queue_bytes_max);
  }
}

void NativeConnection::receive(Incoming incoming) {
  if (incoming.kind == Opcode::text) return receive_text(incoming.payload);
  auto samples = parse_pcm16(incoming.payload);
  std::uint64_t offset = audio_offset_.value_or(session_->received_samples());
  session_->receive_audio(samples, offset);
  if (audio_offset_) *audio_offset_ += samples.size();
}

void NativeConnection::receive_text(std::string_view text) {
  ClientFrame frame = parse_client_frame(text);
  switch (frame.kind) {
    case ClientFrame::Kind::acknowledge: return session_->acknowledge(frame.seq);
    case ClientFrame::Kind::ping:
      return send_directly("pong", fmt::format(R"({{"skipped":{}}})", cursor_.skipped));
    case ClientFrame::Kind::audio: return receive_audio_settings(frame);
    case ClientFrame::Kind::message:
      frame.message.sender = principal_;
      return session_->receive(std::move(frame.message), *this);
  }
}

void NativeConnection::receive_audio_settings(const ClientFrame& frame) {
  if (frame.rate) session_->set_audio_rate(*frame.rate);
  if (!frame.offset) return;
  std::uint64_t received = session_->received_samples();
  auto jump_max = static_cast<std::uint64_t>(std::chrono::seconds(audio_jump_max).count()) *
                  session_->audio_rate();
  if (*frame.offset > received + jump_max) {
    throw Error(Code::invalid, fmt::format("The audio offset {} is more than an hour ahead of the "
                                           "{} samples received.",
                                           *frame.offset, received));
  }
  audio_offset_ = frame.offset;
}

void NativeConnection::watch_idle() {
  Instant end = last_input_ + hub_.limits().idle_timeout;
  if (hub_.core().clock().steady() >= end) {
    return socket_.close(CloseCode::idle, "nothing came for too long");
  }
  idle_alarm_ = hub_.core().timers().at(end, [this] { watch_idle(); });
}

Task<> hold_connection(Hub& hub, WebSocket& socket, Admitted admitted) {
  auto session = hub.find(admitted.session_id);
  bool fits = session && session->owner().app == admitted.app &&
              admitted.may_attach(admitted.principal, session->owner());
  if (hub.is_stopping()) {
    socket.close(CloseCode::restart, "the server restarts");
  } else if (!fits) {
    socket.close(CloseCode::no_such_session, "no such session");
  } else {
    NativeConnection connection(hub, socket, std::move(session), std::move(admitted));
    co_await connection.run();
  }
}

}  // namespace antiphon::live
