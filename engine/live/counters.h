#pragma once

#include <array>
#include <optional>
#include <vector>

#include "engine/live/close_code.h"
#include "engine/live/event.h"
#include "engine/metrics/registry.h"

namespace antiphon::live {

/// By which way a client is attached.
enum class ConnectionKind { websocket, socketio, sse, poll };

/// Why something was refused.
enum class Refused {
  stopping,
  log,
  sessions_core,
  sessions_tenant,
  connections_tenant,
  connections_principal,
  messages
};

/// What one core counts of its sessions: plain additions there, summed up at each scrape (E-90).
class Counters {
 public:
  static constexpr std::size_t kinds = 4;
  static constexpr std::size_t lanes = 5;
  static constexpr std::size_t reasons = 7;

  /// @param registry  outlives it; null: nobody reads it
  explicit Counters(metrics::Registry* registry);
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  void emitted(Lane lane) { events_[static_cast<std::size_t>(lane)].add(); }
  void dropped(Lane lane, std::uint64_t frames);
  void refused(Refused reason) { refusals_[static_cast<std::size_t>(reason)].add(); }
  /// @param wanted_more  whether the client came back and asked for what it missed
  void attached(bool got_it, bool wanted_more) {
    attaches_[got_it ? 0 : wanted_more ? 1 : 2].add();
  }
  void entered(ConnectionKind kind) { connections_[static_cast<std::size_t>(kind)].add(); }
  void left(ConnectionKind kind, Duration stayed);
  void closed(CloseCode code);
  void heard(std::uint64_t samples, unsigned rate) { sound_us_.add(microseconds(samples, rate)); }
  void lost(std::uint64_t samples, unsigned rate, bool overflow);
  void synced(bool is_done, Duration took);

  metrics::Tally opened;
  metrics::Tally restored;
  metrics::Tally ended;
  metrics::Tally messages;
  metrics::Tally log_written_bytes;
  metrics::Tally log_synced_bytes;

 private:
  static std::int64_t microseconds(std::uint64_t samples, unsigned rate);
  void show(metrics::Registry& registry);

  std::array<metrics::Tally, lanes> events_;
  std::array<metrics::Tally, lanes> drops_;
  std::array<metrics::Tally, reasons> refusals_;
  std::array<metrics::Tally, 3> attaches_;
  std::array<metrics::Tally, kinds> connections_;
  metrics::Tally sound_us_;
  metrics::Tally missing_us_;
  metrics::Tally overflow_us_;
  metrics::Tally syncs_;
  metrics::Tally failed_syncs_;

  struct Handles {
    explicit Handles(metrics::Registry& registry);
    std::vector<metrics::Histogram> connection_time;  // by kind
    metrics::Histogram sync_time;
    std::vector<std::pair<CloseCode, metrics::Counter>> closes;
    metrics::Counter other_closes;
  };
  std::optional<Handles> handles_;
  std::vector<metrics::Source> sources_;  // goes first
};

}  // namespace antiphon::live
