#include "engine/live/native_connection.h"

#include "engine/live/engine_events.h"
#include "engine/live/wire_limits.h"

namespace antiphon::live {
namespace {

// Frames wait in the session's tail and log, which all readers share, rather than in a socket's
// queue.
constexpr std::size_t queue_bytes_max = std::size_t{32} << 10;

}  // namespace

NativeConnection::NativeConnection(Hub& hub, std::unique_ptr<WebSocket> socket,
                                   std::shared_ptr<Session> session, Admitted admitted)
    : hub_(hub),
      socket_(std::move(socket)),
      session_(std::move(session)),
      principal_(std::move(admitted.principal)),
      seat_(std::move(admitted.seat)),
      resume_from_(admitted.resume_from),
      last_input_(hub.core().clock().steady()) {}

void NativeConnection::begin() {
  hub_.enter(shared_from_this());
  session_->attach(*this);
  if (resume_from_ && session_->can_resume(*resume_from_)) {
    cursor_ = session_->tail().cursor_after(resume_from_->seq);
    welcome(true, std::nullopt);
  } else {
    try {
      cursor_ = session_->tail().cursor_after(session_->position().seq);
      welcome(false, schema::RawJson{session_->snapshot()});
    } catch (const std::exception&) {
      socket_->close(CloseCode::internal_error, "");
    }
  }
  pump();
  watch_idle();
  socket_->listen(*this);
}

void NativeConnection::refuse(CloseCode code, std::string_view reason) {
  hub_.enter(shared_from_this());
  socket_->close(code, reason);
  socket_->listen(*this);
}

void NativeConnection::welcome(bool recovered, std::optional<schema::RawJson> snapshot) {
  hub_.counters().attached(recovered, resume_from_.has_value());
  const Limits& limits = hub_.limits();
  Welcome body{.session_id = session_->id(),
               .epoch = session_->position().epoch,
               .recovered = recovered,
               .snapshot = std::move(snapshot),
               .audio = {session_->received_samples(), session_->audio_rate()},
               .limits = {limits.message_bytes_max, limits.ping_interval}};
  welcome_ = make_event_frame("welcome", cursor_.seq, hub_.core().clock().now(),
                              EventBody(schema::of<Welcome>(), &body));
}

void NativeConnection::pump() {
  if (!session_ || is_fetching_) return;
  const Tail& tail = session_->tail();
  if (welcome_) {
    // A snapshot may know of events that are not in the log yet: nobody hears of them before.
    if (cursor_.seq > tail.released_seq()) return;
    socket_->queue(std::exchange(welcome_, {}));
  }
  fill();
  if (tail.reaches(cursor_.seq)) {
    behind_since_.reset();
  } else if (socket_->queued_bytes() < queue_bytes_max) {
    fetch();
  }
  if (ending_ && cursor_.seq == tail.last_seq()) socket_->close(ending_->code, ending_->reason);
}

// As much as there is and as fits.
void NativeConnection::fill() {
  do {
    while (socket_->queued_bytes() < queue_bytes_max) {
      Frames frames = session_->tail().next(cursor_);
      if (!frames) return socket_->flush();
      socket_->queue(std::move(frames));
    }
    socket_->flush();
  } while (socket_->queued_bytes() < queue_bytes_max);
}

// What is not in memory any more comes from the log, for so long as it takes a slow network to
// carry it.
void NativeConnection::fetch() {
  Instant now = hub_.core().clock().steady();
  if (!behind_since_) behind_since_ = now;
  if (now - *behind_since_ >= hub_.limits().behind_timeout) {
    return socket_->close(CloseCode::slow, "read too slowly; resume", true);
  }
  is_fetching_ = true;
  hub_.spawn(read_back(shared_from_this()));
}

Task<> NativeConnection::read_back(std::shared_ptr<NativeConnection> self) {
  SessionLog::Stretch events;
  try {
    events = co_await self->session_->read_back(self->cursor_.seq);
  } catch (const Error&) {
    // The pool is busy: the client comes again.
  }
  self->is_fetching_ = false;
  if (!self->session_) co_return;
  if (!events.frames) {
    self->socket_->close(CloseCode::slow, "too far behind; resume", true);
    co_return;
  }
  self->cursor_.seq = events.last_seq;
  self->socket_->queue(std::move(events.frames));
  self->pump();
}

void NativeConnection::on_ended(CloseCode code, std::string_view reason) {
  if (ending_) return;
  ending_ = std::make_unique<Ending>(code, std::string(reason));
  pump();
}

void NativeConnection::close(CloseCode code, std::string_view reason) {
  socket_->close(code, reason);
}

// It may come while readers are told: the session's list changes in a later turn.
void NativeConnection::on_closed() {
  idle_alarm_ = {};
  if (socket_->end()) hub_.counters().closed(socket_->end()->code);
  hub_.core().post([self = shared_from_this()] { self->leave(); });
}

void NativeConnection::leave() {
  if (session_) session_->detach(*this);
  session_.reset();
  seat_.reset();
  hub_.leave(*this);
}

void NativeConnection::on_taken(const std::string& message_id) {
  schema::Value body = schema::Value::object();
  body.set("id", schema::Value(message_id));
  send_directly("ack", schema::to_json(body));
}

// A frame for this client alone. It has the seq that it follows, as droppable frames have.
void NativeConnection::send_directly(std::string_view type, std::string_view body) {
  socket_->send(make_event_frame(type, cursor_.seq, hub_.core().clock().now(), EventBody(body)));
}

void NativeConnection::on_message(Incoming message) {
  last_input_ = hub_.core().clock().steady();
  if (!session_) return;
  try {
    receive(std::move(message));
  } catch (const Error& error) {
    send_directly(error_event.name, schema::to_json(make_error_body(error, {})));
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
  auto jump_max = static_cast<std::uint64_t>(std::chrono::seconds(sound_jump_max).count()) *
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
    return socket_->close(CloseCode::idle, "nothing came for too long");
  }
  idle_alarm_ = hub_.core().timers().at(end, [this] { watch_idle(); });
}

void hold_connection(Hub& hub, std::unique_ptr<WebSocket> socket, Admitted admitted) {
  auto session = hub.find(admitted.session_id);
  bool fits = session && session->owner().app == admitted.app &&
              admitted.may_attach(*admitted.principal, session->owner());
  if (!fits) session.reset();
  auto connection = std::make_shared<NativeConnection>(hub, std::move(socket), std::move(session),
                                                       std::move(admitted));
  if (hub.is_stopping()) {
    connection->refuse(CloseCode::restart, restart_reason);
  } else if (!fits) {
    connection->refuse(CloseCode::no_such_session, "no such session");
  } else {
    connection->begin();
  }
}

}  // namespace antiphon::live
