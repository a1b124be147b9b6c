// E-5, E-21: a new server takes over from a running one under load. No attempt to connect is
// refused or reset, no event of a live session is lost, doubled or reordered, no message takes
// effect twice.
//
// TAKEOVER_CONNECTIONS sets the number of clients (300; `make takeover`: 5,000).

#include <sys/resource.h>

#include <cstdlib>

#include "engine/async/call.h"
#include "engine/http/problem.h"
#include "engine/live/client.h"
#include "engine/schema/json.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using namespace std::chrono_literals;

constexpr int take_overs = 2;
constexpr int chunks_of_an_answer = 10;
constexpr std::size_t connections_per_guest = 40;  // a principal may have 50
constexpr std::size_t beginners_max = 64;          // who connect for the first time at once
constexpr int knockers = 4;
// While no process accepts an attempt waits in the kernel, without an answer and without harm.
constexpr http::ClientLimits patient{.connect_time = 60s, .first_byte_time = 60s};

std::size_t connection_count() {
  const char* given = std::getenv("TAKEOVER_CONNECTIONS");
  return given ? std::stoul(given) : 300;
}

// What all clients saw.
struct Tally {
  std::size_t events = 0;
  std::size_t answers = 0;
  std::size_t came_back = 0;
  std::size_t sent_away = 0;  ///< by 1012 before welcome: told, not reset
  std::size_t knocks = 0;
  Duration longest_knock{};
  std::vector<std::string> wrong;

  void fault(std::string what) {
    if (wrong.size() < 20) wrong.push_back(std::move(what));
  }
};

// One client of a session that talks by itself: checks that each of its events comes, once and in
// order, and now and then asks a question, again after a break until it is acknowledged.
class Visitor {
 public:
  Visitor(http::HttpClient& http, Random& random, live::Client::Options options, Tally& tally)
      : client_(http, random, std::move(options)), tally_(tally) {}

  Task<> visit(const bool* is_over, std::int64_t every_ms) {
    return client_.run(listen(is_over, every_ms));
  }
  std::int64_t heard() const { return heard_; }

 private:
  static constexpr std::int64_t question_interval = 20;  // events

  Task<> listen(const bool* is_over, std::int64_t every_ms) {
    co_await client_.connect();
    client_.send(fmt::format(R"({{"type":"narrate","everyMs":{}}})", every_ms));
    while (!*is_over) {
      auto frame = co_await client_.receive();
      if (frame) {
        take(*frame);
      } else if (!co_await come_back()) {
        co_return;
      }
    }
  }

  Task<bool> come_back() {
    if (client_.close_code() != live::CloseCode::restart) {
      tally_.fault(fmt::format("closed with {}", static_cast<int>(client_.close_code())));
    }
    auto before = client_.position();
    for (;;) {
      try {
        co_await client_.resume();
        break;
      } catch (const Error& error) {
        if (client_.close_code() != live::CloseCode::restart) {
          tally_.fault("coming back: " + error.message() + " " + error.detail());
          co_return false;
        }
        ++tally_.sent_away;
      }
    }
    ++tally_.came_back;
    bool recovered = client_.welcome().recovered && client_.position() == before;
    if (!recovered) tally_.fault("it came back and got a snapshot");
    if (asked_ > acknowledged_) ask();
    co_return recovered;
  }

  void take(const live::ServerFrame& frame) {
    if (frame.type == "said") {
      ++tally_.events;
      std::int64_t number = frame.value.at("/number").integer();
      if (number != ++heard_) tally_.fault(fmt::format("event {} in place of {}", number, heard_));
      if (heard_ % question_interval == 1 && asked_ == acknowledged_) {
        ++asked_;
        ask();
      }
    } else if (frame.type == "chunk") {
      take_chunk(frame.value);
    } else if (frame.type == "ack") {
      acknowledged_ = asked_;
    } else if (frame.type == "error") {
      tally_.fault(frame.json);
    }
  }

  void take_chunk(const schema::Value& chunk) {
    std::int64_t place =
        (chunk.at("/number").integer() - 1) * chunks_of_an_answer + chunk.at("/part").integer();
    if (place != chunks_++)
      tally_.fault(fmt::format("chunk {} in place of {}", place, chunks_ - 1));
    if (chunk.at("/final").boolean()) ++tally_.answers;
  }

  void ask() {
    client_.send(
        fmt::format(R"({{"type":"message","id":"q-{0}","number":{0},"text":"What?"}})", asked_));
  }

  live::Client client_;
  Tally& tally_;
  std::int64_t heard_ = 0;
  std::int64_t asked_ = 0;
  std::int64_t acknowledged_ = 0;
  std::int64_t chunks_ = 0;
};

