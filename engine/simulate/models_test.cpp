#include "engine/simulate/models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/async/call.h"
#include "engine/model/make_model.h"
#include "engine/simulate/model_script.h"
#include "engine/testing/virtual_time.h"

// The world's providers as the protocols of the model room see them (E-28).

namespace antiphon::simulate::models_test {
namespace {

using namespace std::chrono_literals;
using Kind = model::ProviderFailure::Kind;

constexpr const char* words = "the train came";

model::ChatRequest question() {
  return {.model = "m",
          .messages = {{model::Role::system, "Say JSON."},
                       {model::Role::user, std::string("<<<text q1\n") + words + "\nq1 text>>>"}},
          .output = {.kind = model::OutputShape::Kind::schema,
                     .name = "Analysis",
                     .schema = R"({"type":"object"})"}};
}

/// What one question brought.
struct Brought {
  std::string text;
  model::ChatEnd end;
  std::optional<model::ProviderFailure> failure;
};

class ModelsTest : public ::testing::Test {
 protected:
  std::unique_ptr<model::ChatModel> model(const char* name) {
    return model::make_chat_model(
        {.name = name, .kind = name, .url = "http://" + Providers::host_of(name)}, client);
  }
  Task<Brought> ask_of(model::ChatModel* of) {
    auto stream = co_await of->open(question(),
                                    Due(time.clock().steady() + 10s, trace::make_context(random)));
    if (!stream) co_return Brought{.failure = stream.error()};
    Brought brought;
    for (;;) {
      auto piece = co_await (*stream)->next();
      if (!piece) brought.failure = piece.error();
      if (!piece || !*piece) break;
      brought.text += (*piece)->text;
    }
    brought.end = (*stream)->end();
    co_return brought;
  }
  Brought ask(const char* name) {
    checker.on_question(words, time.clock().now() + 20s);
    return time.run(ask_of(model(name).get()));
  }

  testing::VirtualTime time;
  SeededRandom random{1};
  Plan plan{.bad_models = false};
  Faults faults{plan, random};
  std::vector<std::string> violations;
  ModelChecker checker{{}, [this](std::string what) { violations.push_back(std::move(what)); }};
  Providers providers{time.clock(), random, faults, checker};
  ModelClient client{providers};
};

TEST_F(ModelsTest, each_kind_answers_in_its_own_format) {
  for (const char* name : Providers::names) {
    SCOPED_TRACE(name);
    Brought brought = ask(name);
    EXPECT_FALSE(brought.failure) << brought.failure->message;
    EXPECT_THAT(brought.text, ::testing::HasSubstr(R"("visualConcepts":[")"));
    EXPECT_EQ(brought.end.finish, model::Finish::stop);
    EXPECT_GT(brought.end.usage.tokens_in.value_or(0), 0);
    EXPECT_GT(brought.end.usage.tokens_out.value_or(0), 0);
    checker.on_answer(
        {.words = words,
         .text = brought.text,
         .finish = brought.end.finish,
         .account = {.usage = brought.end.usage, .cache = gateway::CacheResult::joined},
         .at = time.clock().now(),
         .deadline = time.clock().now() + 1s});
  }
  checker.on_end();
  EXPECT_THAT(violations, ::testing::IsEmpty());
}

TEST_F(ModelsTest, each_kind_tells_that_it_is_there) {
  for (const char* name : Providers::names) {
    auto of = model(name);
    auto models = time.run(of->models(time.clock().steady() + 1s));
    ASSERT_TRUE(models) << models.error().message;
    EXPECT_THAT(*models, ::testing::SizeIs(1));
  }
}

TEST_F(ModelsTest, whatever_goes_wrong_is_told_as_what_it_is_and_nothing_stays_open) {
  plan.bad_models = true;
  std::set<Kind> kinds;
  for (int i = 0; i < 600; ++i) {
    Brought brought = ask(Providers::names[static_cast<std::size_t>(i) % 4]);
    if (brought.failure) kinds.insert(brought.failure->kind);
    time.run_for(1s);
  }
  for (Kind kind : {Kind::transient, Kind::rate_limited, Kind::overloaded, Kind::auth, Kind::empty,
                    Kind::truncated, Kind::too_slow}) {
    EXPECT_TRUE(kinds.contains(kind)) << model::to_text(kind);
  }
  checker.on_end();
  for (const std::string& violation : violations) {
    EXPECT_EQ(violation.find("left open"), std::string::npos) << violation;
  }
}

TEST_F(ModelsTest, a_process_that_dies_takes_its_calls_with_it) {
  auto of = model("openai");
  std::optional<Brought> brought;
  TaskGroup tasks([](const std::exception_ptr&) {});
  auto run = [&]() -> Task<> { brought = co_await ask_of(of.get()); };
  auto begin = [&]() -> Task<> {
    tasks.spawn(run());
    co_return;
  };
  time.run(begin());
  time.run_for(60ms);
  EXPECT_EQ(checker.calls(), 1u);
  client.die();
  checker.on_end();
  EXPECT_THAT(violations, ::testing::IsEmpty());
  time.run_for(1min);
  ASSERT_TRUE(brought);
  EXPECT_TRUE(brought->failure);
  EXPECT_TRUE(ask("ollama").failure) << "a dead process asks nobody";
  EXPECT_EQ(checker.calls(), 1u);
  time.run(tasks.stop());
}

TEST(ModelScriptTest, finds_the_words_between_their_marks) {
  EXPECT_EQ(words_of("Language: <<<language q7\nen\nq7 language>>>\n\nWords: <<<text q7\na b\nc\n"
                     "q7 text>>>"),
            "a b\nc");
  EXPECT_EQ(words_of("no marks"), "");
}

TEST(ModelScriptTest, the_same_chance_gives_the_same_bytes) {
  standin::ChatQuestion asked{
      .model = "m", .user_text = "<<<text q1\na train\nq1 text>>>", .is_streamed = true};
  auto bytes = [&](std::uint64_t seed) {
    SeededRandom random(seed);
    std::string all;
    ModelScene scene{.wire = standin::gemini(), .question = asked, .number = 1, .now = {}};
    for (const auto& piece : make_script(scene, random).pieces) {
      all += fmt::format("{} {}\n", piece.after.count(), piece.bytes);
    }
    return all;
  };
  EXPECT_EQ(bytes(1), bytes(1));
  EXPECT_NE(bytes(1), bytes(2));
}

}  // namespace
}  // namespace antiphon::simulate::models_test
