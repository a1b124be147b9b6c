#include "engine/live/sample_test.h"

// E-21 as a property: whatever byte a connection breaks at and whenever the server is killed, every
// undroppable event comes once and in order (Client::receive throws otherwise), and every message
// takes effect once.

namespace antiphon::live {
namespace {

// Ends after so many bytes in either direction, in the middle of whatever is under way.
class CuttingStream final : public Stream {
 public:
  CuttingStream(std::unique_ptr<Stream> inner, std::size_t bytes)
      : inner_(std::move(inner)), left_(bytes) {}
  Task<std::size_t> read_some(std::span<char> into) override {
    if (left_ == 0) co_return 0;
    std::size_t count = co_await inner_->read_some(into.first(std::min(into.size(), left_)));
    spend(count);
    co_return count;
  }
  Task<> write_all(std::span<const std::string_view> pieces) override {
    for (std::string_view piece : pieces) {
      std::string_view sent = piece.substr(0, left_);
      if (!sent.empty()) co_await inner_->write_all(std::span(&sent, 1));
      spend(sent.size());
    }
  }
  Task<> end_writing() override { return inner_->end_writing(); }
  void close() noexcept override { inner_->close(); }
  std::string peer() const override { return inner_->peer(); }
  std::unique_ptr<LooseStream> release() override { return nullptr; }

 private:
  void spend(std::size_t count) {
    left_ -= std::min(left_, count);
    if (left_ == 0) inner_->close();
  }
  std::unique_ptr<Stream> inner_;
  std::size_t left_;
};

// A client that has messages to deliver, and sends each until it sees the event that it caused.
class Sender {
 public:
  explicit Sender(int count) {
    for (int i = 0; i < count; ++i) texts.push_back(std::to_string(i));
  }
  bool done() const { return received.size() == texts.size(); }
  /// At the beginning of every connection: it does not know which of its messages arrived.
  void begin() { sent_ = received.size(); }
  /// Sends a few ahead, then takes one frame. @return false when the connection is closed
  Task<bool> step(Client& client) {
    while (sent_ < std::min(texts.size(), received.size() + ahead)) {
      client.send(fmt::format(R"({{"type":"note","text":"{0}","id":"id-{0}"}})", texts[sent_++]));
    }
    auto frame = co_await client.receive();
    if (frame && frame->type == "noted") received.push_back(frame->value.at("/text").text());
    co_return frame.has_value();
  }

  std::vector<std::string> texts;
  std::vector<std::string> received;

 private:
  static constexpr std::size_t ahead = 5;
  std::size_t sent_ = 0;
};

class Resume : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  void cut_connections(Rig& rig) {
    rig.wrap = [this](std::unique_ptr<Stream> stream) -> std::unique_ptr<Stream> {
      return std::make_unique<CuttingStream>(std::move(stream), 800 + chance_.below(3'000));
    };
  }
  Client make_client(Rig& rig, const Session& session, std::optional<Position> from) {
    auto options = rig.client_options(session);
    options.attempts_max = 50;
    options.resume_from = from;
    return Client(rig, rig.random, options);
  }
  // Talks for `steps` frames, over as many connections as it takes.
  static Task<> talk(Client& client, Sender& sender, std::size_t steps) {
    co_await client.resume();
    sender.begin();
    for (std::size_t i = 0; i < steps && !sender.done(); ++i) {
      if (co_await sender.step(client)) continue;
      co_await client.resume();
      EXPECT_TRUE(client.welcome().recovered);
      sender.begin();
    }
  }

  SeededRandom chance_{GetParam()};
  MemoryLogFiles files_;
};

TEST_P(Resume, over_connections_cut_at_any_byte) {
  Rig rig(files_);
  auto session = rig.open();
  cut_connections(rig);
  Sender sender(60);
  Client client = make_client(rig, *session, Position{1, 0});
  rig.run(client.run(talk(client, sender, 100'000)));
  EXPECT_EQ(sender.received, sender.texts);
  EXPECT_EQ(rig.notebook(*session).texts, sender.texts);
  EXPECT_GT(rig.connections_made, 3);
}

TEST_P(Resume, over_a_server_that_is_killed_again_and_again) {
  Sender sender(80);
  std::string id;
  Position position;
  int kills = 0;
  while (!sender.done()) {
    auto rig = std::make_unique<Rig>(files_);
    auto session = id.empty() ? rig->open() : rig->hub().find(id);
    ASSERT_NE(session, nullptr);
    id = session->id();
    cut_connections(*rig);
    Client client = make_client(*rig, *session, position);
    MemoryLogFiles image;
    auto live_and_die = [&]() -> Task<> {
      co_await talk(client, sender, 1 + chance_.below(20));
      EXPECT_TRUE(client.welcome().recovered);
      position = client.position();
      image = files_.after_kill();
    };
    rig->run(client.run(live_and_die()));
    if (sender.done()) {
      EXPECT_EQ(rig->notebook(*session).texts, sender.texts);
    }
    rig.reset();
    files_ = std::move(image);
    ++kills;
  }
  EXPECT_EQ(sender.received, sender.texts);
  EXPECT_GT(kills, 3);
}

// Over a power cut the tail may be gone; then the epoch is another one, and the snapshot is what is
// true. The same place in the log never has two contents.
TEST_P(Resume, over_power_cuts_no_place_has_two_contents) {
  std::map<Position, std::string> seen;
  std::string id;
  Position position;
  std::uint64_t epochs = 0;
  for (int round = 0; round < 10; ++round) {
    auto rig = std::make_unique<Rig>(files_);
    auto session = id.empty() ? rig->open() : rig->hub().find(id);
    ASSERT_NE(session, nullptr);
    id = session->id();
    Client client = make_client(*rig, *session, position);
    MemoryLogFiles image;
    auto live_and_die = [&]() -> Task<> {
      co_await client.connect();
      EXPECT_EQ(client.welcome().recovered, round == 0);
      for (std::size_t i = 0, count = 1 + chance_.below(10); i < count;) {
        // A session whose very beginning was lost is no session any more.
        bool precious = chance_.below(3) == 0 || position.seq == 0;
        client.send(
            fmt::format(R"({{"type":"{}","text":"{}-{}"}})", precious ? "keep" : "note", round, i));
        auto frame = co_await client.receive();
        while (frame && !frame->is_logged) frame = co_await client.receive();
        if (!frame) throw Error(Code::internal, "closed");
        auto [place, fresh] = seen.emplace(client.position(), frame->json);
        EXPECT_TRUE(fresh) << to_text(client.position());
        ++i;
      }
      position = client.position();
      image = files_.after_power_loss();
    };
    rig->run(client.run(live_and_die()));
    epochs = position.epoch;
    rig.reset();
    files_ = std::move(image);
  }
  EXPECT_EQ(epochs, 10u);
}

// RESUME_SEEDS from the environment (`make resume`), or few.
std::uint64_t seeds() {
  const char* given = std::getenv("RESUME_SEEDS");
  return given ? std::max(1ULL, std::strtoull(given, nullptr, 10)) : 20;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Resume, ::testing::Range<std::uint64_t>(1, seeds() + 1));

}  // namespace
}  // namespace antiphon::live
