#include "apps/director/take/take_routes.h"

#include "apps/director/recording/recording_store.h"
#include "engine/http/router.h"
#include "engine/live/session_end.h"

namespace antiphon::director {
namespace {

constexpr std::string_view sessions_path = "/api/v1/director/sessions";
// For the event log to bring a take's beginning or end to the disk; then the client is told to try
// again.
constexpr Duration log_time_max = std::chrono::seconds(5);

TakeView view(const TakeRecord& take) {
  return {.session_id = take.id,
          .status = take.status,
          .language = take.language,
          .layout = take.layout,
          .duration = take.duration.count() / 1000.0,
          .created_at = take.created_at,
          .ended_at = take.ended_at};
}

RecordingView view(const Recording& recording) {
  return {.state = std::string(to_text(recording.state)),
          .problem = recording.problem,
          .duration = recording.duration.count() / 1000.0,
          .offset = recording.offset.count() / 1000.0,
          .bytes = recording.bytes,
          .content_type = recording.content_type,
          .width = recording.width,
          .height = recording.height,
          .created_at = recording.created_at};
}

}  // namespace

void TakeRoutes::mount() {
  using http::Method;
  std::string sessions(sessions_path);
  services_.router.add({.method = Method::post,
                        .path = sessions,
                        .permission = "director:session:create",
                        .rate = http::RateClass::create,
                        .summary = "Open a take"},
                       this, &TakeRoutes::open);
  services_.router.add(
      {.path = sessions, .permission = "director:session:read", .summary = "Takes, newest first"},
      this, &TakeRoutes::list);
  services_.router.add({.path = sessions + "/{sessionId}",
                        .permission = "director:session:read",
                        .summary = "A take with its transcript"},
                       this, &TakeRoutes::show);
  services_.router.add({.method = Method::post,
                        .path = sessions + "/{sessionId}/end",
                        .permission = "director:session:create",
                        .rate = http::RateClass::write,
                        .summary = "End a take that goes on"},
                       this, &TakeRoutes::end);
}

Task<http::Created<OpenedTake>> TakeRoutes::open(Call call, OpenTake wanted) {
  check_consent(wanted);
  if (wanted.record) services_.recordings.check();
  auto session = services_.live.open("director", call.tenant(), call.principal().id);
  http::Created<OpenedTake> opened{
      {.session_id = session->id(), .ws_url = "/ws/director?sessionId=" + session->id()},
      std::string(sessions_path) + "/" + session->id()};
  http::keep_answer(call, opened);
  // Before the answer: whoever attaches finds the take, as it was asked for, whatever happens.
  begin(*session, wanted);
  Instant now = Core::here().clock().steady();
  try {
    co_await session->until_synced(now + log_time_max);
  } catch (const Error&) {
    session->close("not stored");
    throw;
  }
  co_await takes_.insert(call, {.id = session->id(),
                                .language = wanted.language,
                                .layout = wanted.layout,
                                .created_by = call.principal().id,
                                .created_at = call.now()});
  co_return opened;
}

void TakeRoutes::begin(live::Session& session, const OpenTake& wanted) {
  std::string wish = schema::to_json(wanted);
  if (wanted.record) {
    services_.recordings.begin(session, wish, schema::to_json(without_folders(settings_)));
  }
  session.handler().on_begin(wish);
}

Task<TakeView> TakeRoutes::show(Call call, TakeId id) {
  auto take = co_await takes_.find(call.tenant(), id.session_id, call);
  if (!take) throw Error(Code::not_found, "No such take.");
  TakeView shown = view(*take);
  for (const Utterance& utterance :
       co_await takes_.utterances(call.tenant(), id.session_id, call)) {
    shown.transcript.push_back({utterance.number, utterance.text, utterance.end.count() / 1000.0});
  }
  co_await add_recordings(call, {&shown});
  co_return shown;
}

// @param takes  outlive the task
Task<> TakeRoutes::add_recordings(Call call, std::vector<TakeView*> takes) {
  std::vector<std::string> ids;
  for (const TakeView* take : takes) ids.push_back(take->session_id);
  auto found = co_await services_.database.read(
      Due(call), [tenant = call.tenant(), ids = std::move(ids)](store::Tx& tx) {
        std::vector<std::optional<Recording>> recordings;
        for (const std::string& id : ids)
          recordings.push_back(RecordingStore::find(tx, tenant, id));
        return recordings;
      });
  for (std::size_t i = 0; i < takes.size(); ++i) {
    if (!found[i]) continue;
    takes[i]->recording = view(*found[i]);
    if (found[i]->state == RecordingState::ready) {
      takes[i]->video_url = recording_path(takes[i]->session_id);
    }
  }
}

Task<http::Page<TakeView>> TakeRoutes::list(Call call, ListTakes query) {
  std::optional<TakeRecord> before;
  if (query.cursor) {
    before = co_await takes_.find(call.tenant(), http::parse_cursor(*query.cursor), call);
    if (!before) throw Error({{"/cursor", "format", "cursor names no take of this list."}});
  }
  auto takes = co_await takes_.page(call.tenant(), before, query.limit + 1, call);
  http::Page<TakeView> page;
  if (takes.size() > static_cast<std::size_t>(query.limit)) {
    takes.pop_back();
    page.next_cursor = http::make_cursor(takes.back().id);
  }
  for (const TakeRecord& take : takes) page.items.push_back(view(take));
  std::vector<TakeView*> views;
  for (TakeView& take : page.items) views.push_back(&take);
  co_await add_recordings(call, std::move(views));
  co_return page;
}

Task<http::NoContent> TakeRoutes::end(Call call, TakeId id) {
  if (!co_await takes_.find(call.tenant(), id.session_id, call)) {
    throw Error(Code::not_found, "No such take.");
  }
  auto end = [](live::Session& session) {
    Instant deadline = Core::here().clock().steady() + log_time_max;
    return live::end_session(session.shared_from_this(), "ended", deadline);
  };
  co_await services_.sessions.with_session(id.session_id, call.tenant(), end);
  co_return http::NoContent{};
}

}  // namespace antiphon::director
