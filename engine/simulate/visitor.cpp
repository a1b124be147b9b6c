#include "engine/simulate/visitor.h"

#include <boost/system/system_error.hpp>

#include "engine/async/call.h"
#include "engine/base/error.h"
#include "engine/live/close_code.h"
#include "engine/live/handshake.h"
#include "engine/simulate/errands.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

constexpr Duration ask_time_max = 60s;
constexpr std::string_view takes_path = "/api/v1/director/sessions";
constexpr int flood_messages = 600;
constexpr std::uint64_t takes_steps = 60;  // of talk in a take, about
constexpr std::string_view finish_id = "finish";
constexpr std::size_t sound_bytes = 16'000;  // half a second

constexpr std::string_view sentences[] = {
    "the football team won the match",   "stocks fell in the market today",
    "rain came down on the window",      "we took the train through the hills",
    "a quarterly philosophy seminar",    "the storm passed and the sun came out",
    "nobody talked about football then", "the railway was late because of the weather",
};

const Endpoint server_address{"simulated", 80};

}  // namespace

Visitor::Visitor(Surroundings& surroundings, unsigned number, const Plan& plan)
    : world_(surroundings),
      name_(std::to_string(number)),
      has_sound_(plan.sound),
      repeats_itself_(plan.models),
      reading_([this](const std::exception_ptr& failure) {
        try {
          std::rethrow_exception(failure);
        } catch (const std::exception& error) {
          world_.checker.fail(name_ + ": its client failed: " + error.what());
        }
      }) {
  for (unsigned i = 0; i < plan.readers; ++i) {
    readers_.push_back(std::make_shared<Reader>(fmt::format("{}.{}", number, i + 1)));
  }
}

Visitor::~Visitor() = default;

void Visitor::note(std::string_view who, std::string_view what) {
  world_.trace.add(Core::here().clock().now(), who, what);
}

Task<> Visitor::wait(Duration max) {
  co_await sleep_for(1ms + Duration(world_.random.below(static_cast<std::uint64_t>(max.count()))));
}

Task<> Visitor::live() {
  co_await wait(2s);
  co_await sign_in();
  do {
    co_await open_take();
    for (auto& reader : readers_) reading_.spawn(read(reader));
    co_await talk();
    co_await finish();
    co_await reading_.join();
    co_await look_back();
  } while (!world_.is_over);
  done_ = true;
}

// Asks until there is an answer, as good clients do.
Task<std::string> Visitor::ask(http::Method method, std::string path, std::string body) {
  for (;;) {
    http::ClientRequest request{
        .method = method, .endpoint = server_address, .target = path, .body = body};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    if (!token_.empty()) request.headers.set("Authorization", "Bearer " + token_);
    int status = 0;
    std::string answer;
    try {
      auto response = co_await world_.http.send(std::move(request),
                                                Core::here().clock().steady() + ask_time_max);
      status = response.status;
      answer = std::move(response.body);
    } catch (const Error& error) {
      answer = error.message();
    }
    note(name_, fmt::format("{} {} {}", path, status, answer));
    if (status / 100 == 2) co_return answer;
    if (status / 100 == 4 && status != 408) {
      world_.checker.fail(
          fmt::format("{}: {} is answered with {} {}", name_, path, status, answer));
      throw Error(Code::internal, "the server refuses what it should do");
    }
    co_await wait(2s);
  }
}

// The owner's token comes from a code that works once: when the answer is lost, a new one is asked.
Task<> Visitor::sign_in() {
  for (;;) {
    std::string code = world_.sign_in_code();
    if (!code.empty()) {
      http::ClientRequest request{.method = http::Method::post,
                                  .endpoint = server_address,
                                  .target = "/api/v1/identity/redeem",
                                  .body = R"({"code":")" + code + R"("})"};
      request.headers.set("Content-Type", "application/json");
      try {
        auto response = co_await world_.http.send(std::move(request),
                                                  Core::here().clock().steady() + ask_time_max);
        token_ = text_in(response.body, "token");
      } catch (const Error&) {
        token_.clear();
      }
      if (!token_.empty()) break;
    }
    co_await wait(2s);
  }
  if (world_.random.below(2) == 0) co_return;
  std::string guest = co_await ask(http::Method::post, "/api/v1/identity/session-tokens",
                                   R"({"lifetimeSeconds":86400})");
  token_ = text_in(guest, "token");
}

Task<> Visitor::open_take() {
  std::string opened =
      co_await ask(http::Method::post, std::string(takes_path), R"({"language":"en"})");
  session_ = text_in(opened, "sessionId");
  ended_ = wants_end_ = end_is_taken_ = false;
  unacknowledged_.clear();
}

// What was acknowledged is there, whatever happened since.
Task<> Visitor::look_back() {
  std::string take = co_await ask(http::Method::get, std::string(takes_path) + "/" + session_, "");
  if (text_in(take, "sessionId") != session_) world_.checker.fail(name_ + ": the take is lost");
}

Task<> Visitor::run_errand() {
  std::string name = fmt::format("{}-{}", name_, errands_.size());
  co_await ask(http::Method::post, std::string(Errands::path), R"({"name":")" + name + R"("})");
  errands_.push_back(name);
}

