#include "server/hand_over.h"

#include "engine/async/core.h"
#include "engine/base/error.h"

namespace antiphon::server {

bool Successor::wait_until_serving(Duration time) {
  try {
    auto message = connection_.receive_blocking(time);
    return message && parse_word(message->text).word == "serving";
  } catch (const Error&) {
    return false;
  }
}

HandOver::HandOver(Parts parts)
    : parts_(std::move(parts)), listener_(parts_.folder / take_over_socket_name) {}

Task<Successor> HandOver::next() {
  for (;;) {
    LocalConnection asking = co_await listener_.accept();
    try {
      auto kept = co_await agree(&asking);
      co_return Successor(std::move(asking), std::move(kept));
    } catch (const Error& error) {
      parts_.log.warning(
          "A take-over was begun and not carried on; this server goes on.",
          {{"process", std::to_string(asking.peer().process)}, {"reason", error.message()}});
    }
  }
}

// Gives copies of the sockets that were handed over.
Task<std::vector<Descriptor>> HandOver::agree(LocalConnection* asking) {
  TakeOverWord request = co_await hear(asking, "ask");
  if (request.version != take_over_version) {
    TakeOverWord no{.word = "refuse",
                    .version = take_over_version,
                    .reason = fmt::format("it speaks version {} of the hand-over, not {}.",
                                          take_over_version, request.version)};
    asking->send(schema::to_json(no));
    throw Error(Code::unsupported, "It asked by another version of the hand-over.");
  }
  TakeOverWord offer{.word = "offer",
                     .version = take_over_version,
                     .tls = parts_.tls,
                     .drain_ms = parts_.drain.count()};
  auto sockets = parts_.copy_sockets();
  asking->send(schema::to_json(offer), sockets);
  co_await hear(asking, "hold");
  co_return sockets;
}

Task<TakeOverWord> HandOver::hear(LocalConnection* asking, std::string_view word) const {
  auto message = co_await asking->receive(Core::here().clock().steady() + parts_.limits.hold);
  if (!message) throw Error(Code::cancelled, "It has ended.");
  TakeOverWord said = parse_word(message->text);
  if (said.word == word) co_return said;
  throw Error(Code::invalid, fmt::format("It said \"{}\", not \"{}\".", said.word, word));
}

}  // namespace antiphon::server
