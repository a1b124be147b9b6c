#include "engine/load/user.h"

#include "engine/async/call.h"
#include "engine/schema/json.h"

namespace antiphon::load {
namespace {

constexpr std::size_t inbox_frames_max = 1'024;
constexpr std::size_t piece_samples = speech::sample_rate_hz / 10;
constexpr Duration sign_in_time_max = std::chrono::seconds(30);

std::string text_of(const schema::Value& value) {
  return value.is_text() ? value.text() : schema::to_json(value);
}

bool fits(const schema::Value& frame, const std::string& field, const std::string& wanted) {
  const schema::Value* value = frame.find(field);
  return value != nullptr && (wanted == "*" || text_of(*value) == wanted);
}

/// A step that did not go as the script says, with the kind that is counted, and more in words.
Error unlike_script(std::string kind, std::string said = {}) {
  return Error(Code::unprocessable, std::move(kind)).detail(std::move(said));
}

Error unlike_script(const http::ClientResponse& answer) {
  std::string said;
  try {
    schema::Value problem = schema::parse_value(answer.body);
    if (const schema::Value* detail = problem.find("detail")) said = text_of(*detail);
  } catch (const Error&) {
    // No problem document: the status says it all.
  }
  return unlike_script(fmt::format("answered {}", answer.status), std::move(said));
}

void count_failure(Tally& tally, const std::string& step, const Error& error) {
  bool is_ours = error.code() == Code::unprocessable;
  tally.failed(step, is_ours ? error.message() : std::string(to_text(error.code())),
               is_ours ? error.detail() : error.message());
}

}  // namespace

User::User(Visit visit, std::int64_t number)
    : visit_(visit),
      http_(visit.network, {.reach = http::Reach::everywhere, .pool = {.connections_min = 0}}),
      token_(visit.target.token),
      variables_{{"user", std::to_string(number)}} {}

Task<> User::live(Instant arrival) {
  co_await sleep_until(arrival);
  if (visit_.scenario.guests && !co_await be_let_in()) co_return;
  co_await play_rounds(visit_.scenario.guests ? now() : arrival);
  co_await http_.stop();
}

Task<bool> User::be_let_in() {
  try {
    auto answer = co_await http_.send(
        make_request(http::Method::post, "/api/v1/identity/session-tokens", "{}"),
        now() + sign_in_time_max);
    if (answer.status != 201) throw unlike_script(answer);
    token_ = schema::parse_value(answer.body).at("/token").text();
    co_return true;
  } catch (const Error& error) {
    count_failure(visit_.tally, "guest's token", error);
    visit_.tally.dropped(rounds_due(now()));
    co_return false;
  }
}

// A user who is behind begins the next round at once; what was due when the time is over is told.
Task<> User::play_rounds(Instant begin) {
  Duration every = visit_.scenario.every;
  for (std::int64_t round = 1;; ++round) {
    intended_ = every > Duration::zero() ? begin + every * (round - 1) : now();
    if (intended_ >= visit_.end) co_return;
    co_await sleep_until(intended_);
    if (now() >= visit_.end) co_return visit_.tally.dropped(rounds_due(intended_));
    variables_["round"] = std::to_string(round);
    playing_ = true;
    if (co_await play_round()) visit_.tally.round_done();
    playing_ = false;
  }
}

std::int64_t User::rounds_due(Instant from) const {
  Duration every = visit_.scenario.every;
  if (every == Duration::zero() || from >= visit_.end) return 0;
  return (visit_.end - from + every - Duration(1)) / every;
}

// Gives whether it went to its end; a step that fails ends it.
Task<bool> User::play_round() {
  next_ = 0;
  try {
    while (next_ < visit_.scenario.steps.size()) co_await play();
    co_return true;
  } catch (const Error& error) {
    const Step& step = visit_.scenario.steps[next_ - 1];
    count_failure(visit_.tally, step.name.empty() ? "connection" : step.name, error);
    co_return false;
  }
}

// The steps until the end or a `close`. What stands between `open` and `close` is played inside of
// the conversation that `open` begins.
Task<> User::play() {
  while (next_ < visit_.scenario.steps.size()) {
    const Step& step = visit_.scenario.steps[next_++];
    if (step.action == Action::close) co_return;
    co_await play(&step);
  }
}

Task<> User::play(const Step* step) {
  switch (step->action) {
    case Action::request: return request(step);
    case Action::open: return open(step);
    case Action::audio: return speak(step);
    case Action::expect: return expect(step);
    case Action::send: return send(step);
    case Action::think:
    case Action::close: break;
  }
  return think(step);
}

Task<> User::request(const Step* step) {
  auto request = make_request(*http::parse_method(step->method), fill_in(step->path, variables_),
                              fill_in(step->body, variables_));
  request.limits = http::ClientLimits{.first_byte_time = step->within, .gap_time = step->within};
  auto answer = co_await http_.send(std::move(request), now() + step->within);
  if (answer.status != step->status) {
    throw unlike_script(answer);
  }
  keep(*step, answer);
  done(*step, now());
}

void User::keep(const Step& step, const http::ClientResponse& answer) {
  if (step.keep.empty()) return;
  try {
    auto body = schema::parse_value(answer.body);
    for (const auto& [name, pointer] : step.keep) variables_[name] = text_of(body.at(pointer));
  } catch (const Error&) {
    throw unlike_script("the answer lacks what is kept of it");
  }
}

http::ClientRequest User::make_request(http::Method method, std::string path,
                                       std::string body) const {
  http::ClientRequest request{.method = method,
                              .endpoint = visit_.target.endpoint,
                              .target = std::move(path),
                              .body = std::move(body)};
  if (!request.body.empty()) request.headers.set("Content-Type", "application/json");
  if (!token_.empty()) request.headers.set("Authorization", "Bearer " + token_);
  return request;
}

Task<> User::open(const Step* step) {
  live::Client client(
      http_, visit_.random,
      {.target = {.endpoint = visit_.target.endpoint, .path = fill_in(step->path, variables_)},
       .token = token_});
  co_await client.run(converse(&client, step));
}

Task<> User::converse(live::Client* client, const Step* step) {
  co_await within(now() + step->within, client->connect());
  done(*step, now());
  Inbox inbox;
  client_ = client;
  inbox_ = &inbox;
  TaskGroup reading([](const std::exception_ptr&) {});
  reading.spawn(read(client, &inbox));
  auto outcome = std::make_shared<Outcome<void>>();
  co_await settle(play(), outcome);
  co_await reading.stop();
  outcome->take();
}

Task<> User::read(live::Client* client, Inbox* inbox) {
  try {
    while (auto frame = co_await client->receive()) {
      if (inbox->frames.size() == inbox_frames_max) inbox->frames.pop_front();
      inbox->frames.push_back({std::move(*frame), Core::here().clock().steady()});
      inbox->changed.wake();
    }
    inbox->ended = fmt::format("closed with {}", static_cast<int>(client->close_code()));
  } catch (const Error&) {
    inbox->ended = "an event was missing or came twice";
  }
  inbox->changed.wake();
}

Task<> User::send(const Step* step) {
  client_->send(fill_in(step->frame, variables_));
  co_return;
}

Task<> User::speak(const Step* step) {
  std::span<const speech::Sample> sound = visit_.sounds.at(step->file);
  for (std::size_t begin = 0; begin < sound.size(); begin += piece_samples) {
    auto piece = sound.subspan(begin, std::min(piece_samples, sound.size() - begin));
    client_->send_audio(piece);
    intended_ += std::chrono::microseconds(piece.size() * 1'000'000 / speech::sample_rate_hz);
    co_await sleep_until(intended_);
  }
}

Task<> User::expect(const Step* step) {
  Instant deadline = intended_ + step->within;
  for (;;) {
    if (auto at = take_match(*step)) co_return done(*step, *at);
    if (!inbox_->ended.empty()) throw unlike_script(inbox_->ended);
    co_await within(deadline, inbox_->changed.wait());
  }
}

// When the event came, if it did; those before it are passed over.
std::optional<Instant> User::take_match(const Step& step) {
  while (!inbox_->frames.empty()) {
    Inbox::Arrived next = std::move(inbox_->frames.front());
    inbox_->frames.pop_front();
    if (next.frame.type != step.event) continue;
    bool matches = std::ranges::all_of(step.where, [&](const auto& wanted) {
      return fits(next.frame.value, wanted.first, fill_in(wanted.second, variables_));
    });
    if (matches) return next.at;
  }
  return std::nullopt;
}

Task<> User::think(const Step* step) {
  intended_ += step->time;
  if (step->time_max > step->time) {
    auto more = static_cast<std::uint64_t>((step->time_max - step->time).count());
    intended_ += std::chrono::milliseconds(visit_.random.below(more + 1));
  }
  co_await sleep_until(intended_);
}

void User::done(const Step& step, Instant at) {
  visit_.tally.done(step.name, std::max(Duration::zero(), at - intended_));
  intended_ = at;
}

}  // namespace antiphon::load
