#include "engine/live/sse.h"

#include <boost/asio/this_coro.hpp>

#include "engine/live/wire.h"

namespace antiphon::live {
namespace {

constexpr std::chrono::seconds heartbeat_interval{15};
// A browser waits just so long after an end: all would come back together, were it one number.
constexpr std::chrono::milliseconds reconnect_wait_min{500};
constexpr std::chrono::milliseconds reconnect_wait_max{2500};
constexpr std::size_t batch_bytes_max = std::size_t{64} << 10;

// A frame without an id leaves the client's Last-Event-ID as it is.
void write_event(std::string& out, std::string_view json, std::optional<Position> position) {
  if (position) out += fmt::format("id: {}\n", to_text(*position));
  out += fmt::format("data: {}\n\n", json);
}

// The reader of one stream, on the session's home core.
class EventStream final : public Connection {
 public:
  EventStream(Hub& hub, std::shared_ptr<Session> session, std::unique_ptr<Admission::Seat> seat,
              std::optional<Position> from)
      : hub_(hub), session_(std::move(session)), seat_(std::move(seat)) {
    hub_.enter(*this);
    session_->attach(*this);
    begin(from);
  }
  ~EventStream() override {
    session_->detach(*this);
    hub_.leave(*this);
  }

  /// What is new, or a comment when nothing is for long; "" at the end.
  Task<std::string> next() {
    Core& core = hub_.core();
    Instant limit = core.clock().steady() + heartbeat_interval;
    for (;;) {
      std::string batch = collect();
      if (is_behind()) co_await read_back(batch);
      if (!batch.empty() || over_) co_return batch;
      if (core.clock().steady() >= limit) co_return ": still here\n\n";
      auto alarm = core.timers().at(limit, [this] { news_.wake(); });
      co_await news_.wait();
    }
  }

  std::uint64_t on_events() override {
    news_.wake();
    return cursor_.seq;
  }
  void on_taken(const std::string&) override {}
  void on_ended(CloseCode, std::string_view) override {
    ending_ = true;
    news_.wake();
  }
  std::optional<ConnectionKind> kind() const override { return ConnectionKind::sse; }
  void close(CloseCode, std::string_view) override {
    over_ = true;
    news_.wake();
  }

 private:
  void begin(std::optional<Position> from) {
    std::uint64_t epoch = session_->position().epoch;
    bool recovered = from && session_->can_resume(*from);
    cursor_ = session_->tail().cursor_after(recovered ? from->seq : session_->position().seq);
    hub_.counters().attached(recovered, from.has_value());
    Welcome body{.session_id = session_->id(), .epoch = epoch, .recovered = recovered};
    if (!recovered) body.snapshot = schema::RawJson{session_->snapshot()};
    body.audio = {session_->received_samples(), session_->audio_rate()};
    body.limits = {hub_.limits().message_bytes_max, hub_.limits().ping_interval};
    welcome_ =
        make_frame_json("welcome", cursor_.seq, hub_.core().clock().now(), schema::to_json(body));
  }

  std::string collect() {
    std::string batch;
    const Tail& tail = session_->tail();
    if (over_ || cursor_.seq > tail.released_seq()) return batch;
    std::uint64_t epoch = session_->position().epoch;
    if (!welcome_.empty()) {
      batch = fmt::format("retry: {}\n", reconnect_wait().count());
      write_event(batch, std::exchange(welcome_, {}), Position{epoch, cursor_.seq});
    }
    while (!over_ && batch.size() < batch_bytes_max) {
      std::uint64_t before = cursor_.seq;
      Frames frames = tail.next(cursor_);
      if (!frames) break;
      bool logged = cursor_.seq > before;
      logged ? write_events(batch, frames, before)
             : write_event(batch, payload_of(frames), std::nullopt);
    }
    if (ending_ && cursor_.seq == tail.last_seq()) over_ = true;
    return batch;
  }

  std::chrono::milliseconds reconnect_wait() const {
    auto spread = static_cast<std::uint64_t>((reconnect_wait_max - reconnect_wait_min).count());
    return reconnect_wait_min + std::chrono::milliseconds(hub_.random().below(spread));
  }

  // Those that follow on `seq`.
  void write_events(std::string& batch, const Frames& events, std::uint64_t seq) const {
    std::string_view rest = events.wire;
    while (auto json = take_payload(rest)) {
      write_event(batch, *json, Position{session_->position().epoch, ++seq});
    }
  }

  bool is_behind() const {
    const Tail& tail = session_->tail();
    return !over_ && cursor_.seq < tail.released_seq() && !tail.reaches(cursor_.seq);
  }

  // What is not in memory any more. The caller keeps its batch while it waits.
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
  Task<> read_back(std::string& batch) {
    auto events = co_await session_->read_back(cursor_.seq);
    // Too far behind: the client comes again and gets a snapshot.
    if (!events.frames) {
      over_ = true;
      co_return;
    }
    write_events(batch, events.frames, cursor_.seq);
    cursor_.seq = events.last_seq;
  }

  Hub& hub_;
  std::shared_ptr<Session> session_;
  std::unique_ptr<Admission::Seat> seat_;
  Cursor cursor_;
  std::string welcome_;  ///< until it was sent
  bool ending_ = false;
  bool over_ = false;
  Waiter news_;
};

std::optional<Position> resume_position(const http::Request& request) {
  return parse_position(request.headers.get("Last-Event-ID"));
}

// Passes on from the home core what the stream has, until one of both ends.
Task<> relay(Hub* home, std::shared_ptr<EventStream> stream, http::BodyWriter write) {
  std::exception_ptr failure;
  try {
    for (;;) {
      std::string batch = co_await on_core(home->core(), [stream] { return stream->next(); });
      if (batch.empty()) break;
      co_await write(std::move(batch));
    }
  } catch (...) {
    failure = std::current_exception();
  }
  co_await boost::asio::this_coro::reset_cancellation_state();
  // It was made on its core and goes there.
  co_await on_core(home->core(), [stream = std::move(stream)]() mutable -> Task<> {
    stream.reset();
    co_return;
  });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

Task<http::Response> serve_events(Live& live, const LiveRoute& route, http::Request request,
                                  Principal principal, std::string session_id) {
  auto seat = live.here().admit(principal);
  if (!seat) throw Error(Code::rate_limited, "Too many connections are open.").retry_after(5);
  Hub& home = live.home(session_id);
  auto open = [&home, session_id, principal, app = route.app, rule = route.may_attach,
               from = resume_position(request),
               seat = std::move(seat)]() mutable -> Task<std::shared_ptr<EventStream>> {
    auto session = home.find(session_id);
    if (!session || session->owner().app != app || !may_attach(rule, principal, session->owner())) {
      throw Error(Code::not_found, "No such session.");
    }
    if (home.is_stopping()) {
      throw Error(Code::unavailable, "The server is restarting; try again shortly.").retry_after(2);
    }
    co_return std::make_shared<EventStream>(home, std::move(session), std::move(seat), from);
  };
  auto stream = co_await on_core(home.core(), std::move(open));
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-store");
  response.body = http::StreamedBody(
      [&home, stream = std::move(stream)](http::BodyWriter write) mutable -> Task<> {
        return relay(&home, std::move(stream), std::move(write));
      });
  co_return response;
}

}  // namespace antiphon::live
