#include "server/take_over.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <signal.h>

#include "engine/base/error.h"
#include "server/inherited_sockets.h"

namespace antiphon::server {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds knock_interval{50};
constexpr Milliseconds folder_interval{5};
constexpr std::string_view nothing_changed = "Nothing was changed; the server that runs goes on.";

void pause(Milliseconds time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }

Milliseconds left_until(SteadyClock::time_point end) {
  return std::chrono::duration_cast<Milliseconds>(end - SteadyClock::now());
}

// Signals that end the process are held back while it starts.
bool is_told_to_end() {
  sigset_t pending;
  sigemptyset(&pending);
  ::sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

std::string list(const std::vector<Endpoint>& endpoints) {
  std::vector<std::string> texts;
  for (const Endpoint& endpoint : endpoints) texts.push_back(endpoint.text());
  return fmt::format("{}", fmt::join(texts, ", "));
}

Error no_answer(const std::filesystem::path& folder, const Holder& holder, Milliseconds waited) {
  return Error(
      Code::timeout,
      fmt::format("Process {}, which holds the data folder {}, hands no socket over: it did not "
                  "answer within {} ms. It may be starting, stopping or hanging, be of an older "
                  "version, or be another command. {} Stop it first, then start without "
                  "--take-over.",
                  holder.process, folder.string(), waited.count(), nothing_changed));
}

}  // namespace

std::unique_ptr<TakeOver> TakeOver::ask(const std::filesystem::path& folder, const Wanted& wanted,
                                        TakeOverLimits limits) {
  auto end = SteadyClock::now() + limits.offer;
  for (bool was_free = false;; pause(knock_interval)) {
    auto holder = holder_of(folder);
    // Between two others who hand over it is free for a moment.
    if (!holder && was_free) return nullptr;
    was_free = !holder;
    if (!holder) continue;
    if (left_until(end).count() <= 0) throw no_answer(folder, *holder, limits.offer);
    if (is_told_to_end()) throw Error(Code::cancelled, "It was told to end.");
    auto connection = LocalConnection::connect(folder / take_over_socket_name);
    if (connection) {
      std::unique_ptr<TakeOver> asking(new TakeOver(std::move(*connection), limits));
      asking->receive_offer(left_until(end), wanted);
      if (!asking->sockets_.empty()) return asking;
    }
    // It starts, it ends, or another one takes over just now; all of that passes.
  }
}

// No sockets: it has ended, or hands over to somebody else.
void TakeOver::receive_offer(Duration time, const Wanted& wanted) {
  std::optional<LocalMessage> message;
  try {
    connection_.send(schema::to_json(TakeOverWord{.word = "ask", .version = take_over_version}));
    message = connection_.receive_blocking(time);
  } catch (const Error&) {
    // Its silence is told by who asks again and again.
  }
  if (!message) return;
  TakeOverWord offer = parse_word(message->text);
  if (offer.word != "offer" || message->descriptors.empty()) {
    throw Error(Code::conflict,
                fmt::format("The server that runs (process {}) does not hand over: {} {}", from(),
                            offer.reason, nothing_changed));
  }
  sockets_ = std::move(message->descriptors);
  drain_ = Milliseconds(offer.drain_ms);
  check(offer, wanted);
}

// A connection that waits in the kernel's queue was made for this address and this protocol.
void TakeOver::check(const TakeOverWord& offer, const Wanted& wanted) const {
  auto offered = endpoints_of(sockets_);
  if (!wanted.listen.empty() && !are_same(wanted.listen, offered)) {
    throw Error(Code::conflict,
                fmt::format("The server that runs (process {}) listens on {}, not on {}: a "
                            "take-over keeps the address. Leave it out, or stop that server and "
                            "start without --take-over. {}",
                            from(), list(offered), list(wanted.listen), nothing_changed));
  }
  if (offer.tls != wanted.tls) {
    throw Error(Code::conflict,
                fmt::format("The server that runs (process {}) speaks {}, and this one would speak "
                            "{}: clients that connect meanwhile would not be understood. Set "
                            "[tls] as there, or stop that server and start without --take-over. {}",
                            from(), offer.tls ? "TLS" : "plain HTTP",
                            wanted.tls ? "TLS" : "plain HTTP", nothing_changed));
  }
}

bool TakeOver::wait_for_folder() {
  if (!until_) ask_to_drain();
  if (is_told_to_end()) {
    throw Error(Code::cancelled,
                "It was told to end while the server that runs drained; that one "
                "serves again.");
  }
  if (SteadyClock::now() >= *until_) throw not_given_up();
  is_alone_ ? pause(folder_interval) : look_after();
  return true;
}

void TakeOver::ask_to_drain() {
  until_ = SteadyClock::now() + drain_ + limits_.margin;
  try {
    connection_.send(schema::to_json(TakeOverWord{.word = "hold"}));
  } catch (const Error&) {
    is_alone_ = true;  // it ends, and we have what we need
    until_ = SteadyClock::now() + limits_.margin;
  }
}

Error TakeOver::not_given_up() const {
  if (is_alone_) {
    return Error(Code::timeout,
                 fmt::format("Process {} broke off and still holds the folder.", from()));
  }
  return Error(Code::timeout,
               fmt::format("Process {} was asked to drain, which takes it at most {} ms, and still "
                           "holds the folder. Once it has drained it serves again, with the "
                           "sockets that it kept.",
                           from(), drain_.count()));
}

// It says nothing more, so this only tells of its end; then the folder is free.
void TakeOver::look_after() {
  try {
    if (connection_.receive_blocking(folder_interval)) return;
  } catch (const Error&) {
    return;
  }
  is_alone_ = true;
  until_ = std::min(*until_, SteadyClock::now() + limits_.margin);
  fmt::print(stderr,
             "antiphon: process {} ended while it handed over; going on as after a crash.\n",
             from());
}

void TakeOver::serving() {
  try {
    if (!is_alone_) connection_.send(schema::to_json(TakeOverWord{.word = "serving"}));
  } catch (const Error&) {
    // It has ended already.
  }
}

}  // namespace antiphon::server
