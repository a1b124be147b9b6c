#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/live/connection.h"
#include "engine/live/hub.h"
#include "engine/live/wire.h"

namespace antiphon::live {

/// Where a client's sound goes on in its session: what `audio` frames and sound itself come to.
class SoundPlace {
 public:
  /// An `audio` frame. @throws Error{Code::invalid} for another rate, or a jump of over an hour
  void set(Session& session, const ClientFrame& frame);
  /// @throws Error{Code::invalid} for half a sample
  void receive(Session& session, std::string_view pcm);

 private:
  std::optional<std::uint64_t> offset_;  ///< of the next sample; nothing: where the session is
};

/// A session's frames for a client that fetches them in batches: by polling, or from another core.
/// Lives on the session's home core: it is used there, and dropped anywhere.
class Feed final : public Connection, public std::enable_shared_from_this<Feed> {
 public:
  enum class Kind {
    attached,  ///< a client that stays: begins with welcome, gets droppable frames, is present
    passing,   ///< one answer: logged events; welcome only where it cannot go on behind `from`
  };
  struct Item {
    std::shared_ptr<const std::string> owner;  ///< of what `json` refers to
    std::string_view json;
    std::optional<Position> position;  ///< of a logged event, and of welcome
  };
  struct Batch {
    std::vector<Item> items;
    std::vector<std::string> taken;   ///< ids of own messages that are in the log; after the items
    std::optional<CloseCode> ending;  ///< nothing comes after this batch
  };

  Feed(Kind kind, Hub& hub, std::shared_ptr<Session> session,
       std::unique_ptr<Admission::Seat> seat);
  ~Feed() override;

  /// Behind `from` with exactly what was missed, or with a snapshot. Before anything else.
  void begin(std::optional<Position> from);
  /// Whether it went on behind `from`.
  bool recovered() const { return recovered_; }
  /// What is new, as soon as there is something; an empty batch when nothing came until `limit`.
  /// One caller at a time, who keeps the feed meanwhile.
  Task<Batch> next(std::optional<Instant> limit);

  /// Takes a frame of the client in. @throws Error, for its sender alone
  void receive(ClientFrame frame);
  void receive_sound(std::string_view pcm);
  /// Leaves the session; a next() that waits ends.
  void stop();

  std::uint64_t on_events() override {
    news_.wake();
    return cursor_.seq;
  }
  void on_taken(const std::string& message_id) override;
  void on_ended(CloseCode code, std::string_view reason) override;
  void close(CloseCode code, std::string_view reason) override;
  bool is_present() const override { return kind_ == Kind::attached; }
  std::optional<ConnectionKind> kind() const override {
    return kind_ == Kind::attached ? ConnectionKind::socketio : ConnectionKind::poll;
  }

 private:
  struct Taken {
    std::string message_id;
    std::uint64_t after;  ///< the events up to here come before it
  };

  Batch collect();
  void collect_frames(Batch& batch);
  void add_events(Batch& batch, const Frames& events, std::uint64_t seq) const;
  bool is_behind() const;
  Task<> read_back(Batch& batch);

  Kind kind_;
  Hub& hub_;
  std::shared_ptr<Session> session_;  ///< null once it was left
  std::unique_ptr<Admission::Seat> seat_;
  bool recovered_ = false;
  Cursor cursor_;
  Frames welcome_;  ///< until it was given
  SoundPlace sound_;
  std::deque<Taken> taken_;
  std::optional<CloseCode> ending_;  ///< when all events were given
  std::optional<CloseCode> over_;    ///< at once
  Waiter news_;
};

/// A feed of a session that the principal may attach to, made on its home core.
/// @throws Error{Code::not_found}, Error{Code::rate_limited}
Task<std::shared_ptr<Feed>> open_feed(Live& live, const LiveRoute& route, Feed::Kind kind,
                                      Principal principal, std::string session_id,
                                      std::optional<Position> from);

}  // namespace antiphon::live
