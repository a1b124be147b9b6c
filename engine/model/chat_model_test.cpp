// A provider over a network that misbehaves. E-31, E-33.
#include "engine/model/chat_model_sample_test.h"
#include "engine/model/limits.h"
#include "engine/model/provider_stream.h"

namespace antiphon::model {
namespace {

TEST_F(ChatModelTest, gives_pieces_as_they_come) {
  network_.script = pieces({sse_head + said("Hel"), said("lo"), stopped + done + last_chunk}, 2s);
  with_client([&](http::NetworkHttpClient& client) -> Task<> {
    auto model = make_chat_model(settings_, client);
    Instant began = Core::here().clock().steady();
    auto stream = co_await model->open(ask(), began + 100s);
    EXPECT_EQ(told_delta(**co_await (*stream)->next()), "[Hel]");
    EXPECT_LT(Core::here().clock().steady(), began + 2001ms);
    EXPECT_EQ(told_delta(**co_await (*stream)->next()), "[lo]");
    EXPECT_LT(Core::here().clock().steady(), began + 4001ms);
    EXPECT_EQ((*stream)->end().finish, Finish::truncated) << "so far";
    EXPECT_FALSE(*co_await (*stream)->next());
    EXPECT_EQ((*stream)->end().finish, Finish::stop);
  });
  EXPECT_EQ(
      outcome_of(pieces({sse_head + said("Hel") + said("lo") + stopped + done + last_chunk}, 0s)),
      "[Hel][lo] stop");
}

TEST_F(ChatModelTest, says_which_part_of_an_answer_was_too_slow) {  // E-33
  EXPECT_EQ(outcome_of(pieces({}, 0s, false)), " ! too_slow first_byte");
  EXPECT_EQ(took_, 30s);
  EXPECT_EQ(outcome_of(pieces({sse_head, ping, ping, ping, ping, ping, ping, ping}, 5s, false)),
            " ! too_slow first_token")
      << "pings are no tokens";
  EXPECT_EQ(took_, 30s);
  EXPECT_EQ(outcome_of(pieces({sse_head, said("a"), ping, ping, ping, ping}, 5s, false)),
            "[a] ! too_slow stream");
  EXPECT_EQ(took_, 25s) << "15 s after the token";
  std::vector<std::string> drip{sse_head};
  for (int i = 0; i < 30; ++i) drip.push_back(said("a"));
  EXPECT_THAT(outcome_of(pieces(drip, 2s, false)), HasSubstr("[a] ! too_slow stream"));
  EXPECT_LT(took_, 40s);
  EXPECT_THAT(failure_.message, HasSubstr("openai-1: its tokens come too slowly."));
}

TEST_F(ChatModelTest, ends_at_its_deadline) {
  may_take_ = 7s;
  EXPECT_EQ(outcome_of(pieces({sse_head, said("a"), ping, ping}, 3s, false)),
            "[a] ! too_slow stream");
  EXPECT_EQ(took_, 7s);
}

// Whatever the byte at which it is cut, an answer is never a shorter one that looks whole.
TEST_F(ChatModelTest, an_answer_cut_at_any_byte_is_never_a_short_one) {  // E-33
  std::string before_stop = sse_head + said("Hel") + said("lo");
  std::string all = before_stop + stopped + done + last_chunk;
  for (std::size_t cut = 0; cut < all.size(); ++cut) {
    std::string told = outcome_of(pieces({all.substr(0, cut)}, 0s));
    bool has_reason = cut >= before_stop.size() + stopped.size() - 2;
    if (has_reason) {
      EXPECT_EQ(told, "[Hel][lo] stop") << cut;
    } else {
      EXPECT_THAT(told, HasSubstr(cut < sse_head.size() ? " ! transient" : " ! truncated")) << cut;
    }
  }
}

TEST_F(ChatModelTest, says_where_an_exchange_broke) {  // E-33
  EXPECT_EQ(outcome_of(pieces({}, 0s)), " ! transient first_byte");
  EXPECT_EQ(outcome_of(pieces({sse_head}, 0s)), " ! truncated first_token");
  EXPECT_EQ(outcome_of(pieces({sse_head + last_chunk}, 0s)), " ! truncated first_token");
  EXPECT_EQ(outcome_of(pieces({sse_head + said("Hel") + last_chunk}, 0s)),
            "[Hel] ! truncated stream");
  EXPECT_EQ(outcome_of(pieces({sse_head + stopped + done + last_chunk}, 0s)),
            " ! empty first_token");
  network_.refuses = true;
  EXPECT_EQ(outcome_of(pieces({}, 0s)), " ! transient connect");
}

TEST_F(ChatModelTest, an_error_within_a_good_answer_is_a_failure) {  // E-33
  std::string error = in_chunk("data: {\"error\":{\"code\":\"insufficient_quota\"}}\n\n");
  EXPECT_EQ(outcome_of(pieces({sse_head + error + last_chunk}, 0s)),
            " ! quota_exhausted first_token");
  EXPECT_EQ(outcome_of(pieces({sse_head + said("a") + error + last_chunk}, 0s)),
            "[a] ! quota_exhausted stream");
  EXPECT_EQ(failure_.message, "openai-1: an error within its answer (insufficient_quota)");
}

TEST_F(ChatModelTest, an_error_says_when_to_ask_again) {  // E-33
  EXPECT_EQ(outcome_of(always(with_length(
                "429 Too Many Requests", "Retry-After: Sun, 01 Mar 2026 08:00:40 GMT\r\n",
                R"({"error":{"code":"rate_limit_exceeded","message":"Slow down."}})"))),
            " ! rate_limited first_byte");
  EXPECT_EQ(failure_.status, 429);
  EXPECT_EQ(failure_.retry_after, 40s);
  EXPECT_EQ(failure_.message, "openai-1: 429 (rate_limit_exceeded): Slow down.");
}

TEST_F(ChatModelTest, errors_that_repeat_a_key_or_the_question_do_not_tell_it) {  // E-31
  outcome_of(always(with_length("401 Unauthorized", "",
                                R"({"error":{"code":"invalid_api_key","message":)"
                                R"("Incorrect API key provided: sk-secret-key-12345."}})")));
  EXPECT_EQ(failure_.message,
            "openai-1: 401 (invalid_api_key): Incorrect API key provided: [key].");
  outcome_of(always(with_length("400 Bad Request", "",
                                R"({"error":{"message":"Bad: What did the landlord say"}})")));
  EXPECT_EQ(failure_.message, "openai-1: 400");
  std::string error = in_chunk(
      "data: {\"error\":{\"code\":500,\"message\":\"sk-secret-key-12345 the landlord\"}}"
      "\n\n");
  outcome_of(pieces({sse_head + error}, 0s));
  EXPECT_EQ(failure_.message, "openai-1: an error within its answer (500): [key] the landlord");
}

TEST_F(ChatModelTest, what_follows_the_end_has_so_much_time) {
  EXPECT_EQ(outcome_of(pieces({sse_head + said("a") + stopped}, 0s, false)), "[a] stop");
  EXPECT_EQ(took_, tail_time);
  EXPECT_EQ(outcome_of(pieces({sse_head + said("a") + stopped + done}, 0s, false)), "[a] stop");
  EXPECT_EQ(took_, ending_time);
}

TEST_F(ChatModelTest, a_connection_serves_the_next_question) {  // E-31
  auto serve = [](int, std::shared_ptr<Stream> stream) -> Task<> {
    while (co_await http::read_request(stream.get())) {
      co_await stream->write_all(sse_head + said("a") + stopped + done);
      co_await sleep_for(5ms);
      co_await stream->write_all(last_chunk);
    }
  };
  network_.script = serve;
  with_client([&](http::NetworkHttpClient& client) -> Task<> {
    auto model = make_chat_model(settings_, client);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(co_await outcome(model.get(), ask(), soon()), "[a] stop");
    }
  });
  EXPECT_EQ(network_.reached.size(), 1u);
}

TEST_F(ChatModelTest, dropping_the_answer_ends_the_work_at_once) {  // E-33
  bool has_ended = false;
  network_.script = [&](int, std::shared_ptr<Stream> stream) -> Task<> {
    co_await http::read_request(stream.get());
    co_await stream->write_all(sse_head + said("a"));
    has_ended = !co_await http::read_request(stream.get());
  };
  with_client([&](http::NetworkHttpClient& client) -> Task<> {
    auto model = make_chat_model(settings_, client);
    auto stream = co_await model->open(ask(), soon());
    co_await (*stream)->next();
    Instant before = Core::here().clock().steady();
    stream->reset();
    co_await sleep_for(Duration(0));
    co_await sleep_for(Duration(0));
    EXPECT_TRUE(has_ended);
    EXPECT_LT(Core::here().clock().steady() - before, 1ms);
  });
}

TEST_F(ChatModelTest, cancelling_who_waits_ends_the_work_at_once) {  // E-33
  bool has_ended = false;
  network_.script = [&](int, std::shared_ptr<Stream> stream) -> Task<> {
    co_await http::read_request(stream.get());
    co_await stream->write_all(sse_head + said("a"));
    has_ended = !co_await http::read_request(stream.get());
  };
  with_client([&](http::NetworkHttpClient& client) -> Task<> {
    auto model = make_chat_model(settings_, client);
    TaskGroup asker([](const std::exception_ptr&) {});
    auto whole = [&]() -> Task<> { co_await outcome(model.get(), ask(), soon()); };
    asker.spawn(whole());
    co_await sleep_for(1s);
    Instant before = Core::here().clock().steady();
    co_await asker.stop();
    co_await sleep_for(Duration(0));
    co_await sleep_for(Duration(0));
    EXPECT_TRUE(has_ended);
    EXPECT_LT(Core::here().clock().steady() - before, 1ms);
  });
}

TEST_F(ChatModelTest, takes_an_answer_as_it_comes_not_as_it_was_asked_for) {
  std::string json = "Content-Type: application/json\r\n";
  std::string body = R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]})";
  EXPECT_EQ(outcome_of(always(with_length("200 OK", json, body))), "[Hi] stop");
  request_.is_streamed = false;
  EXPECT_EQ(outcome_of(always(with_length("200 OK", "", body))), "[Hi] stop");
  EXPECT_EQ(outcome_of(pieces({sse_head + said("a") + stopped + last_chunk}, 0s)), "[a] stop");
  EXPECT_EQ(outcome_of(always(with_length("200 OK", "Content-Type: text/html\r\n", "<html>"))),
            " ! malformed first_byte");
}

