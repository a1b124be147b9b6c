#include "engine/live/feed.h"

#include "engine/live/longpoll.h"
#include "engine/live/sample_test.h"

namespace antiphon::live {
namespace {

class FeedTest : public ::testing::Test {
 protected:
  Principal ann() const {
    Principal principal{.kind = Principal::Kind::user, .id = "usr_ann", .tenant = "tnt_1"};
    principal.permissions = {"*"};
    return principal;
  }
  std::shared_ptr<Feed> open(Feed::Kind kind, std::optional<Position> from) {
    return rig_.run(open_feed(rig_.live, rig_.route, kind, ann(), session_->id(), from));
  }
  Feed::Batch next(Feed& feed) { return rig_.run(feed.next(std::nullopt)); }
  void note(int from, int to) {
    for (int i = from; i < to; ++i) session_->emit(noted, Note{std::to_string(i)});
    rig_.run(rig_.settle_down());
  }
  schema::Value poll(const std::string& after) {
    auto answer = rig_.run(serve_poll(rig_.live, rig_.route, ann(), session_->id(), after));
    return schema::parse_value(std::get<std::string>(answer.body));
  }
  static schema::Value json(const Feed::Item& item) { return schema::parse_value(item.json); }

  MemoryLogFiles files_;
  Rig rig_{files_};
  std::shared_ptr<Session> session_ = rig_.open();
};

// E-21: whatever the positions at which a client comes and goes.
TEST_F(FeedTest, polls_give_every_event_once_and_in_order) {
  SeededRandom chance(3);
  std::string after = "1-0";
  int emitted = 0;
  std::uint64_t seen = 0;
  while (seen < 200) {
    int count = static_cast<int>(1 + chance.below(9));
    note(emitted, emitted + count);
    emitted += count;
    auto answer = poll(after);
    for (const schema::Value& frame : answer.at("/frames").items()) {
      EXPECT_EQ(frame.at("/seq").unsigned_integer(), ++seen);
      EXPECT_EQ(frame.at("/text").text(), std::to_string(seen - 1));
    }
    // A lost answer is asked for again.
    if (chance.below(4) == 0) {
      EXPECT_EQ(poll(after), answer);
    }
    after = answer.at("/after").text();
    EXPECT_EQ(after, fmt::format("1-{}", seen));
  }
}

TEST_F(FeedTest, a_poll_that_cannot_go_on_begins_with_a_snapshot) {
  note(0, 3);
  for (std::string after : {"", "7-1", "1-99"}) {
    auto answer = poll(after);
    EXPECT_EQ(answer.at("/frames/0/type").text(), "welcome");
    EXPECT_FALSE(answer.at("/frames/0/recovered").boolean());
    EXPECT_EQ(answer.at("/frames/0/snapshot/texts").items().size(), 0u);
    EXPECT_EQ(answer.at("/after").text(), "1-3");
  }
  EXPECT_THROW(poll("nonsense"), Error);
}

TEST_F(FeedTest, who_polls_is_not_present_and_gets_no_droppable_frames) {
  auto reader = open(Feed::Kind::attached, std::nullopt);
  next(*reader);
  session_->emit(partial_note, Note{"drop me"});
  note(0, 1);
  session_->emit(partial_note, Note{"partial"});
  EXPECT_EQ(poll("1-0").at("/frames").items().size(), 1u);
  rig_.run(rig_.settle_down());
  for (const auto& item : next(*reader).items) {
    EXPECT_NE(json(item).at("/type").text(), "presence");
  }
  reader->stop();
}

TEST_F(FeedTest, an_attached_client_gets_welcome_then_what_it_missed) {
  note(0, 5);
  auto feed = open(Feed::Kind::attached, Position{1, 2});
  EXPECT_TRUE(feed->recovered());
  auto batch = next(*feed);
  ASSERT_GE(batch.items.size(), 4u);
  EXPECT_EQ(json(batch.items[0]).at("/type").text(), "welcome");
  EXPECT_EQ(batch.items[0].position, (Position{1, 2}));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(batch.items[i].position, (Position{1, 2 + i}));
  feed->stop();
}

TEST_F(FeedTest, a_message_is_taken_after_the_events_it_caused) {
  auto feed = open(Feed::Kind::attached, std::nullopt);
  next(*feed);
  feed->receive(parse_client_frame(R"({"type":"note","text":"x","id":"m1"})"));
  bool seen = false;
  for (;;) {
    auto batch = next(*feed);
    for (const auto& item : batch.items) seen |= json(item).at("/type").text() == "noted";
    if (batch.taken.empty()) continue;
    EXPECT_EQ(batch.taken, std::vector<std::string>{"m1"});
    break;
  }
  EXPECT_TRUE(seen);
  feed->stop();
}

TEST_F(FeedTest, a_stop_does_not_wait_for_who_does_not_fetch) {
  auto feed = open(Feed::Kind::attached, std::nullopt);
  rig_.run(rig_.stop());
  EXPECT_EQ(next(*feed).ending, CloseCode::restart);
  EXPECT_EQ(session_->readers(), 0u);
}

TEST_F(FeedTest, the_end_of_the_session_comes_after_its_last_event) {
  auto feed = open(Feed::Kind::attached, std::nullopt);
  next(*feed);
  session_->close("done");
  rig_.run(rig_.settle_down());
  auto batch = next(*feed);
  EXPECT_EQ(json(batch.items.back()).at("/type").text(), "ended");
  EXPECT_EQ(batch.ending, CloseCode::normal);
  feed->stop();
}

}  // namespace
}  // namespace antiphon::live
