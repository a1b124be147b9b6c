#include "speech/worker.h"

#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

class Worker {
 public:
  Worker(int socket, Decoder& decoder) : socket_(socket), decoder_(decoder) {}

  /// False when the other side has gone.
  bool obey(const Message& message) {
    switch (message.type) {
      case MessageType::begin:
        ENSURE(!speaking_, "an utterance ends before the next begins");
        speaking_ = true;
        told_samples_ = 0;
        decoder_.begin();
        return true;
      case MessageType::sound:
        ENSURE(speaking_, "sound belongs to an utterance");
        decoder_.hear(parse_sound(message.payload));
        return tell_partial();
      case MessageType::end:
        ENSURE(speaking_, "an utterance begins before it ends");
        speaking_ = false;
        decoder_.end();
        return send_all(socket_, encode(MessageType::final, decoder_.hypothesis()));
      default: throw Error(Code::invalid, "This message goes the other way.");
    }
  }

 private:
  bool tell_partial() {
    Hypothesis hypothesis = decoder_.hypothesis();
    if (hypothesis.heard_samples - told_samples_ < partial_samples) return true;
    told_samples_ = hypothesis.heard_samples;
    return send_all(socket_, encode(MessageType::partial, hypothesis));
  }

  int socket_;
  Decoder& decoder_;
  bool speaking_ = false;
  std::uint32_t told_samples_ = 0;
};

}  // namespace

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void serve(int socket, Decoder& decoder) {
  Worker worker(socket, decoder);
  MessageReader reader;
  std::array<char, 16 << 10> buffer;
  if (!send_all(socket, encode(MessageType::ready))) return;
  for (;;) {
    ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    reader.add({buffer.data(), static_cast<std::size_t>(count)});
    while (auto message = reader.next()) {
      if (!worker.obey(*message)) return;
    }
  }
}

}  // namespace antiphon::speech
