// E-90: what the operator sees of live sessions.
#include "engine/live/counters.h"

#include "engine/live/engine_events.h"
#include "engine/live/feed.h"
#include "engine/live/sample_test.h"
#include "engine/live/sse.h"

namespace antiphon::live {
namespace {

using ::testing::HasSubstr;

class CountersTest : public ::testing::Test {
 protected:
  // "antiphon_live_" and what follows: name, labels and value.
  void expect(std::string line) {
    EXPECT_THAT("\n" + rig_.metrics.to_text(), HasSubstr("\nantiphon_live_" + line + "\n"));
  }
  Client client(std::optional<Position> from = {}) {
    auto options = rig_.client_options(*session_);
    options.resume_from = from;
    return Client(rig_, rig_.random, std::move(options));
  }
  void visit(std::optional<Position> from) {
    Client visitor = client(from);
    auto talk = [&]() -> Task<> {
      co_await visitor.connect();
      expect(R"(connections{kind="websocket"} 1)");
    };
    rig_.run(visitor.run(talk()));
    rig_.run(rig_.settle_down());
  }
  static Principal ann() {
    Principal principal{.kind = Principal::Kind::user, .id = "usr_ann", .tenant = "tnt_1"};
    principal.permissions = {"*"};
    return principal;
  }

