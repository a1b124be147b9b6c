#include "engine/live/feed.h"

#include "engine/base/error.h"
#include "engine/live/wire_limits.h"

namespace antiphon::live {
namespace {

constexpr std::size_t batch_bytes_max = std::size_t{64} << 10;

// Whoever drops it, it goes on its own core.
std::shared_ptr<Feed> make_feed(Feed::Kind kind, Hub& hub, std::shared_ptr<Session> session,
                                std::unique_ptr<Admission::Seat> seat) {
  auto drop = [&hub](Feed* feed) { hub.core().post([kept = std::shared_ptr<Feed>(feed)] {}); };
  return {new Feed(kind, hub, std::move(session), std::move(seat)), drop};
}

}  // namespace

void SoundPlace::set(Session& session, const ClientFrame& frame) {
  if (frame.rate) session.set_audio_rate(*frame.rate);
  if (!frame.offset) return;
  std::uint64_t received = session.received_samples();
  auto jump_max = static_cast<std::uint64_t>(std::chrono::seconds(sound_jump_max).count()) *
                  session.audio_rate();
  if (*frame.offset > received + jump_max) {
    throw Error(Code::invalid, fmt::format("The audio offset {} is more than an hour ahead of the "
                                           "{} samples received.",
                                           *frame.offset, received));
  }
  offset_ = frame.offset;
}

void SoundPlace::receive(Session& session, std::string_view pcm) {
  auto samples = parse_pcm16(pcm);
  session.receive_audio(samples, offset_.value_or(session.received_samples()));
  if (offset_) *offset_ += samples.size();
}

Feed::Feed(Kind kind, Hub& hub, std::shared_ptr<Session> session,
           std::unique_ptr<Admission::Seat> seat)
    : kind_(kind), hub_(hub), session_(std::move(session)), seat_(std::move(seat)) {
  hub_.enter(*this);
  session_->attach(*this);
}

Feed::~Feed() { stop(); }

void Feed::begin(std::optional<Position> from) {
  std::uint64_t epoch = session_->position().epoch;
  recovered_ = from && session_->can_resume(*from);
  cursor_ = session_->tail().cursor_after(recovered_ ? from->seq : session_->position().seq);
  if (recovered_ && kind_ == Kind::passing) return;  // polls come again and again
  hub_.counters().attached(recovered_, from.has_value());
  Welcome body{.session_id = session_->id(), .epoch = epoch, .recovered = recovered_};
  if (!recovered_) body.snapshot = schema::RawJson{session_->snapshot()};
  body.audio = {session_->received_samples(), session_->audio_rate()};
  body.limits = {hub_.limits().message_bytes_max, hub_.limits().ping_interval};
  welcome_ = make_text_frame(
      make_frame_json("welcome", cursor_.seq, hub_.core().clock().now(), schema::to_json(body)));
}

Task<Feed::Batch> Feed::next(std::optional<Instant> limit) {
  Core& core = hub_.core();
  for (;;) {
    Batch batch = collect();
    if (is_behind()) co_await read_back(batch);
    bool has_news = !batch.items.empty() || !batch.taken.empty() || batch.ending;
    if (has_news || (limit && core.clock().steady() >= *limit)) co_return batch;
    Timers::Alarm alarm;
    if (limit) alarm = core.timers().at(*limit, [this] { news_.wake(); });
    co_await news_.wait();
  }
}

Feed::Batch Feed::collect() {
  Batch batch{.ending = over_};
  if (over_) return batch;
  const Tail& tail = session_->tail();
  // A snapshot may know of events that are not in the log yet: nobody hears of them before.
  if (cursor_.seq > tail.released_seq()) return batch;
  if (welcome_) {
    Position position{session_->position().epoch, cursor_.seq};
    batch.items.push_back({welcome_.owner, payload_of(welcome_), position});
    welcome_ = {};
  }
  collect_frames(batch);
  while (!taken_.empty() && taken_.front().after <= cursor_.seq) {
    batch.taken.push_back(std::move(taken_.front().message_id));
    taken_.pop_front();
  }
  if (ending_ && cursor_.seq == tail.last_seq()) batch.ending = ending_;
  return batch;
}

void Feed::collect_frames(Batch& batch) {
  const Tail& tail = session_->tail();
  std::size_t bytes = 0;
  while (bytes < batch_bytes_max && tail.reaches(cursor_.seq)) {
    std::uint64_t before = cursor_.seq;
    Frames frames = tail.next(cursor_);
    if (!frames) return;
    bytes += frames.wire.size();
    if (cursor_.seq > before) {
      add_events(batch, frames, before);
    } else if (kind_ == Kind::attached) {
      batch.items.push_back({frames.owner, payload_of(frames), std::nullopt});
    }
  }
}

// Those that follow on `seq`.
void Feed::add_events(Batch& batch, const Frames& events, std::uint64_t seq) const {
  std::string_view rest = events.wire;
  while (auto json = take_payload(rest)) {
    batch.items.push_back({events.owner, *json, Position{session_->position().epoch, ++seq}});
  }
}

bool Feed::is_behind() const {
  if (over_ || !session_) return false;
  const Tail& tail = session_->tail();
  return cursor_.seq < tail.released_seq() && !tail.reaches(cursor_.seq);
}

// What is not in memory any more comes from the log.
// The caller keeps its batch while it waits.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
Task<> Feed::read_back(Batch& batch) {
  auto events = co_await session_->read_back(cursor_.seq);
  if (!events.frames) {
    batch.ending = CloseCode::slow;
    co_return;
  }
  add_events(batch, events.frames, cursor_.seq);
  cursor_.seq = events.last_seq;
}

void Feed::receive(ClientFrame frame) {
  if (!session_) return;
  switch (frame.kind) {
    case ClientFrame::Kind::acknowledge: return session_->acknowledge(frame.seq);
    case ClientFrame::Kind::ping: return;
    case ClientFrame::Kind::audio: return sound_.set(*session_, frame);
    case ClientFrame::Kind::message: return session_->receive(std::move(frame.message), *this);
  }
}

void Feed::receive_sound(std::string_view pcm) {
  if (session_) sound_.receive(*session_, pcm);
}

void Feed::stop() {
  auto session = std::exchange(session_, nullptr);
  if (!session) return;
  if (!over_) over_ = CloseCode::normal;
  session->detach(*this);
  hub_.leave(*this);
  seat_.reset();
  news_.wake();
}

void Feed::on_taken(const std::string& message_id) {
  taken_.push_back({message_id, session_->tail().released_seq()});
  news_.wake();
}

void Feed::on_ended(CloseCode code, std::string_view) {
  ending_ = code;
  news_.wake();
}

// It may come while the hub goes through its connections: the list changes in a later turn. Whoever
// reads may be held up by its client, so the session is left without it.
void Feed::close(CloseCode code, std::string_view) {
  over_ = code;
  news_.wake();
  hub_.core().post([weak = weak_from_this()] {
    if (auto self = weak.lock()) self->stop();
  });
}

Task<std::shared_ptr<Feed>> open_feed(Live& live, const LiveRoute& route, Feed::Kind kind,
                                      Principal principal, std::string session_id,
                                      std::optional<Position> from) {
  auto seat = live.here().admit(principal);
  if (!seat) throw Error(Code::rate_limited, "Too many connections are open.").retry_after(5);
  Hub& home = live.home(session_id);
  auto open = [&home, kind, principal = std::move(principal), session_id, app = route.app,
               rule = route.may_attach, from,
               seat = std::move(seat)]() mutable -> Task<std::shared_ptr<Feed>> {
    auto session = home.find(session_id);
    if (!session || session->owner().app != app || !may_attach(rule, principal, session->owner())) {
      throw Error(Code::not_found, "No such session.");
    }
    if (home.is_stopping()) {
      throw Error(Code::unavailable, "The server is restarting; try again shortly.").retry_after(2);
    }
    auto feed = make_feed(kind, home, std::move(session), std::move(seat));
    feed->begin(from);
    co_return feed;
  };
  co_return co_await on_core(home.core(), std::move(open));
}

}  // namespace antiphon::live
