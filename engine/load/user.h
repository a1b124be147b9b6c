#pragma once

#include <deque>
#include <map>

#include "engine/async/task_group.h"
#include "engine/async/waiter.h"
#include "engine/http/client.h"
#include "engine/live/client.h"
#include "engine/load/run.h"
#include "engine/speech/media.h"

namespace antiphon::load {

/// Decoded sound, by file.
using Sounds = std::map<std::string, std::vector<speech::Sample>>;

/// What all users of a run have in common; outlives them.
struct Visit {
  const Scenario& scenario;
  const Sounds& sounds;
  Network& network;
  Random& random;
  const Target& target;
  Tally& tally;
  Instant end;  ///< no round begins after it
};

/// One user who plays the script again and again.
class User {
 public:
  User(Visit visit, std::int64_t number);

  /// Comes at `arrival`, and leaves when the time is over.
  Task<> live(Instant arrival);
  /// Whether a round was begun and has not ended.
  bool is_playing() const { return playing_; }

 private:
  /// Frames of an open socket that no step has looked at, oldest first.
  struct Inbox {
    struct Arrived {
      live::ServerFrame frame;
      Instant at;
    };
    std::deque<Arrived> frames;
    Waiter changed;
    std::string ended;  ///< why there will be no more; empty while there may
  };

  Task<bool> be_let_in();
  Task<> play_rounds(Instant begin);
  std::int64_t rounds_due(Instant from) const;
  Task<bool> play_round();
  Task<> play();
  Task<> play(const Step* step);
  Task<> request(const Step* step);
  Task<> open(const Step* step);
  Task<> converse(live::Client* client, const Step* step);
  static Task<> read(live::Client* client, Inbox* inbox);
  Task<> send(const Step* step);
  Task<> speak(const Step* step);
  Task<> expect(const Step* step);
  std::optional<Instant> take_match(const Step& step);
  Task<> think(const Step* step);
  void keep(const Step& step, const http::ClientResponse& answer);
  http::ClientRequest make_request(http::Method method, std::string path, std::string body) const;
  void done(const Step& step, Instant at);
  Instant now() const { return Core::here().clock().steady(); }

  Visit visit_;
  http::NetworkHttpClient http_;
  std::string token_;
  Variables variables_;
  bool playing_ = false;
  std::size_t next_ = 0;  ///< step of the round
  Instant intended_;      ///< when the next step is meant to begin
  live::Client* client_ = nullptr;
  Inbox* inbox_ = nullptr;
};

}  // namespace antiphon::load
