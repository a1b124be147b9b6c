#pragma once

// Speech servers that a test scripts, in virtual time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/async/network.h"
#include "engine/async/task_group.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/http/client.h"
#include "engine/http/multipart.h"
#include "engine/remote_speech/hearing.h"
#include "engine/speech/sample_speech.h"
#include "engine/testing/memory_stream.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::remote_speech::samples {

using namespace std::chrono_literals;

// What came to a server.
struct Came {
  std::string head;
  std::string body;

  std::string target() const { return head.substr(0, head.find(" HTTP/")); }
  std::string field(const std::string& name) const {
    std::string list;
    for (const http::Part& part : http::parse_multipart(type(), body)) {
      if (part.name == name) list += (list.empty() ? "" : ",") + std::string(part.content);
    }
    return list;
  }
  std::string type() const {
    auto at = head.find("Content-Type: ");
    return head.substr(at + 14, head.find("\r\n", at) - at - 14);
  }
  // The sound of a WAV file within the form.
  Sound sound() const {
    std::string wav = field("file") + field("audio_file");
    Sound samples((wav.size() - 44) / 2);
    std::memcpy(samples.data(), wav.data() + 44, samples.size() * 2);
    return samples;
  }
};

inline std::string answer(std::string_view body, std::string_view type = "application/json",
                          int status = 200, std::string_view headers = "") {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\n{}Content-Length: {}\r\n\r\n{}", status,
                     type, headers, body.size(), body);
}

// One server: how it answers, and what came to it.
struct Server {
  /// Bytes to send; empty: the connection is cut. A stall waits without end.
  std::function<Task<std::string>(Came)> handle;
  bool refuses = false;
  std::vector<Came> came;
  int under_way = 0;
  int most_under_way = 0;

  static Task<> serve(Server* self, std::shared_ptr<Stream> stream) {
    std::string received;
    for (;;) {
      std::optional<Came> came = co_await receive(stream.get(), &received);
      if (!came) co_return;
      self->came.push_back(*came);
      ++self->under_way;
      struct Leaving {
        int* count;
        ~Leaving() { --*count; }
      } leaving{&self->under_way};
      // Whose client has just left is still counted for a turn of the loop, which takes no time.
      co_await sleep_for(1us);
      self->most_under_way = std::max(self->most_under_way, self->under_way);
      std::string bytes = co_await watched(stream, &received, self->handle(*std::move(came)));
      if (bytes.empty()) {
        stream->close();
        co_return;
      }
      co_await stream->write_all(bytes);
    }
  }

 private:
  // The work ends when the one who asked has left, as that of a server does that looks.
  static Task<std::string> watched(std::shared_ptr<Stream> stream, std::string* received,
                                   Task<std::string> work) {
    auto outcome = std::make_shared<Outcome<std::string>>();
    auto ended = std::make_shared<Waiter>();
    auto is_done = std::make_shared<bool>(false);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(run(std::move(work), outcome, ended, is_done));
    tasks.spawn(wait_for_end(stream, received, ended));
    co_await ended->wait();
    co_await tasks.stop();
    if (!*is_done) co_return "";
    co_return outcome->take();
  }
  static Task<> run(Task<std::string> work, std::shared_ptr<Outcome<std::string>> outcome,
                    std::shared_ptr<Waiter> ended, std::shared_ptr<bool> is_done) {
    co_await settle(std::move(work), outcome);
    *is_done = true;
    ended->wake();
  }
  static Task<> wait_for_end(std::shared_ptr<Stream> stream, std::string* received,
                             std::shared_ptr<Waiter> ended) {
    std::array<char, 1024> bytes;
    while (std::size_t count = co_await stream->read_some(bytes)) {
      received->append(bytes.data(), count);
    }
    ended->wake();
  }

