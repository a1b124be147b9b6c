#include "engine/speech/worker_protocol.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"

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
  hypothesis.words[1].confidence = 1;
  hypothesis.processor_us = 90'000;
  std::vector<Sample> sound{1, -2, 32'767};
  std::string bytes =
      encode_begin(Rung::fast) + encode_sound(sound) + encode(MessageType::partial, hypothesis);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    MessageReader reader;
    std::vector<Message> messages;
    for (std::string part : {bytes.substr(0, cut), bytes.substr(cut)}) {
      reader.add(part);
      while (auto message = reader.next()) messages.push_back(*message);
    }
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[0].type, MessageType::begin);
    EXPECT_EQ(parse_begin(messages[0].payload), Rung::fast);
    EXPECT_EQ(parse_sound(messages[1].payload), sound);
    Hypothesis read = parse_hypothesis(messages[2].payload);
    EXPECT_EQ(read.heard_samples, 1'600u);
    EXPECT_EQ(read.processor_us, 90'000u);
    EXPECT_EQ(read.words, hypothesis.words);
  }
}

TEST(WorkerProtocol, a_confidence_comes_through_in_steps_or_not_at_all) {
  Hypothesis hypothesis{.words = words({"a", "b", "c", "d"})};
  hypothesis.words[0].confidence = 0;
  hypothesis.words[1].confidence = 0.5;
  hypothesis.words[2].confidence = 7;
  MessageReader reader;
  reader.add(encode(MessageType::final, hypothesis));
  auto read = parse_hypothesis(reader.next()->payload).words;
  EXPECT_EQ(read[0].confidence, 0);
  EXPECT_NEAR(read[1].confidence.value(), 0.5, 0.002);
  EXPECT_EQ(read[2].confidence, 1) << "no more than certain";
  EXPECT_EQ(read[3].confidence, std::nullopt);
}

TEST(WorkerProtocol, nonsense_is_refused) {
  for (std::string bytes : {std::string("\0\0\0\0?", 5), std::string("\xFF\xFF\xFF\xFFp", 5)}) {
    MessageReader reader;
    reader.add(bytes);
    EXPECT_THROW(reader.next(), Error);
  }
  EXPECT_THROW(parse_sound("abc"), Error);
  for (const char* rung : {"", "\x02", "\xFF", "\x01\x01"}) EXPECT_THROW(parse_begin(rung), Error);
  std::string hypothesis = encode(MessageType::final, {.heard_samples = 1, .words = words({"a"})});
  for (std::size_t size = 0; size + 5 < hypothesis.size(); ++size) {
    if (size == 8) continue;  // a hypothesis without words
    EXPECT_THROW(parse_hypothesis(std::string_view(hypothesis).substr(5, size)), Error) << size;
  }
}

}  // namespace
}  // namespace antiphon::speech
