#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace antiphon::live::bench {

/// A plain client of many connections on one thread: it measures and checks, and costs little.
class LoadClient {
 public:
  struct Result {
    std::size_t messages = 0;  ///< answered in full
    std::size_t frames = 0;
    double seconds = 0;
    std::vector<double> latency_ms;  ///< of the last frame; from when the message was due
    double at(double quantile);
  };

  explicit LoadClient(std::uint16_t port) : port_(port) {}
  ~LoadClient();

  /// Opens connections, each with a session of its own, until there are `count`.
  void connect(std::size_t count);
  /// Every connection sends its next message when the answer to the last one is whole.
  Result closed_loop(std::chrono::duration<double> span);
  /// Every connection sends `count` messages, one after the other.
  void exchange(std::size_t count);
  /// So many messages a second over all connections, on time whatever the answers do.
  Result paced(double per_second, std::chrono::duration<double> span);

 private:
  struct Peer {
    int descriptor = -1;
    std::string bytes;     ///< of a frame that is not whole
    std::size_t left = 0;  ///< frames to come
    double due = 0;        ///< of the message under way
    std::uint64_t last_seq = 0;
  };

  void open(std::size_t index);
  void send(Peer& peer, double due);
  bool wait(double seconds);
  void receive(Peer& peer);
  void on_frame(Peer& peer, std::string_view payload);

  std::uint16_t port_;
  int epoll_ = -1;
  std::vector<Peer> peers_;
  std::vector<Peer*> done_;  ///< whose answer became whole
  std::size_t frames_ = 0;
};

double now_s();

}  // namespace antiphon::live::bench
