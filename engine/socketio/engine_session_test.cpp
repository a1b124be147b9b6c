#include "engine/socketio/engine_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// The machine alone: what arrives and what time it is go in, what it wants done comes out as text.

namespace antiphon::socketio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::string show(const Action& action) {
  struct Show {
    std::string operator()(const Deliver& it) { return "deliver " + it.message.data; }
    std::string operator()(const AnswerPoll& it) { return "answer " + it.payload; }
    std::string operator()(const SendFrame& it) {
      return (it.wire == Wire::probe ? "probe " : "frame ") + write_engine_packet(it.packet);
    }
    std::string operator()(const Promote&) { return "promote"; }
    std::string operator()(const DropProbe&) { return "drop probe"; }
    std::string operator()(const Closed& it) {
      return "closed: " + std::string(to_text(it.reason));
    }
  };
  return std::visit(Show{}, action);
}

class EngineSessionTest : public testing::Test {
 protected:
  EngineSessionTest() { limits.buffered_bytes_max = 20; }

  std::vector<std::string> actions(EngineSession& session) {
    std::vector<std::string> shown;
    for (const Action& action : session.take_actions()) shown.push_back(show(action));
    return shown;
  }
  std::vector<std::string> actions() { return actions(polling); }
  EnginePacket text(std::string data) { return {EngineKind::message, std::move(data)}; }
  void upgrade() {
    EXPECT_TRUE(polling.offer_probe(now));
    polling.on_packet(Wire::probe, {EngineKind::ping, "probe"}, now);
    polling.on_packet(Wire::probe, {EngineKind::upgrade}, now);
  }

  Limits limits;
  Instant now{1h};
  EngineSession polling{limits, Wire::polling, now};
  EngineSession websocket{limits, Wire::websocket, now};
};

TEST_F(EngineSessionTest, a_poll_takes_all_that_waits) {
  polling.send(text("a"));
  polling.send({EngineKind::message, "b", true});
  EXPECT_TRUE(polling.poll(now));
  EXPECT_THAT(actions(), ElementsAre("answer 4a\x1e"
                                     "bYg=="));
  EXPECT_EQ(polling.queued_bytes(), 0u);
}

TEST_F(EngineSessionTest, a_waiting_poll_is_answered_once_with_what_a_pass_sends) {
  EXPECT_TRUE(polling.poll(now));
  polling.send(text("a"));
  polling.send(text("b"));
  EXPECT_THAT(actions(), IsEmpty());
  polling.flush();
  EXPECT_THAT(actions(), ElementsAre("answer 4a\x1e"
                                     "4b"));
}

TEST_F(EngineSessionTest, payloads_are_no_larger_than_told) {
  limits.payload_bytes_max = 4;
  for (std::string data : {"abcdef", "g", "h"}) polling.send(text(data));
  EXPECT_TRUE(polling.poll(now));
  EXPECT_TRUE(polling.poll(now));
  EXPECT_THAT(actions(), ElementsAre("answer 4abcdef", "answer 4g"));
}

TEST_F(EngineSessionTest, a_second_poll_closes) {
  EXPECT_TRUE(polling.poll(now));
  EXPECT_FALSE(polling.poll(now));
  EXPECT_THAT(actions(), ElementsAre("answer 1", "closed: transport error"));
  EXPECT_FALSE(polling.poll(now));
}

TEST_F(EngineSessionTest, a_second_post_closes) {
  EXPECT_TRUE(polling.begin_post());
  EXPECT_FALSE(polling.begin_post());
  EXPECT_THAT(actions(), ElementsAre("closed: transport error"));
}

TEST_F(EngineSessionTest, posts_are_delivered_in_order) {
  EXPECT_TRUE(polling.begin_post());
  EXPECT_TRUE(
      polling.end_post("4a\x1e"
                       "4b",
                       now));
  EXPECT_THAT(actions(), ElementsAre("deliver a", "deliver b"));
  EXPECT_TRUE(polling.begin_post());
}

TEST_F(EngineSessionTest, a_malformed_post_closes) {
  EXPECT_TRUE(polling.poll(now));
  EXPECT_TRUE(polling.begin_post());
  EXPECT_FALSE(polling.end_post("abc", now));
  EXPECT_THAT(actions(), ElementsAre("answer 1", "closed: parse error"));
}

TEST_F(EngineSessionTest, a_post_that_was_too_large_closes) {
  EXPECT_TRUE(polling.begin_post());
  EXPECT_FALSE(polling.end_post(std::nullopt, now));
  EXPECT_THAT(actions(), ElementsAre("closed: transport error"));
}

