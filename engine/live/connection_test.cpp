#include "engine/live/connection_sample_test.h"

namespace antiphon::live {
namespace {

TEST_F(ConnectionTest, hello_welcome_message_event_ack) {
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    EXPECT_EQ(ann.welcome().session_id, session_->id());
    EXPECT_FALSE(ann.welcome().recovered);
    EXPECT_EQ(ann.welcome().snapshot->text, R"({"texts":[]})");
    EXPECT_EQ(ann.welcome().audio.rate, 16'000u);
    ann.send(R"({"action":"note","text":"hi","id":"m1"})");
    EXPECT_EQ(co_await next_text(ann), "hi");
    auto ack = co_await ann.receive();
    EXPECT_EQ(ack->type, "ack");
    EXPECT_EQ(ack->value.at("/id").text(), "m1");
    EXPECT_FALSE(ack->is_logged);
    ann.send(R"({"type":"ping"})");
    EXPECT_EQ((co_await ann.receive())->type, "pong");
    ann.acknowledge();
    co_await until([&] { return rig_->notebook(*session_).acknowledged == 1; });
  };
  rig_->run(ann.run(talk()));
  EXPECT_EQ(ann.close_code(), CloseCode::normal);
}

// E-23: who is not let in is told why by the close code.
TEST_F(ConnectionTest, hello_errors) {
  EXPECT_EQ(refusal(rig_->client_options(*session_, "mallory")), CloseCode::unauthorised);
  EXPECT_EQ(refusal(rig_->client_options(*session_, "")), CloseCode::unauthorised);
  auto nobody = rig_->client_options(*session_);
  nobody.session_id = "ses_00000000000000000000000000";
  EXPECT_EQ(refusal(nobody), CloseCode::no_such_session);
  nobody.session_id = "";
  EXPECT_EQ(refusal(nobody), CloseCode::no_such_session);
  for (std::string frame :
       {R"({"type":"note"})", "[]", "not json", R"({"type":"hello","token":1})"}) {
    EXPECT_EQ(close_after(Opcode::text, frame), CloseCode::hello_expected) << frame;
  }
  EXPECT_EQ(close_after(Opcode::binary, "xx"), CloseCode::hello_expected);
  rig_->route.permission = "notes:admin";
  EXPECT_EQ(refusal(rig_->client_options(*session_)), CloseCode::policy_violation);
}

// Nobody is to blame, and coming again helps.
TEST_F(ConnectionTest, who_cannot_be_looked_up_now_is_told_to_come_again) {  // E-23
  for (Code code : {Code::unavailable, Code::timeout}) {
    rig_->route.authenticate = [code](std::string) -> Task<std::shared_ptr<const Principal>> {
      throw Error(code, "The database is away.");
      co_return nullptr;
    };
    EXPECT_EQ(refusal(rig_->client_options(*session_)), CloseCode::try_later);
  }
  rig_->route.authenticate = [](std::string) -> Task<std::shared_ptr<const Principal>> {
    throw std::runtime_error("a fault");
    co_return nullptr;
  };
  EXPECT_EQ(refusal(rig_->client_options(*session_)), CloseCode::internal_error);
}

// Another tenant's session, and another person's, do not exist.
TEST_F(ConnectionTest, sessions_of_others_are_not_there) {
  EXPECT_EQ(refusal(rig_->client_options(*session_, "eve")), CloseCode::no_such_session);
  EXPECT_EQ(refusal(rig_->client_options(*session_, "bob")), CloseCode::no_such_session);
  rig_->route.may_attach = [](const Principal&, const SessionOwner&) { return true; };
  EXPECT_EQ(refusal(rig_->client_options(*session_, "eve")), CloseCode::no_such_session);
  Client bob = client("bob");
  auto talk = [&]() -> Task<> { co_await bob.connect(); };
  EXPECT_NO_THROW(rig_->run(bob.run(talk())));
}

TEST_F(ConnectionTest, a_client_without_hello_is_closed) {
  limits_.hello_timeout = 20ms;
  restart(MemoryLogFiles());
  EXPECT_EQ(close_after(Opcode::text, ""), CloseCode::hello_expected);
}

TEST_F(ConnectionTest, a_client_that_says_nothing_for_long_is_closed) {
  limits_.idle_timeout = 30ms;
  restart(MemoryLogFiles());
  session_ = rig_->open();
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    while (co_await ann.receive()) {
    }
  };
  rig_->run(ann.run(talk()));
  EXPECT_EQ(ann.close_code(), CloseCode::idle);
}

TEST_F(ConnectionTest, connections_of_a_principal_are_limited) {
  limits_.connections_per_principal_max = 1;
  restart(MemoryLogFiles());
  session_ = rig_->open();
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    Client again = client();
    auto connect = [&]() -> Task<> { co_await again.connect(); };
    auto outcome = std::make_shared<Outcome<void>>();
    co_await settle(again.run(connect()), outcome);
    EXPECT_THROW(outcome->take(), Error);
    EXPECT_EQ(again.close_code(), CloseCode::too_many);
  };
  rig_->run(ann.run(talk()));
}

TEST_F(ConnectionTest, a_bad_message_is_answered_and_the_connection_stays) {
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    for (std::string bad :
         {"{", "7", "{}", R"({"type":7})", R"({"type":"ack"})", R"({"type":"ack","seq":-1})",
          R"({"type":"x","id":7})", R"({"type":"audio","rate":7})",
          R"({"type":"audio","offset":9e15})", R"({"type":"note","text":"a","id":""})"}) {
      ann.send(bad);
      std::optional<ServerFrame> answer;
      do answer = co_await ann.receive();
      while (answer && answer->type == "presence");
      EXPECT_EQ(answer->type, "error") << bad;
      EXPECT_FALSE(answer->is_logged) << bad;
    }
    ann.send(R"({"type":"note","text":"good"})");
    EXPECT_EQ(co_await next_text(ann), "good");
  };
  rig_->run(ann.run(talk()));
}

TEST_F(ConnectionTest, sound_goes_on_at_the_offset_that_welcome_tells) {
  std::vector<std::int16_t> block(1'600, 7);
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    ann.send_audio(block);
    co_await until([&] { return session_->received_samples() == 1'600; });
    ann.cut();
    co_await ann.resume();
    EXPECT_EQ(ann.welcome().audio.received_samples, 1'600u);
    // It is not sure which part arrived, so it sends some of it again.
    ann.send(R"({"type":"audio","offset":800})");
    ann.send_audio(block);
    co_await until([&] { return session_->received_samples() == 2'400; });
  };
  rig_->run(ann.run(talk()));
  using Sounds = std::vector<std::pair<std::uint64_t, std::size_t>>;
  EXPECT_EQ(rig_->notebook(*session_).sounds, (Sounds{{0, 1'600}, {1'600, 800}}));
}

TEST_F(ConnectionTest, all_readers_of_a_session_get_every_event) {
  Client one = client();
  Client two = client();
  auto talk = [&]() -> Task<> {
    co_await one.connect();
    co_await two.connect();
    one.send(R"({"type":"note","text":"from one"})");
    EXPECT_EQ(co_await next_text(one), "from one");
    EXPECT_EQ(co_await next_text(two), "from one");
    EXPECT_EQ(one.position(), two.position());
    co_await two.run([]() -> Task<> { co_return; }());
  };
  rig_->run(one.run(talk()));
}

}  // namespace
}  // namespace antiphon::live
