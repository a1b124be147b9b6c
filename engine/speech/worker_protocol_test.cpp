#include "engine/speech/worker_protocol.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/speech/stability.h"

namespace antiphon::speech {
namespace {

std::vector<Word> words(std::initializer_list<const char*> texts) {
  std::vector<Word> result;
  for (const char* text : texts) result.push_back({.text = text});
  return result;
}

TEST(WorkerProtocol, what_is_written_is_read_at_any_cut) {
  Hypothesis hypothesis{.heard_samples = 1'600, .words = words({"stock", "market"})};
  hypothesis.words[1].start_ms = 300;
  hypothesis.words[1].end_ms = 700;
  std::vector<Sample> sound{1, -2, 32'767};
  std::string bytes =
      encode(MessageType::begin) + encode_sound(sound) + encode(MessageType::partial, hypothesis);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    MessageReader reader;
    std::vector<Message> messages;
    for (std::string part : {bytes.substr(0, cut), bytes.substr(cut)}) {
      reader.add(part);
      while (auto message = reader.next()) messages.push_back(*message);
    }
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[0].type, MessageType::begin);
    EXPECT_EQ(parse_sound(messages[1].payload), sound);
    Hypothesis read = parse_hypothesis(messages[2].payload);
    EXPECT_EQ(read.heard_samples, 1'600u);
    EXPECT_EQ(read.words, hypothesis.words);
  }
}

TEST(WorkerProtocol, nonsense_is_refused) {
  for (std::string bytes : {std::string("\0\0\0\0?", 5), std::string("\xFF\xFF\xFF\xFFp", 5)}) {
    MessageReader reader;
    reader.add(bytes);
    EXPECT_THROW(reader.next(), Error);
  }
  EXPECT_THROW(parse_sound("abc"), Error);
  std::string hypothesis = encode(MessageType::final, {.heard_samples = 1, .words = words({"a"})});
  for (std::size_t size = 0; size + 5 < hypothesis.size(); ++size) {
    if (size == 4) continue;  // a hypothesis without words
    EXPECT_THROW(parse_hypothesis(std::string_view(hypothesis).substr(5, size)), Error) << size;
  }
}

TEST(Stability, E40_a_word_is_stable_when_two_results_agree_on_it) {
  Stability stability;
  EXPECT_EQ(stability.hear(words({"the"})), 0u);
  EXPECT_EQ(stability.hear(words({"the", "stork"})), 1u);
  EXPECT_EQ(stability.hear(words({"the", "stock", "mark"})), 1u);
  EXPECT_EQ(stability.hear(words({"the", "stock", "market"})), 2u);
  EXPECT_EQ(stability.hear(words({"a", "stock", "market"})), 0u);
  EXPECT_EQ(stability.hear({}), 0u);
}

}  // namespace
}  // namespace antiphon::speech