TEST_F(EngineSessionTest, a_client_that_closes_has_its_poll_ended) {
  EXPECT_TRUE(polling.poll(now));
  EXPECT_TRUE(polling.begin_post());
  polling.end_post(
      "1\x1e"
      "4late",
      now);
  EXPECT_THAT(actions(), ElementsAre("answer 6", "closed: transport close"));
}

TEST_F(EngineSessionTest, the_server_pings_and_wants_an_answer) {
  for (int round = 0; round < 3; ++round) {
    now = websocket.next_time();
    websocket.on_time(now);
    EXPECT_THAT(actions(websocket), ElementsAre("frame 2"));
    websocket.on_packet(Wire::websocket, {EngineKind::pong}, now);
    EXPECT_EQ(websocket.next_time(), now + limits.ping_interval);
  }
  websocket.on_time(now + limits.ping_interval);
  websocket.on_time(now + limits.ping_interval + limits.ping_timeout);
  EXPECT_THAT(actions(websocket), ElementsAre("frame 2", "closed: ping timeout"));
}

TEST_F(EngineSessionTest, who_does_not_poll_times_out_too) {
  EXPECT_FALSE(polling.poll(now + limits.ping_interval + limits.ping_timeout));
  EXPECT_THAT(actions(), ElementsAre("closed: ping timeout"));
}

TEST_F(EngineSessionTest, a_client_does_not_ping) {
  websocket.on_packet(Wire::websocket, {EngineKind::ping}, now);
  EXPECT_THAT(actions(websocket), ElementsAre("closed: parse error"));
}

TEST_F(EngineSessionTest, an_upgrade_loses_nothing) {
  EXPECT_TRUE(polling.poll(now));
  EXPECT_TRUE(polling.offer_probe(now));
  polling.on_packet(Wire::probe, {EngineKind::ping, "probe"}, now);
  EXPECT_THAT(actions(), ElementsAre("probe 3probe", "answer 6"));
  EXPECT_TRUE(polling.poll(now));
  EXPECT_THAT(actions(), ElementsAre("answer 6"));
  polling.send(text("a"));
  EXPECT_THAT(actions(), IsEmpty());
  polling.on_packet(Wire::probe, {EngineKind::upgrade}, now);
  EXPECT_THAT(actions(), ElementsAre("promote", "frame 4a"));
  EXPECT_EQ(polling.wire(), Wire::websocket);
}

TEST_F(EngineSessionTest, what_waits_at_the_probe_goes_by_the_poll) {
  polling.send(text("a"));
  EXPECT_TRUE(polling.offer_probe(now));
  polling.on_packet(Wire::probe, {EngineKind::ping, "probe"}, now);
  EXPECT_TRUE(polling.poll(now));
  EXPECT_THAT(actions(), ElementsAre("probe 3probe", "answer 4a"));
}

TEST_F(EngineSessionTest, after_the_upgrade_requests_are_refused_and_change_nothing) {
  upgrade();
  actions();
  EXPECT_FALSE(polling.poll(now));
  EXPECT_FALSE(polling.begin_post());
  EXPECT_FALSE(polling.offer_probe(now));
  EXPECT_THAT(actions(), IsEmpty());
}

TEST_F(EngineSessionTest, an_unfinished_probe_is_dropped_and_polling_goes_on) {
  EXPECT_TRUE(polling.offer_probe(now));
  EXPECT_FALSE(polling.offer_probe(now));
  now += limits.upgrade_timeout;
  EXPECT_EQ(polling.next_time(), now);
  polling.on_time(now);
  EXPECT_THAT(actions(), ElementsAre("drop probe"));
  EXPECT_TRUE(polling.offer_probe(now));
}

TEST_F(EngineSessionTest, a_probe_that_says_something_else_is_dropped) {
  for (EnginePacket wrong : {EnginePacket{EngineKind::upgrade}, EnginePacket{EngineKind::ping},
                             EnginePacket{EngineKind::message, "x"}}) {
    EXPECT_TRUE(polling.offer_probe(now));
    polling.on_packet(Wire::probe, wrong, now);
    EXPECT_THAT(actions(), ElementsAre("drop probe"));
  }
  EXPECT_TRUE(polling.offer_probe(now));
  polling.on_garbage(Wire::probe);
  EXPECT_THAT(actions(), ElementsAre("drop probe"));
  EXPECT_FALSE(polling.is_closed());
}

TEST_F(EngineSessionTest, who_lets_too_much_wait_is_closed) {
  polling.send(text("0123456789"));
  polling.send(text("0123456789"));
  EXPECT_THAT(actions(), ElementsAre("closed: too slow"));
}

TEST_F(EngineSessionTest, a_broken_websocket_closes) {
  websocket.on_gone(Wire::websocket);
  EXPECT_THAT(actions(websocket), ElementsAre("closed: transport close"));
}

}  // namespace
}  // namespace antiphon::socketio
