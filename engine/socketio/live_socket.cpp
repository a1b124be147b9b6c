#include "engine/socketio/live_socket.h"

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::socketio {
namespace {

// Frames wait in the session's tail, which all readers share, rather than in a socket's queue.
constexpr std::size_t queue_bytes_max = std::size_t{128} << 10;

// Every frame begins {"type":"name"; names are plain words.
std::string_view type_of(std::string_view frame) {
  constexpr std::string_view start = R"({"type":")";
  ENSURE(frame.starts_with(start), "a frame begins with its type");
  frame.remove_prefix(start.size());
  return frame.substr(0, frame.find('"'));
}

// The place in the log is the last argument: what a client's library keeps to go on from. Where
// there is none, the last argument is no text, so that nothing else is taken for it.
std::string arguments_of(const live::Feed::Item& item) {
  std::string json = "[";
  json += item.json;
  if (item.position) json += ",\"" + to_text(*item.position) + '"';
  return json += ']';
}

std::string error_json(const live::ErrorBody& error) { return schema::to_json(error); }

}  // namespace

LiveSocket::LiveSocket(std::shared_ptr<Socket> socket, Core& home, std::shared_ptr<live::Feed> feed,
                       std::shared_ptr<const Principal> principal)
    : socket_(std::move(socket)),
      home_(home),
      feed_(std::move(feed)),
      principal_(std::move(principal)),
      inbox_(Limits{}.waiting_inputs_max) {}

LiveSocket::~LiveSocket() { leave(); }

void LiveSocket::on_connected() {
  socket_->spawn(relay(shared_from_this()));
  socket_->spawn(forward(shared_from_this()));
}

void LiveSocket::on_disconnected(std::string_view) {
  inbox_.close();
  leave();
  room_.wake();
}

void LiveSocket::leave() {
  if (std::exchange(is_gone_, true)) return;
  home_.post([feed = feed_] { feed->stop(); });
}

void LiveSocket::on_event(Event event) {
  try {
    Input input = read(event);
    const std::string& message_id = input.frame.message.id;
    if (event.ack_id && !message_id.empty()) awaited_[message_id] = *event.ack_id;
    if (!inbox_.try_send(std::move(input))) {
      awaited_.erase(message_id);
      throw Error(Code::unavailable, "Too many messages wait; send it again.").retry_after(1);
    }
  } catch (const Error& error) {
    refuse(event.ack_id, live::make_error_body(error, {}));
  }
}

// An event is a frame of the native protocol: its name is the type, its first argument the rest.
LiveSocket::Input LiveSocket::read(const Event& event) const {
  Input input{.ack_id = event.ack_id};
  if (const std::string* pcm = event.arguments.bytes_at(0)) {
    if (event.name != "audio") throw Error(Code::unsupported, "Bytes are sound, as `audio`.");
    input.sound = *pcm;
    input.is_sound = true;
    return input;
  }
  auto body = schema::Value::object();
  if (!event.arguments.values.empty()) body = event.arguments.values.front();
  if (!body.is_object()) throw Error(Code::invalid, "The first argument is an object.");
  body.set("action", event.name);
  input.frame = live::parse_client_frame(schema::to_json(body));
  live::Message& message = input.frame.message;
  message.sender = principal_;
  // An ack needs an id that stays the same when the client sends the event again.
  if (input.frame.kind == live::ClientFrame::Kind::message && event.ack_id && message.id.empty()) {
    message.id = fmt::format("{}-{}", socket_->id(), *event.ack_id);
  }
  return input;
}

void LiveSocket::refuse(const std::optional<std::uint64_t>& ack_id, const live::ErrorBody& error) {
  if (ack_id) {
    socket_->acknowledge(*ack_id, fmt::format(R"([{{"ok":false,"error":{}}}])", error_json(error)));
  } else {
    socket_->emit("error", fmt::format("[{}]", error_json(error)));
  }
}

Task<> LiveSocket::relay(std::shared_ptr<LiveSocket> self) {
  while (!self->is_gone_) {
    auto batch =
        co_await on_core(self->home_, [feed = self->feed_] { return feed->next(std::nullopt); });
    self->pass_on(batch);
    while (!self->is_gone_ && self->socket_->queued_bytes() > queue_bytes_max) {
      co_await self->room_.wait();
    }
  }
}

void LiveSocket::pass_on(const live::Feed::Batch& batch) {
  for (const live::Feed::Item& item : batch.items) {
    socket_->emit(type_of(item.json), arguments_of(item));
  }
  for (const std::string& message_id : batch.taken) {
    auto awaited = awaited_.extract(message_id);
    if (awaited) socket_->acknowledge(awaited.mapped(), R"([{"ok":true}])");
  }
  if (batch.ending && !is_gone_) end(*batch.ending);
}

// A client that should not come back by itself is disconnected, others only lose their connection.
void LiveSocket::end(live::CloseCode code) {
  switch (code) {
    case live::CloseCode::restart: return socket_->close(CloseReason::restart);
    case live::CloseCode::slow: return socket_->close(CloseReason::too_slow);
    default: return socket_->disconnect();
  }
}

Task<> LiveSocket::forward(std::shared_ptr<LiveSocket> self) {
  using Failure = std::optional<live::ErrorBody>;
  while (auto input = co_await self->inbox_.receive()) {
    std::string message_id = input->frame.message.id;
    auto ack_id = input->ack_id;
    auto bring = [feed = self->feed_, message_id,
                  input = *std::move(input)]() mutable -> Task<Failure> {
      try {
        input.is_sound ? feed->receive_sound(input.sound) : feed->receive(std::move(input.frame));
      } catch (const Error& error) {
        co_return live::make_error_body(error, message_id);
      }
      co_return std::nullopt;
    };
    auto failure = co_await on_core(self->home_, std::move(bring));
    if (failure) {
      self->awaited_.erase(message_id);
      self->refuse(ack_id, *failure);
    } else if (ack_id && message_id.empty()) {
      self->socket_->acknowledge(*ack_id, R"([{"ok":true}])");
    }
  }
}

}  // namespace antiphon::socketio
