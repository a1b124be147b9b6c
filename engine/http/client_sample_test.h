#pragma once

// Servers that a test of the client scripts, in virtual time.

#include "engine/http/client.h"
#include "engine/http/sample_test.h"

namespace antiphon::http {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

inline constexpr std::string_view hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

// What a server does with its number-th connection.
using Script = std::function<Task<>(int number, std::shared_ptr<Stream> stream)>;

class ScriptedNetwork final : public Network {
 public:
  std::unique_ptr<Listener> listen(const Endpoint&) override { return nullptr; }
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant) override {
    reached.push_back(endpoint.text());
    if (refuses) throw Error(Code::unavailable, "Connection refused.");
    auto [near, far] = testing::memory_streams();
    servers.spawn(script(static_cast<int>(reached.size()), std::move(far)));
    co_return std::move(near);
  }
  Task<std::vector<std::string>> resolve(std::string host, Instant) override {
    auto found = names.find(host);
    co_return found == names.end() ? std::vector{host} : found->second;
  }

  Script script;
  bool refuses = false;
  std::map<std::string, std::vector<std::string>> names;
  std::vector<std::string> reached;
  TaskGroup servers{[](const std::exception_ptr&) {}};
};

// Reads one request; false when the client has ended.
inline Task<bool> read_request(Stream* stream) {
  std::string head;
  std::array<char, 1> byte;
  while (!head.ends_with("\r\n\r\n")) {
    if (co_await stream->read_some(byte) == 0) co_return false;
    head += byte[0];
  }
  auto at = head.find("Content-Length: ");
  std::size_t left = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  for (; left > 0; --left) {
    if (co_await stream->read_some(byte) == 0) co_return false;
  }
  co_return true;
}

// Answers every request alike.
inline Script always(std::string answer) {
  return [answer](int, std::shared_ptr<Stream> stream) -> Task<> {
    return [](std::shared_ptr<Stream> to, std::string text) -> Task<> {
      while (co_await read_request(to.get())) co_await to->write_all(text);
    }(std::move(stream), answer);
  };
}

// Answers with pieces, a pause before each, and ends.
inline Script pieces(std::vector<std::string> texts, Duration pause, bool ends = true) {
  return [=](int, std::shared_ptr<Stream> stream) -> Task<> {
    return [](std::shared_ptr<Stream> to, std::vector<std::string> all, Duration wait,
              bool then_ends) -> Task<> {
      co_await read_request(to.get());
      for (const std::string& text : all) {
        co_await sleep_for(wait);
        co_await to->write_all(text);
      }
      if (then_ends) {
        to->close();
      } else {
        co_await read_request(to.get());
      }
    }(std::move(stream), texts, pause, ends);
  };
}

class HttpClientTest : public ::testing::Test {
 protected:
  HttpClientTest() { network_.script = always(std::string(hello)); }

  // Runs a body with a client of the options.
  void with_client(std::function<Task<>(NetworkHttpClient& client)> body) {
    auto all = [&]() -> Task<> {
      NetworkHttpClient client(network_, options_);
      co_await body(client);
      co_await client.stop();
      network_.servers.cancel();
      co_await network_.servers.join();
    };
    time_.run(all());
  }

  static ClientRequest get(std::string target = "/") {
    return {.endpoint = {"example.test", 80}, .target = std::move(target)};
  }
  static Instant soon() { return Core::here().clock().steady() + 1000s; }

  // What a whole exchange ends with: "200 hello", or "too_slow body".
  static Task<std::string> outcome(NetworkHttpClient* client, ClientRequest request,
                                   Instant deadline) {
    auto answer = co_await client->open(std::move(request), deadline);
    std::optional<ClientFailure> failure;
    std::string body;
    if (!answer) failure = answer.error();
    std::array<char, 100> piece;
    while (!failure) {
      auto count = co_await (*answer)->read_some(piece);
      if (!count) failure = count.error();
      if (!count || *count == 0) break;
      body.append(piece.data(), *count);
    }
    if (!failure) co_return fmt::format("{} {}", (*answer)->status, body);
    EXPECT_THAT(failure->message, HasSubstr("example.test"));
    co_return fmt::format("{} {}", to_text(failure->kind), to_text(failure->stage));
  }
  std::string outcome_of(ClientRequest request) {
    std::string result;
    with_client([&](NetworkHttpClient& client) -> Task<> {
      result = co_await outcome(&client, request, soon());
    });
    return result;
  }
  std::string outcome_of(Script script) {
    network_.script = std::move(script);
    return outcome_of(get());
  }

  testing::VirtualTime time_;
  ScriptedNetwork network_;
  metrics::Registry registry_;
  ClientOptions options_{.reach = Reach::everywhere, .metrics = &registry_, .name = "test"};
};

}  // namespace antiphon::http
