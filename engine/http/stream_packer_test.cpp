#include "engine/http/stream_packer.h"

#include <boost/system/system_error.hpp>

#include "engine/http/sample_test.h"
#include "engine/http/unpack_test.h"

namespace antiphon::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string event(int number) {
  return fmt::format(
      "id: 1.{0}\ndata: {{\"type\":\"transcript\",\"seq\":{0},\"text\":\"word {0}\"}}\n\n", number);
}

class StreamPackers : public ::testing::TestWithParam<Coding> {};
INSTANTIATE_TEST_SUITE_P(Coding, StreamPackers, ::testing::Values(Coding::gzip, Coding::brotli),
                         [](const auto& parameter) {
                           return std::string(to_text(parameter.param));
                         });

// E-10: an event that was sent is read at once, not when the next one comes.
TEST_P(StreamPackers, all_that_was_given_can_be_read_after_each_piece) {
  auto packer = StreamPacker::make(GetParam());
  std::string sent;
  std::string given;
  for (int i = 0; i < 200; ++i) {
    sent += event(i);
    given += packer->pack(event(i), StreamPacker::After::flush);
    ASSERT_EQ(unpack(GetParam(), given), sent);
  }
  EXPECT_LT(given.size(), sent.size() * 2 / 3) << "what repeats itself is found again over pieces";
  given += packer->pack({}, StreamPacker::After::end);
  EXPECT_EQ(unpack(GetParam(), given), sent);
  if (GetParam() == Coding::gzip) EXPECT_TRUE(gunzip(given).is_whole);
}

TEST_P(StreamPackers, a_piece_in_slices_is_the_same_as_whole) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += std::to_string(i * i % 977);
  auto packer = StreamPacker::make(GetParam());
  std::string given;
  for (std::size_t at = 0; at < text.size(); at += 1000) {
    given += packer->pack(std::string_view(text).substr(at, 1000), StreamPacker::After::more);
  }
  given += packer->pack({}, StreamPacker::After::flush);
  EXPECT_EQ(unpack(GetParam(), given), text);
}

// packer_bytes_max
TEST_P(StreamPackers, hold_the_same_however_much_comes) {
  auto packer = StreamPacker::make(GetParam());
  SeededRandom random(7);
  std::size_t most = 0;
  for (int i = 0; i < 40; ++i) {
    std::string noise(packed_slice_bytes, '\0');
    for (char& c : noise) c = static_cast<char>(random.below(256));
    packer->pack(noise, i % 3 == 0 ? StreamPacker::After::flush : StreamPacker::After::more);
    most = std::max(most, packer->memory_bytes());
  }
  EXPECT_GT(most, 0u);
  EXPECT_LE(most, packer_bytes_max);
  // What the choice between the two stands on.
  if (GetParam() == Coding::gzip) EXPECT_LT(most, packer_bytes_max / 8);
}

TEST(StreamPacker, gzip_goes_to_who_takes_both) {
  EXPECT_EQ(choose_stream_coding("gzip, deflate, br"), Coding::gzip);
  EXPECT_EQ(choose_stream_coding("br, gzip;q=0.9"), Coding::brotli);
  EXPECT_EQ(choose_stream_coding("br"), Coding::brotli);
  EXPECT_EQ(choose_stream_coding("identity"), Coding::identity);
}

// A stream of events of which a test decides when each comes.
class PackedStreamTest : public VirtualServerTest {
 protected:
  PackedStreamTest() {
    router_.add({.path = "/events", .permission = "public"}, this, &PackedStreamTest::events);
    router_.add({.path = "/packed", .permission = "public"}, this, &PackedStreamTest::packed);
    router_.add({.path = "/as_it_is", .permission = "public"}, this, &PackedStreamTest::as_it_is);
    router_.add({.path = "/noise", .permission = "public"}, this, &PackedStreamTest::noise);
  }

  static Response stream_of(std::string_view type, StreamedBody body) {
    Response response{.body = std::move(body)};
    response.headers.set("Content-Type", type);
    return response;
  }
  Task<Response> events(Call, Request) {
    co_return stream_of("text/event-stream", [this](BodyWriter write) { return tell(write); });
  }
  Task<> tell(BodyWriter write) {
    struct Open {
      explicit Open(int& counted) : count(counted) { ++count; }
      ~Open() { --count; }
      int& count;
    } open(open_);
    for (int i = 0; i < events_; ++i) {
      co_await write(event(i));
      co_await sleep_for(1s);
    }
  }
  Task<Response> packed(Call, Request) {
    auto response = stream_of("text/event-stream", &Greetings::count_to_three);
    response.headers.set("Content-Encoding", "gzip");
    co_return response;
  }
  Task<Response> as_it_is(Call, Request) {
    auto response = stream_of("text/event-stream", &Greetings::count_to_three);
    response.headers.set("Cache-Control", "no-store, no-transform");
    co_return response;
  }
  Task<Response> noise(Call, Request) {
    co_return stream_of("video/mp4", &Greetings::count_to_three);
  }

