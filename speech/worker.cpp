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
        heard_samples_ = told_samples_ = 0;
        decoder_.begin(parse_begin(message.payload));
        return true;
      case MessageType::sound:
        ENSURE(speaking_, "sound belongs to an utterance");
        return hear(parse_sound(message.payload));
      case MessageType::end:
        ENSURE(speaking_, "an utterance begins before it ends");
        speaking_ = false;
        decoder_.end();
        return send_all(socket_, encode(MessageType::final, decoder_.hypothesis()));
      default: throw Error(Code::invalid, "This message goes the other way.");
    }
  }

 private:
  bool hear(const std::vector<Sample>& samples) {
    decoder_.hear(samples);
    heard_samples_ += samples.size();
    if (heard_samples_ - told_samples_ < partial_samples) return true;
    told_samples_ = heard_samples_;
    return send_all(socket_, encode(MessageType::partial, decoder_.hypothesis()));
  }

  int socket_;
  Decoder& decoder_;
  bool speaking_ = false;
  std::size_t heard_samples_ = 0;  // of the utterance
  std::size_t told_samples_ = 0;   // how far the last partial had heard
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
