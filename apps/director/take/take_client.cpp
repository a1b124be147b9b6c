#include "apps/director/take/take_client.h"

#include <fmt/core.h>

#include "apps/director/take/event_types.h"
#include "apps/director/take/take_routes.h"
#include "engine/live/engine_events.h"

namespace antiphon::director {
namespace {

constexpr Duration request_time_max = std::chrono::seconds(30);
/// How far the sound may run ahead of the recogniser when it is not sent in real time. Little: what
/// waits counts as latency, and an overlay that comes late is not shown.
constexpr std::uint64_t ahead_samples_max = speech::sample_rate_hz;

// Frames carry type, seq and ts beside the fields of the body.
template <class T>
T body_of(const live::ServerFrame& frame) {
  return schema::parse<T>(frame.json, {.ignore_unknown = true});
}

Error refusal(const http::ClientResponse& response) {
  auto problem = schema::parse_value(response.body);
  const schema::Value* detail = problem.find("detail");
  return Error(Code::unavailable,
               fmt::format("The server refused to open a take ({}): {}", response.status,
                           detail ? detail->text() : response.body));
}

}  // namespace

TakeClient::TakeClient(app::ReachedServer server, TakeOptions options, std::FILE* out)
    : server_(std::move(server)),
      options_(std::move(options)),
      out_(out),
      http_(server_.network, {.reach = http::Reach::everywhere}) {}

Task<> TakeClient::run() {
  // A file that cannot be read is said before a take is opened for it.
  auto reader = speech::read_media_file(options_.file);
  reader.reset();
  std::string path = co_await open_take();
  client_ = std::make_unique<live::Client>(
      http_, random_,
      live::Client::Options{.target = {.endpoint = server_.endpoint, .path = path},
                            .token = server_.token});
  co_await client_->run(converse());
}

Task<std::string> TakeClient::open_take() {
  http::ClientRequest request{
      .method = http::Method::post,
      .endpoint = server_.endpoint,
      .target = "/api/v1/director/sessions",
      .body = schema::to_json(OpenTake{
          .language = options_.language, .record = options_.record, .consent = options_.consent})};
  request.headers.set("Authorization", "Bearer " + server_.token);
  request.headers.set("Content-Type", "application/json");
  Instant deadline = Core::here().clock().steady() + request_time_max;
  http::ClientResponse response = co_await http_.send(std::move(request), deadline);
  if (response.status != 201) throw refusal(response);
  auto opened = schema::parse<OpenedTake>(response.body);
  session_id_ = opened.session_id;
  co_return opened.ws_url;
}

Task<> TakeClient::converse() {
  co_await client_->connect();
  std::exception_ptr failure;
  TaskGroup sending([&](const std::exception_ptr& error) {
    failure = error;
    client_->cut();
  });
  sending.spawn(send_sound());
  while (auto frame = co_await client_->receive()) {
    print(*frame);
    take_in(*frame);
  }
  over_ = true;
  heard_more_.wake();
  co_await sending.stop();
  if (failure) std::rethrow_exception(failure);
  if (!unheard_.empty()) throw Error(Code::unavailable, unheard_);
  if (finals_ == 0 && !options_.json) fmt::print(out_, "no speech was understood\n");
  if (options_.record && !options_.json) {
    fmt::print(out_, "recorded; run it again: antiphon replay {}\n", session_id_);
  }
  if (client_->close_code() != live::CloseCode::normal) {
    throw Error(Code::unavailable, "The connection to the server ended before the take did.");
  }
}

Task<> TakeClient::send_sound() {
  auto reader = speech::read_media_file(options_.file);
  Instant begin = Core::here().clock().steady();
  std::uint64_t sent = 0;
  for (;;) {
    std::vector<speech::Sample> samples = co_await reader->read_some();
    if (samples.empty()) break;
    sent += samples.size();
    client_->send_audio(samples);
    co_await keep_pace(sent, begin);
  }
  client_->send(R"({"action":"finish"})");
}

Task<> TakeClient::keep_pace(std::uint64_t sent_samples, Instant begin) {
  if (options_.realtime) {
    co_await sleep_until(begin +
                         std::chrono::milliseconds(sent_samples * 1000 / speech::sample_rate_hz));
    co_return;
  }
  while (!over_ && unheard_.empty() && sent_samples > heard_samples_ + ahead_samples_max) {
    co_await heard_more_.wait();
  }
}

void TakeClient::take_in(const live::ServerFrame& frame) {
  if (frame.type == transcription_final.name && frame.is_logged) {
    ++finals_;
  } else if (frame.type == live::error_event.name) {
    auto error = body_of<live::ErrorBody>(frame);
    if (error.code == recogniser_unavailable) unheard_ = error.message;
    heard_more_.wake();
  } else if (frame.type == listening.name) {
    heard_samples_ = static_cast<std::uint64_t>(body_of<ListeningProgress>(frame).heard_samples);
    heard_more_.wake();
  }
}

void TakeClient::print(const live::ServerFrame& frame) {
  if (options_.json) {
    fmt::print(out_, "{}\n", frame.json);
  } else {
    print_for_people(frame);
  }
  std::fflush(out_);
}

void TakeClient::print_for_people(const live::ServerFrame& frame) {
  if (frame.type == transcription_final.name && frame.is_logged) {
    auto heard = body_of<Transcription>(frame);
    fmt::print(out_, "{:7.1f} s  heard    {}\n", heard.timestamp / 1000.0, heard.text);
  } else if (frame.type == overlay_command.name) {
    auto shown = body_of<OverlayCommand>(frame);
    std::string words;
    for (const WordMatch& match : shown.why.matches) {
      words += (words.empty() ? "" : ", ") + match.heard;
      if (match.relation != search::to_text(search::Relation::same)) words += " = " + match.found;
    }
    fmt::print(out_, "           shown    {} ({:.2f}; {}; {} ms)\n", shown.title, shown.confidence,
               words, shown.why.latency_ms);
  } else if (frame.type == broll_suggestion.name) {
    auto suggestion = body_of<BrollSuggestion>(frame);
    if (suggestion.clips.empty()) {
      fmt::print(out_, "           nothing  fits \"{}\"\n", suggestion.query);
    }
  } else if (frame.type == timeline.name) {
    auto times = body_of<Timeline>(frame);
    fmt::print(out_, "           took     {:.0f} ms:", times.total_ms);
    for (const app::TurnStage& stage : times.stages) {
      fmt::print(out_, " {} {:.1f}", stage.name, stage.took_ms);
    }
    fmt::print(out_, "\n");
  } else if (frame.type == live::error_event.name) {
    auto error = body_of<live::ErrorBody>(frame);
    fmt::print(out_, "           error    {}: {}\n", error.code, error.message);
  }
}

}  // namespace antiphon::director