Task<> Visitor::talk() {
  while (!world_.is_over) {
    co_await wait(8s);
    if (ended_ || world_.faults.one_in(takes_steps)) co_return;
    switch (world_.random.below(20)) {
      case 0:
        if (world_.faults.one_in(2)) co_await run_errand();
        break;
      case 1: flood(); break;
      case 2:
      case 3:
      case 4: say_sound(); break;
      case 5: say(R"({"action":"layout","layout":"pip"})"); break;
      case 6: say_twice(); [[fallthrough]];
      default: say_words();
    }
  }
}

// What was acknowledged is not said again: the end must come, whatever happens.
Task<> Visitor::finish() {
  wants_end_ = true;
  while (!ended_) {
    if (!end_is_taken_) say(fmt::format(R"({{"action":"finish","id":"{}"}})", finish_id));
    co_await wait(10s);
  }
}

void Visitor::say_words() {
  std::int64_t mark = ++marks_;
  std::string_view sentence = sentences[world_.random.below(std::size(sentences))];
  unacknowledged_.emplace_back(
      mark,
      fmt::format(R"({{"action":"text","text":"{0} {1}","id":"{1}"}})", sentence, mark_of(mark)));
  say(unacknowledged_.back().second);
}

// The same words twice, with nothing that tells them apart: one question to a model, or a kept
// answer.
void Visitor::say_twice() {
  if (!repeats_itself_) return;
  std::string_view sentence = sentences[world_.random.below(std::size(sentences))];
  std::string message = fmt::format(R"({{"action":"text","text":"{}"}})", sentence);
  say(message);
  say(message);
}

void Visitor::say_sound() {
  Reader& speaker = *readers_.front();
  if (!has_sound_ || !speaker.is_attached) return;
  for (int i = 0; i < 4; ++i) {
    speaker.socket->send(live::Opcode::binary, std::string(sound_bytes, '\0'));
  }
}

void Visitor::flood() {
  if (!world_.faults.floods() || !readers_.front()->is_attached) return;
  for (int i = 0; i < flood_messages; ++i) say(R"({"action":"resume"})");
}

void Visitor::say(const std::string& json) {
  Reader& speaker = *readers_.front();
  if (speaker.is_attached) speaker.socket->send(live::Opcode::text, json);
}

Task<> Visitor::read(std::shared_ptr<Reader> reader) {
  while (!ended_) {
    try {
      co_await attach(reader);
    } catch (const Error& error) {
      note(reader->name, error.message());
    }
    reader->is_attached = false;
    reader->socket.reset();
    co_await wait(2s);
  }
}

// One connection, from hello to its end.
Task<> Visitor::attach(std::shared_ptr<Reader> reader) {
  Instant deadline = Core::here().clock().steady() + 20s;
  live::WebSocketTarget target{.endpoint = server_address,
                               .path = "/ws/director",
                               .protocol = std::string(live::native_protocol)};
  reader->socket =
      co_await live::connect_websocket(world_.http, world_.random, std::move(target), deadline);
  co_await reader->socket->run(receive_all(reader));
  on_close(*reader);
}

Task<> Visitor::receive_all(std::shared_ptr<Reader> reader) {
  live::Hello hello{.type = "hello", .token = token_, .session_id = session_};
  auto known = world_.checker.position(reader->name + session_);
  if (known) hello.resume_from = live::ResumeFrom{known->epoch, known->seq};
  reader->socket->send(live::Opcode::text, schema::to_json(hello));
  while (auto incoming = co_await reader->socket->receive()) on_text(*reader, incoming->payload);
}

void Visitor::on_text(Reader& reader, const std::string& json) {
  note(reader.name, json);
  std::string who = reader.name + session_;
  std::string_view type = text_in(json, "type");
  if (!reader.is_attached) {
    if (type != "welcome") return world_.checker.fail(reader.name + ": the first frame is " + json);
    auto known = world_.checker.position(who);
    world_.checker.on_welcome(who, session_, json, known);
    reader.is_attached = true;
    // What was lost with an epoch has to be said again.
    bool is_new_epoch = known && known->epoch != world_.checker.position(who)->epoch;
    if (is_new_epoch) end_is_taken_ = false;
    if (&reader == readers_.front().get()) on_connected();
    return;
  }
  world_.checker.on_frame(who, json);
  if (type == "ended") ended_ = true;
  if (type == "ack") {
    std::string_view id = text_in(json, "id");
    if (id == finish_id) end_is_taken_ = true;
    std::erase_if(unacknowledged_, [&](const auto& sent) { return mark_of(sent.first) == id; });
  }
}

// It cannot know which of its messages arrived: their ids make it safe to send them again.
void Visitor::on_connected() {
  for (const auto& [mark, message] : unacknowledged_) say(message);
}

void Visitor::on_close(Reader& reader) {
  auto end = reader.socket->end().value_or(live::WebSocket::End{});
  note(reader.name, fmt::format("closed {} {}", static_cast<int>(end.code), end.reason));
  switch (end.code) {
    case live::CloseCode::no_such_session:
      // It ended while this reader was away.
      if (!ended_ && !wants_end_) world_.checker.fail(reader.name + ": the session is lost");
      ended_ = true;
      break;
    case live::CloseCode::protocol_error:
    case live::CloseCode::invalid_payload:
    case live::CloseCode::policy_violation:
    case live::CloseCode::unauthorised:
    case live::CloseCode::too_many:
    case live::CloseCode::internal_error:
      world_.checker.fail(fmt::format("{}: closed with {} {}", reader.name,
                                      static_cast<int>(end.code), end.reason));
      break;
    default: break;
  }
}

}  // namespace antiphon::simulate
