#pragma once

// A small server for the tests of this room.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/http/server.h"
#include "engine/testing/memory_stream.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::http {

struct Greeting {
  std::string text;
};
inline auto describe(schema::Tag<Greeting>) {
  return schema::object<Greeting>("Greeting", "What is said").field("text", &Greeting::text, "It");
}

struct Greet {
  std::string person;
  std::string text;
  std::optional<int> times;
};
inline auto describe(schema::Tag<Greet>) {
  return schema::object<Greet>("Greet", "Whom to greet, and how")
      .field("person", &Greet::person, "Who", schema::max_length(20))
      .field("text", &Greet::text, "With what words", schema::min_length(2))
      .field("times", &Greet::times, "How often", schema::min(1), schema::max(9));
}

struct ListGreetings : PageQuery {
  std::string person;
};
inline auto describe(schema::Tag<ListGreetings>) {
  return page_fields(schema::object<ListGreetings>("ListGreetings"))
      .field("person", &ListGreetings::person, "Who");
}

struct House {
  std::string name = "Home";
  Greeting hall{"here"};
  int floors = 2;
};
inline auto describe(schema::Tag<House>) {
  return schema::object<House>("House", "Where people are greeted")
      .field("name", &House::name, "How it is called")
      .field("hall", &House::hall, "What is said in the hall")
      .field("floors", &House::floors, "How many");
}

class Greetings {
 public:
  void mount(Router& router) {
    router.add({.method = Method::post,
                .path = "/greetings/{person}",
                .aliases = {"/hello/{person}"},
                .permission = "greeting:create",
                .rate = RateClass::create,
                .summary = "Greet somebody"},
               this, &Greetings::greet);
    router.add({.path = "/greetings/{person}", .permission = "greeting:read"}, this,
               &Greetings::list);
    router.add({.method = Method::del, .path = "/greetings", .permission = "greeting:delete"}, this,
               &Greetings::forget);
    router.add(
        {.method = Method::put, .path = "/echo", .permission = "public", .body_bytes_max = 100'000},
        this, &Greetings::echo);
    router.add({.path = "/house", .permission = "public"}, this, &Greetings::house);
    router.add({.path = "/stream", .permission = "public"}, this, &Greetings::stream);
    router.add({.path = "/socket", .permission = "public"}, this, &Greetings::socket);
    router.add({.path = "/never", .permission = "public"}, this, &Greetings::never);
    router.add({.path = "/broken", .permission = "public"}, this, &Greetings::broken);
  }

  Task<Created<Greeting>> greet(Call, Greet input) {
    co_return Created<Greeting>{{input.text + ", " + input.person}, "/greetings/1"};
  }
  Task<Page<Greeting>> list(Call, ListGreetings input) {
    co_return Page<Greeting>{{{"hello, " + input.person}}, make_cursor("1")};
  }
  Task<House> house(Call) { co_return House{}; }
  Task<NoContent> forget(Call) { co_return NoContent{}; }
  Task<Response> echo(Call, Request request) { co_return text(co_await request.read_all()); }
  Task<Response> stream(Call, Request) {
    co_return Response{.body = StreamedBody(&Greetings::count_to_three)};
  }
  static Task<> count_to_three(BodyWriter write) {
    for (int i = 1; i <= 3; ++i) co_await write(fmt::format("{}\n", i));
  }
  Task<> socket(Call, Request request, Takeover takeover) {
    if (!request.headers.find("Upgrade")) throw Error(Code::invalid, "Ask for an upgrade.");
    TakenSocket socket = takeover.take();
    co_await socket.stream->write_all("HTTP/1.1 101 Switching Protocols\r\n\r\ngot " +
                                      socket.received);
  }
  Task<NoContent> never(Call) {
    co_await sleep_for(std::chrono::hours(1));
    co_return NoContent{};
  }
  Task<NoContent> broken(Call) {
    throw std::runtime_error("the secret reason");
    co_return NoContent{};
  }
};

inline Task<std::string> read_to_end(Stream* stream) {
  std::string all;
  std::array<char, 4096> piece;
  while (std::size_t count = co_await stream->read_some(piece)) all.append(piece.data(), count);
  co_return all;
}

/// A server with Greetings over streams in memory, in virtual time.
class VirtualServerTest : public ::testing::Test {
 protected:
  VirtualServerTest() { greetings_.mount(router_); }

  template <class T>
  T run(Task<T> task) {
    return time_.run(std::move(task));
  }

  /// Sends all of `bytes` at once, ends, and gives everything that comes back.
  std::string exchange(std::string bytes) { return run(exchange_with(std::move(bytes))); }

  Task<std::string> exchange_with(std::string bytes) {
    Server server(router_, gate_, random_, options_);
    auto [near, far] = testing::memory_streams(std::size_t{4} << 20);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    co_await near->write_all(bytes);
    co_await near->end_writing();
    std::string answer = co_await read_to_end(near.get());
    co_await tasks.join();
    co_await server.stop();
    co_return answer;
  }

  testing::VirtualTime time_;
  Greetings greetings_;
  Router router_;
  OpenGate gate_;
  SeededRandom random_{1};
  ServerOptions options_;
};

}  // namespace antiphon::http