class TakeoverTest : public SystemTest {
 protected:
  TakeoverTest() : crowd_(connection_count()), every_ms_(crowd_ > 1000 ? 2000 : 500) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    if (crowd_ > 1000) patience_ = 10min;
  }

  Task<std::unique_ptr<ServerProcess>> serve_bench(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--log-level", "warning"});
    ProgramSpec spec{.program = std::filesystem::path(ANTIPHON_PROGRAMS) / "bench/antiphon-bench",
                     .arguments = std::move(arguments)};
    return ServerProcess::start(std::move(spec), folder("data"), soon());
  }

  Task<std::vector<std::string>> guests(ServerProcess& server, std::size_t count) {
    std::string owner = co_await owner_token(server);
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < count; ++i) {
      auto guest = co_await ask_json(server, http::Method::post, "/api/v1/identity/session-tokens",
                                     "{}", owner);
      tokens.push_back(guest.at("/token").text());
    }
    co_return tokens;
  }

  // All of them, a few at a time, until each has heard something.
  Task<> invite(ServerProcess& server) {
    auto tokens = co_await guests(server, crowd_ / connections_per_guest + 1);
    for (std::size_t i = 0; i < crowd_; ++i) {
      live::Client::Options options;
      options.target = {.endpoint = server.endpoint(), .path = "/ws/bench"};
      options.connect_timeout = std::chrono::seconds(60);
      options.attempts_max = 1;
      const std::string& token = tokens[i / connections_per_guest];
      options.target.headers.set("Authorization", "Bearer " + token);
      visitors_.push_back(std::make_unique<Visitor>(patient_http_, random_, options, tally_));
      visits_.spawn(visitors_.back()->visit(&is_over_, every_ms_));
      while (silent() > beginners_max && tally_.wrong.empty()) co_await sleep_for(5ms);
    }
  }
  std::size_t silent() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        visitors_, [](const auto& visitor) { return visitor->heard() == 0; }));
  }

  // Every visitor hears this many events more.
  Task<> hear_on(std::int64_t events) {
    std::vector<std::int64_t> wanted;
    for (const auto& visitor : visitors_) wanted.push_back(visitor->heard() + events);
    for (std::size_t i = 0; i < visitors_.size(); ++i) {
      while (visitors_[i]->heard() < wanted[i] && tally_.wrong.empty()) co_await sleep_for(10ms);
    }
  }

  // A connection of its own each time, as fast as they are answered.
  Task<> knock(Endpoint endpoint) {
    while (!is_over_) {
      Instant began = clock_.steady();
      try {
        co_await knock_once(endpoint);
      } catch (const std::exception& failure) {
        tally_.fault(fmt::format("knock: {}", failure.what()));
      }
      ++tally_.knocks;
      tally_.longest_knock = std::max(tally_.longest_knock, clock_.steady() - began);
      co_await sleep_for(10ms);
    }
  }
  Task<> knock_once(Endpoint endpoint) {
    auto stream = co_await network_.connect(endpoint, soon());
    co_await stream->write_all("GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    std::string answer;
    std::array<char, 4096> piece;
    while (std::size_t count = co_await stream->read_some(piece))
      answer.append(piece.data(), count);
    if (!answer.starts_with("HTTP/1.1 200 ")) tally_.fault("knock: " + answer.substr(0, 200));
  }

  // The new server serves when this returns, and the old one has ended well.
  Task<> take_over(std::unique_ptr<ServerProcess>& server) {
    Instant began = clock_.steady();
    auto next = co_await serve_bench({"--take-over"});
    EXPECT_EQ(next->endpoint(), server->endpoint());
    ExitStatus status = co_await server->program().ended(soon());
    EXPECT_TRUE(status.ok()) << status.text() << server->program().log_tail();
    took_.push_back(clock_.steady() - began);
    server = std::move(next);
  }

  void report() const {
    auto ms = [](Duration time) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    };
    std::string took;
    for (Duration each : took_) took += fmt::format(" {} ms", ms(each));
    fmt::print(
        "{} connections, {} take-overs of{}: {} events, {} answers, {} came back, {} sent "
        "away before welcome, {} knocks, longest {} ms, {} wrong\n",
        crowd_, took_.size(), took, tally_.events, tally_.answers, tally_.came_back,
        tally_.sent_away, tally_.knocks, ms(tally_.longest_knock), tally_.wrong.size());
  }

  std::size_t crowd_;
  std::int64_t every_ms_;
  http::NetworkHttpClient patient_http_{network_,
                                        {.reach = http::Reach::everywhere, .limits = patient}};
  Tally tally_;
  bool is_over_ = false;
  std::vector<std::unique_ptr<Visitor>> visitors_;
  std::vector<Duration> took_;
  TaskGroup visits_{[this](const std::exception_ptr& failure) {
    tally_.fault(http::error_from(failure).message());
  }};
};

TEST_F(TakeoverTest, under_load_nothing_is_reset_and_nothing_is_lost) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve_bench({});
    co_await invite(*server);
    TaskGroup outside([](const std::exception_ptr&) {});
    for (int i = 0; i < knockers; ++i) outside.spawn(knock(server->endpoint()));
    for (int i = 0; i < take_overs && tally_.wrong.empty(); ++i) {
      co_await hear_on(2);
      co_await take_over(server);
      co_await hear_on(2);
    }
    is_over_ = true;
    co_await visits_.join();
    co_await outside.join();
    EXPECT_TRUE((co_await stop(server->program())).ok()) << server->program().log_tail();
    report();
    EXPECT_EQ(tally_.wrong, std::vector<std::string>{});
    EXPECT_EQ(tally_.came_back, crowd_ * take_overs);
    EXPECT_GE(tally_.answers, crowd_);
    EXPECT_GT(tally_.knocks, 0u);
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
