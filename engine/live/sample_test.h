#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "engine/live/client.h"
#include "engine/live/connection.h"
#include "engine/live/handshake.h"
#include "engine/testing/memory_stream.h"

// What the tests of this room share: log files in memory that can lose what was not synced, a
// handler with a small state, and a server with clients over streams in memory.

namespace antiphon::live {

/// A disk in memory. Its image is what a crash would leave.
class MemoryLogFiles final : public LogFiles {
 public:
  struct File {
    std::string bytes;
    std::size_t synced = 0;
    std::size_t appends = 0;
  };

  std::unique_ptr<LogFile> create(const std::string& path) override;
  std::string read(const std::string& path) override;
  void replace(const std::string& path, std::string_view bytes) override;
  bool exists(const std::string& path) override { return disk_.contains(path); }
  void remove(const std::string& path) override { disk_.erase(path); }
  std::vector<std::string> list(const std::string& folder) override;
  std::string boot_id() override { return boot; }

  /// The disk after the process was killed: everything that was written.
  MemoryLogFiles after_kill() const;
  /// The disk after the machine lost power: what was synced, and another boot.
  MemoryLogFiles after_power_loss() const;
  std::vector<std::string> segments() const;
  File& file(const std::string& path) { return *disk_.at(path); }

  std::string boot = "boot-1";
  bool refuses = false;        ///< writes fail
  bool refuses_syncs = false;  ///< syncs fail
  int syncs = 0;

 private:
  std::map<std::string, std::shared_ptr<File>> disk_;
};

struct Note {
  std::string text;
};
inline auto describe(schema::Tag<Note>) {
  return schema::object<Note>("Note", "Some text").field("text", &Note::text, "Any");
}

inline const EventType noted{.name = "noted", .lane = Lane::final, .body = &schema::of<Note>};
inline const EventType kept{.name = "kept",
                            .lane = Lane::final,
                            .durability = Durability::synced,
                            .body = &schema::of<Note>};
inline const EventType partial_note{
    .name = "partial_note", .lane = Lane::partial, .body = &schema::of<Note>};

/// Notes what it is told: its state is all the texts.
class Notebook final : public Handler {
 public:
  explicit Notebook(Session& session) : session_(session) {}
  void on_message(const Message& message) override;
  void on_audio(const Audio& audio) override;
  void on_acknowledged(std::uint64_t seq) override { acknowledged = seq; }
  void on_end(std::string_view reason) override { ended_with = reason; }
  std::string snapshot() override;
  void restore(std::string_view snapshot, std::span<const LoggedEvent> events) override;

  std::vector<std::string> texts;
  std::vector<std::pair<std::uint64_t, std::size_t>> sounds;  ///< offset, samples
  std::uint64_t acknowledged = 0;
  std::string ended_with;
  bool restored = false;

 private:
  Session& session_;
};

/// A server of notebooks on one core, and a network of streams in memory to it.
class Rig : public http::HttpClient {
 public:
  explicit Rig(MemoryLogFiles& files, Limits limits = small_limits());
  ~Rig() override;

  static Limits small_limits();

  template <class T>
  T run(Task<T> task) {
    return core().run_until_done(std::move(task));
  }
  Core& core() { return cores_.at(0); }
  Hub& hub() { return live.at(0); }
  std::shared_ptr<Session> open() { return hub().open("notes", "tnt_1", "usr_ann"); }
  Notebook& notebook(const Session& session) { return *notebooks.at(session.id()); }
  Client::Options client_options(const Session& session, std::string token = "ann");
  /// As a server that is told to stop.
  Task<> stop();
  /// Lets everything that is ready happen.
  Task<> settle_down();

  Task<Opened> open(http::ClientRequest, Instant) override;
  Task<Upgraded> upgrade(http::ClientRequest request, Instant deadline) override;

  /// Wraps a client's end of a new connection; to cut it, or to slow it down.
  std::function<std::unique_ptr<Stream>(std::unique_ptr<Stream>)> wrap;
  std::size_t stream_bytes = std::size_t{64} << 10;
  LiveRoute route;
  std::map<std::string, Notebook*> notebooks;
  int connections_made = 0;
  bool stopped = false;

 private:
  SystemClock clock_;
  Cores cores_{1, clock_};

 public:
  SeededRandom random{1};
  metrics::Registry metrics;
  Live live;
  TaskGroup servers;
};

/// Waits until `condition` holds; fails the test after ten seconds.
Task<> until(std::function<bool()> condition);

}  // namespace antiphon::live
