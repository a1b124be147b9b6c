// E-21: a client that loses its connection at any byte, and whose server is killed, gets every
// undroppable event once and in order. RESUME_CUTS and RESUME_KILLS say how often (20; `make
// resume`: 500 and 100).

#include <deque>

#include "engine/async/call.h"
#include "engine/http/problem.h"
#include "engine/live/client.h"
#include "engine/schema/json.h"
#include "test/support/networks.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

constexpr int few_rounds = 20;
constexpr std::size_t window = 4;
constexpr std::size_t lively = 50;  // undroppable events a second: only then a break is a round
constexpr std::chrono::seconds second{1};

int rounds_of(const char* name) {
  const char* given = std::getenv(name);
  return given ? std::max(1, std::atoi(given)) : few_rounds;
}

// Says numbered sentences to a take and keeps them until they are acknowledged, as a careful
// client does: what was not acknowledged is said again after a break.
class Speaker {
 public:
  Speaker(http::HttpClient& http, Random& random, live::Client::Options options)
      : client_(http, random, std::move(options)) {}

  Task<> speak() { return client_.run(conversation()); }
  void stop() { stopping_ = true; }
  std::size_t acknowledged() const { return acknowledged_; }
  /// How many undroppable events the session had in the last second.
  std::size_t liveliness() {
    while (!recent_.empty() && recent_.front() < now() - second) recent_.pop_front();
    return recent_.size();
  }

 private:
  static Instant now() { return Core::here().clock().steady(); }

  Task<> conversation() {
    co_await client_.connect();
    while (!stopping_ || acknowledged_ < said_) {
      while (!stopping_ && said_ < acknowledged_ + window) say(++said_);
      auto frame = co_await client_.receive();
      if (frame && frame->is_logged) recent_.push_back(now());
      if (!frame) {
        co_await client_.resume();
        for (std::size_t i = acknowledged_ + 1; i <= said_; ++i) say(i);
      } else if (frame->type == "ack") {
        // Acknowledgements come in order, and again for what was said again.
        std::size_t number = std::stoul(frame->value.at("/id").text());
        EXPECT_LE(number, acknowledged_ + 1);
        acknowledged_ = std::max(acknowledged_, number);
      }
    }
  }

  void say(std::size_t number) {
    client_.send(fmt::format(R"({{"action":"text","id":"{0}","text":"sentence {0}"}})", number));
  }

  live::Client client_;
  std::size_t said_ = 0;
  std::size_t acknowledged_ = 0;
  std::deque<Instant> recent_;
  bool stopping_ = false;
};

// Listens to a take over connections that break, and checks all that it is told.
class Listener {
 public:
  Listener(http::HttpClient& http, Random& random, live::Client::Options options)
      : client_(http, random, std::move(options)) {}

  Task<> listen(Task<> conversation) { return client_.run(std::move(conversation)); }
  live::Client& client() { return client_; }
  std::size_t events() const { return events_; }
  std::size_t sentences() const { return sentences_; }

  /// One frame; false when the connection broke.
  Task<bool> hear() {
    auto frame = co_await client_.receive();
    if (!frame) co_return false;
    if (frame->is_logged) {
      ++events_;
      EXPECT_EQ(frame->seq, ++last_seq_);
      hear_sentence(frame->value);
    }
    co_return true;
  }

  Task<> connect() {
    co_await client_.connect();
    last_seq_ = client_.position().seq;
  }

  Task<> resume() {
    auto before = client_.position();
    co_await client_.resume();
    EXPECT_TRUE(client_.welcome().recovered);
    EXPECT_EQ(client_.position(), before);
  }

 private:
  void hear_sentence(const schema::Value& event) {
    if (event.at("/type").text() != "transcription") return;
    ++sentences_;
    EXPECT_EQ(event.at("/text").text(), fmt::format("sentence {}", sentences_));
    EXPECT_EQ(event.at("/utterance").unsigned_integer(), sentences_);
  }

  live::Client client_;
  std::uint64_t last_seq_ = 0;
  std::size_t events_ = 0;
  std::size_t sentences_ = 0;
};