  MemoryLogFiles files_;
  Limits limits_ = [] {
    Limits limits = Rig::small_limits();
    limits.sessions_per_core_max = 3;
    limits.sessions_per_tenant_max = 2;
    limits.connections_per_principal_max = 2;
    limits.connections_per_tenant_max = 3;
    limits.inputs.messages_max = 2;
    return limits;
  }();
  Rig rig_{files_, limits_};
  std::shared_ptr<Session> session_ = rig_.open();
};

TEST_F(CountersTest, tell_of_sessions) {
  expect("sessions 1");
  auto second = rig_.open();
  second->close("done");
  rig_.run(rig_.settle_down());
  expect("sessions 1");
  expect(R"(sessions_begun_total{how="opened"} 2)");
  expect(R"(sessions_begun_total{how="restored"} 0)");
  expect("sessions_ended_total 1");
  MemoryLogFiles image = files_.after_kill();
  Rig restarted(image);
  EXPECT_THAT(restarted.metrics.to_text(),
              HasSubstr(R"(antiphon_live_sessions_begun_total{how="restored"} 1)"));
}

TEST_F(CountersTest, tell_of_connections_and_how_they_attached) {
  session_->emit(noted, Note{"a"});
  rig_.run(rig_.settle_down());
  visit(std::nullopt);
  visit(Position{1, 0});
  visit(Position{7, 0});  // another epoch: a snapshot
  expect(R"(attaches_total{outcome="fresh"} 1)");
  expect(R"(attaches_total{outcome="resumed"} 1)");
  expect(R"(attaches_total{outcome="snapshot"} 1)");
  expect(R"(connections{kind="websocket"} 0)");
  expect(R"(connection_seconds_count{kind="websocket"} 3)");
  expect(R"(closes_total{code="1000"} 3)");
  expect(R"(closes_total{code="other"} 0)");
}

TEST_F(CountersTest, tell_the_kinds_of_connections_apart) {
  for (auto [kind, name] :
       {std::pair(Feed::Kind::attached, "socketio"), std::pair(Feed::Kind::passing, "poll")}) {
    auto feed =
        rig_.run(open_feed(rig_.live, rig_.route, kind, ann(), session_->id(), Position{1, 0}));
    expect(fmt::format(R"(connections{{kind="{}"}} 1)", name));
    feed->stop();
    expect(fmt::format(R"(connections{{kind="{}"}} 0)", name));
  }
  // A poll that goes on is no resume: it comes every some seconds.
  expect(R"(attaches_total{outcome="resumed"} 1)");
  auto stream =
      rig_.run(serve_events(rig_.live, rig_.route, http::Request(), ann(), session_->id()));
  expect(R"(connections{kind="sse"} 1)");
  stream = {};
  expect(R"(connections{kind="sse"} 0)");
}

TEST_F(CountersTest, tell_what_was_refused_and_why) {
  auto feed = [&](Principal principal) {
    return rig_.run(open_feed(rig_.live, rig_.route, Feed::Kind::attached, std::move(principal),
                              session_->id(), std::nullopt));
  };
  Principal bob = ann();
  bob.id = "usr_bob";
  rig_.route.may_attach = [](const Principal&, const SessionOwner&) { return true; };
  std::vector<std::shared_ptr<Feed>> open{feed(ann()), feed(ann())};
  EXPECT_THROW(feed(ann()), Error);
  open.push_back(feed(bob));
  EXPECT_THROW(feed(bob), Error);
  expect(R"(refusals_total{reason="connections_principal"} 1)");
  expect(R"(refusals_total{reason="connections_tenant"} 1)");

  auto second = rig_.open();
  EXPECT_THROW(rig_.open(), Error);
  expect(R"(refusals_total{reason="sessions_tenant"} 1)");
  auto third = rig_.hub().open("notes", "tnt_2", "usr_eve");
  EXPECT_THROW(rig_.hub().open("notes", "tnt_3", "usr_eve"), Error);
  expect(R"(refusals_total{reason="sessions_core"} 1)");

  Message note{.action = "note", .body = schema::Value::object()};
  note.body.set("text", "x");
  for (int i = 0; i < 2; ++i) session_->receive(note, *open[0]);
  EXPECT_THROW(session_->receive(note, *open[0]), Error);
  expect(R"(refusals_total{reason="messages"} 1)");
  expect("messages_total 2");

  for (auto& one : open) one->stop();
  rig_.run(rig_.stop());
  EXPECT_THROW(rig_.open(), Error);
  expect(R"(refusals_total{reason="stopping"} 1)");
}

TEST_F(CountersTest, tell_of_events_by_lane_and_of_frames_that_nobody_could_take) {
  auto feed = rig_.run(
      open_feed(rig_.live, rig_.route, Feed::Kind::attached, ann(), session_->id(), std::nullopt));
  rig_.run(rig_.settle_down());
  rig_.run(feed->next(std::nullopt));  // welcome, and who is there
  for (int i = 0; i < 5; ++i) session_->emit(partial_note, Note{std::to_string(i)});
  for (int i = 0; i < 3; ++i) session_->emit(audio_event, AudioBody{});
  session_->emit(partial_note, Note{"newest"});
  rig_.run(rig_.settle_down());
  auto batch = rig_.run(feed->next(std::nullopt));
  EXPECT_EQ(batch.items.size(), 2u);
  session_->emit(noted, Note{"a"});
  expect(R"(events_total{lane="partial"} 6)");
  expect(R"(events_total{lane="meter"} 4)");  // who is there is one, too
  expect(R"(events_total{lane="final"} 1)");
  expect(R"(drops_total{lane="partial"} 5)");
  expect(R"(drops_total{lane="meter"} 2)");
  feed->stop();
}

TEST_F(CountersTest, tell_of_sound_that_came_and_that_was_lost) {
  std::vector<std::int16_t> second(16'000);
  session_->receive_audio(second, 0);
  session_->receive_audio(second, 8'000);   // half of it came before
  session_->receive_audio(second, 48'000);  // 1.5 s are missing
  rig_.run(rig_.settle_down());
  expect("sound_seconds_total 2.5");
  expect(R"(sound_lost_seconds_total{reason="missing"} 1.5)");
  expect(R"(sound_lost_seconds_total{reason="overflow"} 0)");
  for (int i = 0; i < 12; ++i) session_->receive_audio(second, 64'000 + 16'000u * i);
  rig_.run(rig_.settle_down());
  expect(R"(sound_lost_seconds_total{reason="overflow"} 2)");
}

TEST_F(CountersTest, tell_of_the_log) {
  session_->emit(kept, Note{"a"});
  rig_.run(rig_.settle_down());
  std::size_t bytes = 0;
  for (const std::string& path : files_.segments()) bytes += files_.file(path).bytes.size();
  std::string text = rig_.metrics.to_text();
  auto at = text.find("\nantiphon_live_log_bytes_total ");
  auto written = std::stoull(text.substr(at + 30));
  EXPECT_GT(written, 100u);
  EXPECT_LE(written, bytes) << "a segment has a head besides";
  expect("log_unsynced_bytes 0");
  expect(R"(log_syncs_total{outcome="failed"} 0)");
  EXPECT_THAT(text, ::testing::Not(HasSubstr("log_syncs_total{outcome=\"done\"} 0")));
  files_.refuses_syncs = true;
  session_->emit(kept, Note{"b"});
  rig_.run(rig_.settle_down());
  expect(R"(log_syncs_total{outcome="failed"} 1)");
  EXPECT_THROW(rig_.open(), Error);
  expect(R"(refusals_total{reason="log"} 1)");
}

}  // namespace
}  // namespace antiphon::live
