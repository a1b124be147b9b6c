#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/load/measures.h"
#include "bench/load/socket.h"

namespace antiphon::bench {

/// The sockets of a run on one thread.
class Loop {
 public:
  /// @param socket  its place in the order of add()
  using OnText = std::function<void(std::size_t socket, std::string_view text)>;

  explicit Loop(OnText on_text);
  ~Loop();

  /// @return its place
  std::size_t add(std::unique_ptr<Socket> socket);
  /// Another socket in the place of one that has ended.
  void replace(std::size_t place, std::unique_ptr<Socket> socket);
  Socket& at(std::size_t place) { return *sockets_[place]; }
  std::size_t size() const { return sockets_.size(); }
  void send(std::size_t place, Socket::Opcode opcode, std::string_view payload);
  /// From now on nothing is read from it, as from a client that hangs; or again.
  void stall(std::size_t place, bool is_stalled);
  /// Places whose connection has ended since this was asked last.
  std::vector<std::size_t> take_ended() { return std::exchange(ended_, {}); }

  /// Serves the sockets until `when`, at least one round.
  void run_until(Instant when);

 private:
  void watch(std::size_t place);
  void on_ready(std::size_t place, std::uint32_t events);

  OnText on_text_;
  int poll_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<bool> stalled_;
  std::vector<bool> writing_;
  std::vector<std::size_t> ended_;
};

/// Runs `act(i)` for i = 0, 1, … each at start + i * interval, however late the ones before were,
/// and serves the sockets meanwhile.
/// @param act  gets the time at which it was due
void run_paced(Loop& loop, Instant start, Duration length, Duration interval,
               const std::function<void(std::size_t i, Instant due)>& act);

}  // namespace antiphon::bench
