#include "engine/live/counters.h"

#include "engine/live/live_metrics.h"

namespace antiphon::live {
namespace {

constexpr std::array<std::string_view, Counters::kinds> kind_names = {"websocket", "socketio",
                                                                      "sse", "poll"};
constexpr std::array<std::string_view, Counters::reasons> reason_names = {"stopping",
                                                                          "log",
                                                                          "sessions_core",
                                                                          "sessions_tenant",
                                                                          "connections_tenant",
                                                                          "connections_principal",
                                                                          "messages"};
constexpr std::array<std::string_view, 3> outcome_names = {"resumed", "snapshot", "fresh"};

// A tally of microseconds as the seconds that a metric has.
std::function<double()> seconds(const metrics::Tally& tally) {
  return [&tally] { return static_cast<double>(tally.value()) / 1e6; };
}

}  // namespace

Counters::Handles::Handles(metrics::Registry& registry)
    : sync_time(registry.histogram(log_sync_time_metric)),
      other_closes(registry.counter(closes_metric, {"other"})) {
  for (std::string_view kind : kind_names) {
    connection_time.push_back(registry.histogram(connection_time_metric, {kind}));
  }
  for (const CloseCodeRow& row : close_codes()) {
    std::string code = std::to_string(static_cast<int>(row.code));
    closes.emplace_back(row.code, registry.counter(closes_metric, {code}));
  }
}

Counters::Counters(metrics::Registry* registry) {
  if (registry == nullptr) return;
  handles_.emplace(*registry);
  show(*registry);
}

void Counters::show(metrics::Registry& registry) {
  auto add = [&](const metrics::MetricInfo& info, std::initializer_list<std::string_view> values,
                 const auto& from) { sources_.push_back(registry.source(info, values, from)); };
  add(sessions_metric, {},
      [this] { return static_cast<double>(opened.value() + restored.value() - ended.value()); });
  add(sessions_begun_metric, {"opened"}, opened);
  add(sessions_begun_metric, {"restored"}, restored);
  add(sessions_ended_metric, {}, ended);
  for (std::size_t i = 0; i < kinds; ++i) {
    add(live_connections_metric, {kind_names[i]}, connections_[i]);
  }
  for (std::size_t i = 0; i < attaches_.size(); ++i) {
    add(attaches_metric, {outcome_names[i]}, attaches_[i]);
  }
  for (std::size_t i = 0; i < reasons; ++i) {
    add(refusals_metric, {reason_names[i]}, refusals_[i]);
  }
  for (std::size_t i = 0; i < lanes; ++i) {
    Lane lane = static_cast<Lane>(i);
    add(events_metric, {to_text(lane)}, events_[i]);
    if (is_droppable(lane)) add(drops_metric, {to_text(lane)}, drops_[i]);
  }
  add(messages_metric, {}, messages);
  add(sound_metric, {}, seconds(sound_us_));
  add(sound_lost_metric, {"missing"}, seconds(missing_us_));
  add(sound_lost_metric, {"overflow"}, seconds(overflow_us_));
  add(log_bytes_metric, {}, log_written_bytes);
  add(log_unsynced_metric, {},
      [this] { return static_cast<double>(log_written_bytes.value() - log_synced_bytes.value()); });
  add(log_syncs_metric, {"done"}, syncs_);
  add(log_syncs_metric, {"failed"}, failed_syncs_);
}

void Counters::dropped(Lane lane, std::uint64_t frames) {
  drops_[static_cast<std::size_t>(lane)].add(static_cast<std::int64_t>(frames));
}

void Counters::left(ConnectionKind kind, Duration stayed) {
  auto index = static_cast<std::size_t>(kind);
  connections_[index].add(-1);
  if (handles_) handles_->connection_time[index].observe(stayed);
}

void Counters::closed(CloseCode code) {
  if (!handles_) return;
  for (const auto& [known, counter] : handles_->closes) {
    if (known == code) return counter.add();
  }
  handles_->other_closes.add();
}

void Counters::lost(std::uint64_t samples, unsigned rate, bool overflow) {
  (overflow ? overflow_us_ : missing_us_).add(microseconds(samples, rate));
}

void Counters::synced(bool is_done, Duration took) {
  (is_done ? syncs_ : failed_syncs_).add();
  if (handles_) handles_->sync_time.observe(took);
}

std::int64_t Counters::microseconds(std::uint64_t samples, unsigned rate) {
  return static_cast<std::int64_t>(samples * 1'000'000 / rate);
}

}  // namespace antiphon::live
