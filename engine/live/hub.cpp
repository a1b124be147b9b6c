#include "engine/live/hub.h"

#include <malloc.h>

#include <algorithm>

#include "engine/async/call.h"
#include "engine/base/error.h"
#include "engine/base/ids.h"

namespace antiphon::live {
namespace {

// How often sessions without anybody and old segments are looked for.
constexpr std::chrono::seconds round_interval{5};
// A session in which nothing happened for so long gives back what it holds in memory.
constexpr std::chrono::seconds parked_after{10};

}  // namespace

// What a connection ends with was told to its client; there is nobody else to tell.
Hub::Hub(Parts parts) : parts_(std::move(parts)), tasks_([](const std::exception_ptr&) {}) {}

Hub::~Hub() = default;

void Hub::add(LiveApp app) {
  std::string name = app.name;
  ENSURE(apps_.emplace(name, std::move(app)).second, "an app is added once");
}

std::shared_ptr<Session> Hub::open(const std::string& app, const std::string& tenant,
                                   const std::string& principal) {
  auto found = apps_.find(app);
  ENSURE(found != apps_.end(), "a session is opened for an app that was added");
  check_room();
  auto seat = parts_.admission.admit_session(tenant);
  if (!seat) {
    counters().refused(Refused::sessions_tenant);
    throw Error(Code::unavailable, "Your organisation has as many open sessions as it may.")
        .retry_after(10);
  }
  std::string id;
  do {
    id = make_id("ses", parts_.random);
  } while (!parts_.is_home(id));
  auto session = make_session({id, app, tenant, principal}, {}, std::move(seat));
  counters().opened.add();
  session->start(found->second.make(*session));
  return session;
}

void Hub::check_room() {
  auto refuse = [this](Refused reason, std::string message, int retry_after_s) {
    counters().refused(reason);
    throw Error(Code::unavailable, std::move(message)).retry_after(retry_after_s);
  };
  if (stopping_) refuse(Refused::stopping, "The server is restarting; try again shortly.", 2);
  if (!parts_.journal->healthy()) {
    refuse(Refused::log, "The server cannot store events right now.", 5);
  }
  if (sessions_.size() >= parts_.limits.sessions_per_core_max) {
    refuse(Refused::sessions_core, "The server has as many sessions as it can hold.", 10);
  }
}

std::shared_ptr<Session> Hub::make_session(SessionOwner owner, Position start,
                                           std::unique_ptr<Admission::Seat> seat) {
  Session::Place place{parts_.core,   *parts_.journal,
                       parts_.limits, counters(),
                       parts_.log,    [this](Session& session) { on_ended(session); }};
  auto session = std::make_shared<Session>(std::move(place), std::move(owner), start);
  sessions_.emplace(session->id(), Entry{session, std::move(seat)});
  return session;
}

std::shared_ptr<Session> Hub::find(const std::string& id) const {
  auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.session;
}

void Hub::on_ended(Session& session) {
  auto found = sessions_.find(session.id());
  auto keep = [](std::shared_ptr<Session> ended) -> Task<> { co_await ended->stop(); };
  counters().ended.add();
  auto ended = std::move(found->second.session);
  sessions_.erase(found);
  tasks_.spawn(keep(std::move(ended)));
}

std::unique_ptr<Admission::Seat> Hub::admit(const Principal& principal) {
  auto seat = parts_.admission.admit_connection(principal.tenant, principal.id);
  if (seat) return *std::move(seat);
  counters().refused(seat.error());
  return nullptr;
}

void Hub::enter(std::shared_ptr<Connection> connection) {
  Connection& entering = *connection;
  enter(entering, std::move(connection));
}

void Hub::enter(Connection& connection, std::shared_ptr<Connection> kept) {
  if (auto kind = connection.kind()) counters().entered(*kind);
  connection.entered_ = parts_.core.clock().steady();
  connection.place_ = connections_.size();
  connections_.push_back({&connection, std::move(kept)});
}

void Hub::leave(Connection& connection) {
  Duration stayed = parts_.core.clock().steady() - connection.entered_;
  if (auto kind = connection.kind()) counters().left(*kind, stayed);
  Open& place = connections_[connection.place_];
  auto kept = std::move(place.kept);
  place = std::move(connections_.back());
  place.connection->place_ = connection.place_;
  connections_.pop_back();
  // It is on the stack above, most likely.
  if (kept) parts_.core.post([kept = std::move(kept)] {});
  if (connections_.empty() && all_left_.is_waiting()) all_left_.wake();
}

Task<> Hub::start(std::map<std::string, RecoveredSession> recovered) {
  parts_.journal->start();
  for (auto& [id, session] : recovered) {
    restore(id, std::move(session));
    parts_.journal->flush();
  }
  co_await parts_.journal->sync();
  if (!parts_.journal->healthy()) {
    throw Error(Code::unavailable, "The live event log cannot be written.")
        .detail(parts_.journal->failure());
  }
  tasks_.spawn(look_after());
}

void Hub::restore(const std::string& id, RecoveredSession recovered) {
  const Checkpoint& checkpoint = recovered.checkpoint;
  auto app = apps_.find(checkpoint.app);
  auto seat = parts_.admission.admit_session(checkpoint.tenant);
  if (app == apps_.end() || !seat) return;
  auto resumable = std::ranges::find(recovered.events, recovered.epoch, &LoggedEvent::epoch);
  std::uint64_t before =
      resumable == recovered.events.end() ? recovered.last_seq() : resumable->seq - 1;
  SessionOwner owner{id, checkpoint.app, checkpoint.tenant, checkpoint.principal};
  auto session = make_session(std::move(owner), {recovered.epoch, before}, std::move(seat));
  counters().restored.add();
  session->restore(app->second.make(*session), std::move(recovered));
}

Task<> Hub::look_after() {
  for (;;) {
    co_await sleep_for(round_interval);
    end_idle_sessions();
    park_sessions();
    co_await trim_log();
  }
}

void Hub::end_idle_sessions() {
  Instant now = parts_.core.clock().steady();
  for (auto& [id, entry] : sessions_) {
    auto since = entry.session->idle_since();
    auto retention = apps_.at(entry.session->owner().app).retention;
    if (since && now - *since >= retention) entry.session->close("retention");
  }
}

void Hub::park_sessions() {
  Instant quiet_since = parts_.core.clock().steady() - parked_after;
  bool any = false;
  for (auto& [id, entry] : sessions_) any = entry.session->park(quiet_since) || any;
  if (!any) return;
  parts_.journal->shrink();
  // The pages between what lives on; nothing else gives them back.
  ::malloc_trim(0);
}

// What is still needed of a segment that goes is written anew before.
Task<> Hub::trim_log() {
  auto expired = parts_.journal->expired();
  if (!expired) co_return;
  for (auto& [id, entry] : sessions_) {
    Session& session = *entry.session;
    if (session.first_segment() > *expired) continue;
    session.write_checkpoint(session.snapshot(), session.position().seq);
  }
  co_await parts_.journal->drop_until(*expired);
}

void Hub::close_connections() {
  stopping_ = true;
  // From the end: one that is closed at once takes its own place away.
  for (std::size_t i = connections_.size(); i > 0; --i) {
    connections_[i - 1].connection->close(CloseCode::restart, restart_reason);
  }
}

Task<> Hub::wait_until_left() {
  while (!connections_.empty()) co_await all_left_.wait();
}

Task<> Hub::all_left(Instant deadline) {
  try {
    co_await within(deadline, wait_until_left());
    co_return;
  } catch (const Error&) {
    // Those who are left do not answer.
  }
  for (std::size_t i = connections_.size(); i > 0; --i) connections_[i - 1].connection->cut();
}

Task<bool> Hub::stop() {
  co_await tasks_.stop();
  std::vector<std::shared_ptr<Session>> sessions;
  for (auto& [id, entry] : sessions_) sessions.push_back(entry.session);
  for (auto& session : sessions) co_await session->stop();
  co_return co_await parts_.journal->stop();
}

}  // namespace antiphon::live