  static Task<std::optional<Came>> receive(Stream* stream, std::string* received) {
    std::vector<char> bytes(64 << 10);
    std::optional<std::size_t> whole;
    for (;;) {
      auto end = received->find("\r\n\r\n");
      if (end != std::string::npos && !whole) {
        auto at = received->find("Content-Length: ");
        whole = end + 4 + (at < end ? std::stoul(received->substr(at + 16)) : 0);
      }
      if (whole && received->size() >= *whole) {
        Came came{received->substr(0, end + 4), received->substr(end + 4, *whole - end - 4)};
        received->erase(0, *whole);
        co_return came;
      }
      std::size_t count = co_await stream->read_some(bytes);
      if (count == 0) co_return std::nullopt;
      received->append(bytes.data(), count);
    }
  }
};

// Servers by the name of their host.
class SpeechNetwork final : public Network {
 public:
  std::unique_ptr<Listener> listen(const Endpoint&) override { return nullptr; }
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant) override {
    auto found = servers.find(endpoint.host);
    if (found == servers.end() || found->second.refuses) {
      throw Error(Code::unavailable, "Connection refused.");
    }
    auto [near, far] = testing::memory_streams(2 << 20);
    tasks.spawn(Server::serve(&found->second, std::move(far)));
    co_return std::move(near);
  }
  Task<std::vector<std::string>> resolve(std::string host, Instant) override {
    co_return std::vector{host};
  }

  std::map<std::string, Server> servers;
  TaskGroup tasks{[](const std::exception_ptr&) {}};
};

inline std::function<Task<std::string>(Came)> always(std::string bytes) {
  return [bytes](Came) -> Task<std::string> {
    return [](std::string all) -> Task<std::string> { co_return all; }(bytes);
  };
}

inline std::function<Task<std::string>(Came)> after(Duration wait, std::string bytes) {
  return [=](Came) -> Task<std::string> {
    return [](Duration pause, std::string all) -> Task<std::string> {
      co_await sleep_for(pause);
      co_return all;
    }(wait, bytes);
  };
}

inline std::function<Task<std::string>(Came)> stall() { return after(100h, ""); }

// A word for each 400 ms of sound. Its letters come from how the sound begins, so that words of one
// utterance are alike, however much of it there is, and those of two are not.
inline constexpr std::size_t word_samples = sample_rate_hz * 4 / 10;
inline std::string word_of(const Sound& sound, std::size_t number) {
  auto count = std::min<std::size_t>(sound.size(), sample_rate_hz * 3 / 10);
  auto mark = crc32c({reinterpret_cast<const char*>(sound.data()), count * 2});
  return fmt::format("w{:x}n{}", mark, number);
}
inline std::string heard_json(const Sound& sound) {
  std::string words;
  std::string text;
  for (std::size_t i = 0; (i + 1) * word_samples <= sound.size(); ++i) {
    words += fmt::format("{}{{\"word\":\"{}\",\"start\":{:.3f},\"end\":{:.3f}}}", i ? "," : "",
                         word_of(sound, i), 0.4 * double(i), 0.4 * double(i + 1));
    text += (i ? " " : "") + word_of(sound, i);
  }
  return fmt::format("{{\"text\":\"{}\",\"language\":\"english\",\"words\":[{}]}}", text, words);
}

// Hears so, after so much time for each second of sound.
inline std::function<Task<std::string>(Came)> listening(double seconds_per_second = 0.1) {
  return [=](Came came) -> Task<std::string> {
    return [](Came asked, double pace) -> Task<std::string> {
      Sound sound = asked.sound();
      auto took = std::chrono::duration<double>(double(sound.size()) / sample_rate_hz * pace);
      co_await sleep_for(std::chrono::duration_cast<Duration>(took));
      co_return answer(heard_json(sound));
    }(std::move(came), seconds_per_second);
  };
}

// A person's sentence, which voice activity takes for one; made once for all tests of a program.
inline const Sound& sentence() {
  static const Sound sound = [] {
    SystemClock clock;
    Core core(0, clock);
    return core.run_until_done(speech::samples::say("slt", "The football team won the game."));
  }();
  return sound;
}

}  // namespace antiphon::remote_speech::samples