TEST_F(ChatModelTest, an_answer_in_one_piece_may_take_until_the_deadline) {
  request_.is_streamed = false;
  std::string body = R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]})";
  auto late = pieces({with_length("200 OK", "", body)}, 100s);
  EXPECT_EQ(outcome_of(late), "[Hi] stop");
  may_take_ = 50s;
  EXPECT_EQ(outcome_of(late), " ! too_slow first_byte");
  EXPECT_EQ(took_, 50s);
}

TEST_F(ChatModelTest, refuses_what_it_cannot_ask) {  // E-94
  request_.options.context_tokens = 100;
  EXPECT_EQ(outcome_of(pieces({}, 0s)), " ! unsupported connect");
  request_ = ask();
  request_.messages[0].text = "\xff";
  EXPECT_EQ(outcome_of(pieces({}, 0s)), " ! bad_request connect");
  request_ = ask();
  request_.tools = {{"f", "", "[]"}};
  EXPECT_EQ(outcome_of(pieces({}, 0s)), " ! bad_request connect");
  EXPECT_TRUE(network_.reached.empty());
}

TEST_F(ChatModelTest, lists_models) {
  network_.script = always(with_length("200 OK", "", R"({"data":[{"id":"a"}]})"));
  with_client([&](http::NetworkHttpClient& client) -> Task<> {
    auto model = make_chat_model(settings_, client);
    EXPECT_THAT(*co_await model->models(soon()), ::testing::ElementsAre("a"));
  });
  network_.script = always(with_length("200 OK", "", "{}"));
  with_client([&](http::NetworkHttpClient& client) -> Task<> {
    auto model = make_chat_model(settings_, client);
    auto models = co_await model->models(soon());
    EXPECT_EQ(failed(models.error()), " ! malformed stream");
  });
}

}  // namespace
}  // namespace antiphon::model