class ResumeTest : public SystemTest {
 protected:
  // Opens a take; gives how to reach it.
  Task<live::Client::Options> open_take(ServerProcess& server) {
    std::string token = co_await owner_token(server);
    auto take =
        co_await ask_json(server, http::Method::post, "/api/v1/director/sessions", "{}", token);
    co_return live::Client::Options{
        .target = {.endpoint = server.endpoint(), .path = take.at("/wsUrl").text()},
        .token = token,
        .attempts_max = 30};
  }

  // Gives how often, and the time that it takes.
  int rounds(const char* name) {
    int wanted = rounds_of(name);
    patience_ += 5 * second * wanted;
    return wanted;
  }

  void report(const char* what, int rounds, const Listener& listener, Instant began) {
    double seconds = std::chrono::duration<double>(clock_.steady() - began).count();
    fmt::print("{} {}, {} events ({:.0f} a second), {} sentences\n", rounds, what,
               listener.events(), static_cast<double>(listener.events()) / seconds,
               listener.sentences());
  }

  SeededRandom chance_{20260301};
};

TEST_F(ResumeTest, over_cuts_at_random_bytes_every_event_comes_once) {
  int wanted = rounds("RESUME_CUTS");
  int cuts = 0;
  int lively_cuts = 0;
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data");
    auto options = co_await open_take(*server);
    CuttingNetwork breaking(server->endpoint());
    http::NetworkHttpClient breaking_http(breaking, {.reach = http::Reach::everywhere});
    TaskGroup speaking([](const std::exception_ptr& failure) {
      ADD_FAILURE() << http::error_from(failure).message();
    });
    Speaker speaker(http_, random_, options);
    Listener listener(breaking_http, random_, options);
    Instant began = clock_.steady();
    auto listen = [&]() -> Task<> {
      co_await listener.connect();
      speaking.spawn(speaker.speak());
      breaking.cut_after([&] { return std::optional(chance_.below(60'000)); });
      for (; lively_cuts < wanted && cuts < 3 * wanted; ++cuts) {
        co_await listener.resume();
        while (co_await listener.hear()) {
        }
        lively_cuts += speaker.liveliness() >= lively ? 1 : 0;
      }
      breaking.cut_after({});
      speaker.stop();
      co_await speaking.join();
      co_await listener.resume();
      while (listener.sentences() < speaker.acknowledged() && co_await listener.hear()) {
      }
    };
    co_await listener.listen(listen());
    EXPECT_EQ(listener.sentences(), speaker.acknowledged());
    report("cuts", cuts, listener, began);
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
  EXPECT_GE(lively_cuts, wanted) << "of " << cuts << " cuts";
}

TEST_F(ResumeTest, over_kills_of_the_server_every_event_comes_once) {
  int wanted = rounds("RESUME_KILLS");
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data");
    auto options = co_await open_take(*server);
    CuttingNetwork moving(server->endpoint());
    http::NetworkHttpClient moving_http(moving, {.reach = http::Reach::everywhere});
    TaskGroup speaking([](const std::exception_ptr& failure) {
      ADD_FAILURE() << http::error_from(failure).message();
    });
    Speaker speaker(moving_http, random_, options);
    Listener listener(moving_http, random_, options);
    Instant began = clock_.steady();
    auto listen = [&]() -> Task<> {
      co_await listener.connect();
      speaking.spawn(speaker.speak());
      for (int kills = 0; kills < wanted; ++kills) {
        std::size_t enough = listener.events() + 50 + chance_.below(100);
        auto is_time = [&] {
          return listener.events() >= enough && speaker.liveliness() >= lively;
        };
        while (!is_time() && co_await listener.hear()) {
        }
        co_await server->program().kill();
        server = co_await serve("data");
        moving.move_to(server->endpoint());
        co_await listener.resume();
      }
      speaker.stop();
      co_await speaking.join();
      while (listener.sentences() < speaker.acknowledged() && co_await listener.hear()) {
      }
    };
    co_await listener.listen(listen());
    EXPECT_EQ(listener.sentences(), speaker.acknowledged());
    report("kills", wanted, listener, began);
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