  std::string get(std::string_view path, std::string_view coding, std::string_view method = "GET") {
    return exchange(fmt::format("{} {} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {}\r\n\r\n", method,
                                path, coding));
  }

  // What the chunks of an answer hold.
  static std::string body_of(std::string_view answer) {
    std::string body;
    answer.remove_prefix(answer.find("\r\n\r\n") + 4);
    while (!answer.empty()) {
      std::size_t size =
          std::stoul(std::string(answer.substr(0, answer.find("\r\n"))), nullptr, 16);
      answer.remove_prefix(answer.find("\r\n") + 2);
      body += answer.substr(0, size);
      answer.remove_prefix(std::min(answer.size(), size + 2));
    }
    return body;
  }

  int events_ = 5;
  int open_ = 0;
};

TEST_F(PackedStreamTest, is_packed_for_who_takes_it) {
  std::string all;
  for (int i = 0; i < events_; ++i) all += event(i);
  for (Coding coding : every_coding) {
    std::string answer = get("/events", to_text(coding));
    EXPECT_THAT(answer, HasSubstr(fmt::format("Content-Encoding: {}\r\n", to_text(coding))));
    EXPECT_THAT(answer, HasSubstr("Vary: Accept-Encoding\r\n"));
    EXPECT_EQ(unpack(coding, body_of(answer)), all);
    std::string head = get("/events", to_text(coding), "HEAD");
    EXPECT_THAT(head, HasSubstr(fmt::format("Content-Encoding: {}\r\n", to_text(coding))));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  }
  std::string plain = get("/events", "identity");
  EXPECT_THAT(plain, HasSubstr("Vary: Accept-Encoding\r\n"));
  EXPECT_EQ(body_of(plain), all);
}

TEST_F(PackedStreamTest, what_is_packed_already_or_gains_nothing_goes_as_it_is) {
  for (const char* path : {"/packed", "/as_it_is", "/noise", "/stream"}) {
    EXPECT_EQ(body_of(get(path, "gzip, br")), "1\n2\n3\n") << path;
  }
}

TEST_F(PackedStreamTest, http_1_0_reads_it_until_the_end) {
  std::string answer = exchange("GET /events HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n");
  std::string_view body(answer);
  body.remove_prefix(answer.find("\r\n\r\n") + 4);
  EXPECT_TRUE(gunzip(body).is_whole);
  EXPECT_TRUE(gunzip(body).text.starts_with(event(0)));
}

// E-10: each event arrives when it is sent; a client that is cut ends the stream with the next one
// and gives its place back.
TEST_F(PackedStreamTest, comes_event_by_event_and_ends_with_its_client) {
  events_ = 1000;
  options_.limits.packed_streams_max = 1;
  auto watch = [&]() -> Task<> {
    Server server(router_, gate_, random_, options_);
    TaskGroup tasks([](const std::exception_ptr&) {});
    std::string request = "GET /events HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n";
    auto connect = [&]() -> Task<std::unique_ptr<Stream>> {
      auto [near, far] = testing::memory_streams();
      tasks.spawn(server.serve(std::move(far)));
      co_await near->write_all(request);
      co_return std::move(near);
    };
    auto read_for = [&](Stream* stream, Duration time) -> Task<std::string> {
      std::string got;
      std::array<char, 4096> piece;
      Instant end = time_.clock().steady() + time;
      try {
        for (;;) {
          std::size_t count = co_await within(end, stream->read_some(piece));
          got.append(piece.data(), count);
        }
      } catch (const Error&) {
        co_return got;
      }
    };
    auto first = co_await connect();
    std::string got = co_await read_for(first.get(), 2500ms);
    EXPECT_EQ(gunzip(body_of(got)).text, event(0) + event(1) + event(2));
    auto second = co_await connect();
    EXPECT_THAT(co_await read_for(second.get(), 500ms), Not(HasSubstr("Content-Encoding")))
        << "the only place is taken";
    EXPECT_EQ(open_, 2);
    first->close();
    second->close();
    co_await sleep_for(1s);
    EXPECT_EQ(open_, 0);
    auto third = co_await connect();
    EXPECT_THAT(co_await read_for(third.get(), 500ms), HasSubstr("Content-Encoding: gzip"));
    third->close();
    co_await server.stop();
    co_await tasks.join();
  };
  run(watch());
}

}  // namespace
}  // namespace antiphon::http
