#include "engine/remote_speech/transcription_answer.h"

#include <gtest/gtest.h>

#include "engine/remote_speech/written_words.h"

// E-40: what each kind of server answers, as words with times.

namespace antiphon::remote_speech {
namespace {

// "sv: Hej[100-500 0.90] du[500-900]", or "malformed".
std::string shown(const Heard& heard) {
  if (!heard) return std::string(to_text(heard.error().kind));
  std::string text = heard->language + ":";
  for (const Word& word : heard->words) {
    text += fmt::format(" {}[{}-{}", word.text, word.start_ms, word.end_ms);
    text += word.confidence ? fmt::format(" {:.2f}]", *word.confidence) : "]";
  }
  return text;
}

struct Case {
  const char* name;
  const char* json;
  const char* expected;
  Asked asked = {.sound_s = 2, .language = "en"};
};

class AnswersTest : public ::testing::TestWithParam<Case> {};

TEST_P(AnswersTest, E40_are_words_with_times_language_and_confidence) {
  EXPECT_EQ(shown(parse_transcription(GetParam().json, GetParam().asked)), GetParam().expected);
}

const Case cases[] = {
    {"openai_json", R"({"text":"Hello there, you.","usage":{"type":"duration","seconds":2}})",
     ": Hello[0-667] there,[667-1333] you.[1333-2000]"},
    {"openai_verbose",
     R"({"task":"transcribe","language":"swedish","duration":2.0,"text":"Hej du",
         "segments":[{"id":0,"start":0,"end":2,"text":"Hej du","avg_logprob":-0.1}],
         "words":[{"word":"Hej","start":0.1,"end":0.5},{"word":"du","start":0.5,"end":0.9}]})",
     "sv: Hej[100-500] du[500-900]"},
    {"words_with_blanks_are_whole_words",
     R"({"text":"a b","words":[{"word":" a","start":0,"end":1},{"word":" b","start":1,"end":2}]})",
     ": a[0-1000] b[1000-2000]"},
    {"whisper_cpp_tokens_within_segments",
     R"({"task":"transcribe","language":"english","duration":2,"text":" Hello you.",
         "segments":[{"id":0,"text":" Hello you.","start":0,"end":2,"words":[
           {"word":" Hel","start":0.1,"end":0.3,"t_dtw":-1,"probability":0.9},
           {"word":"lo","start":0.3,"end":0.6,"probability":0.7},
           {"word":" you","start":0.7,"end":1.0,"probability":0.95},
           {"word":".","start":1.0,"end":1.1,"probability":0.99}]}],
         "detected_language":"english"})",
     "en: Hello[100-600 0.70] you.[700-1100 0.95]"},
    {"whisper_cpp_cuts_within_characters",
     "{\"text\":\" sm\u00f6r\",\"segments\":[{\"text\":\" sm\u00f6r\",\"start\":0,\"end\":1,"
     "\"words\":[{\"word\":\" sm\uFFFD\",\"start\":0,\"end\":0.5},"
     "{\"word\":\"\uFFFDr\",\"start\":0.5,\"end\":1}]}]}",
     ": sm\u00f6r[0-1000]"},
    {"whisperx_words_without_times",
     R"({"segments":[{"start":0.2,"end":1.8,"text":" in 2024 we won","words":[
           {"word":"in","start":0.2,"end":0.4,"score":0.8},{"word":"2024"},
           {"word":"we","start":1.0,"end":1.2,"score":0.6},{"word":"won","score":0.5}]}],
         "word_segments":[],"language":"en"})",
     "en: in[200-400 0.80] 2024[400-1000] we[1000-1200 0.60] won[1200-2000 0.50]"},
    {"whisperx_word_segments_alone",
     R"({"segments":[],"word_segments":[{"word":"hi","start":0.5,"end":0.7,"score":0.9}]})",
     ": hi[500-700 0.90]"},
    {"segments_without_words_have_their_own_room",
     R"({"segments":[{"start":0,"end":1,"text":"one two","avg_logprob":-0.693147},
                     {"start":1.5,"end":2,"text":"three"}],"language":"en"})",
     "en: one[0-500 0.50] two[500-1000 0.50] three[1500-2000]"},
    {"japanese_has_no_blanks",
     "{\"text\":\"\u4eca\u65e5\u306f\u3001\u6674\u308c\u3002\",\"language\":\"japanese\"}",
     "ja: \u4eca\u65e5[0-667] \u306f\u3001[667-1333] \u6674\u308c\u3002[1333-2000]"},
    {"times_that_go_back_or_beyond_are_none",
     R"({"text":"a b c","words":[{"word":"a","start":-1,"end":99},{"word":"b","start":1,"end":1.5},
         {"word":"c","start":0.2,"end":1e999}]})",
     "malformed"},
    {"odd_times_are_filled",
     R"({"text":"a b c","words":[{"word":"a","start":-1,"end":99},{"word":"b","start":1,"end":1.5},
         {"word":"c","start":0.2,"end":"x"}]})",
     ": a[0-1000] b[1000-1500] c[1500-2000]"},
    {"silence_is_an_answer", R"({"text":"","language":"en","segments":[]})", "en:"},
    {"made_up_segments_are_left_out",
     R"({"text":"so so so yes","segments":[
          {"start":0,"end":1,"text":"so so so","compression_ratio":3.1},
          {"start":1,"end":2,"text":"yes","compression_ratio":0.9}],
        "words":[{"word":"so","start":0,"end":0.9},{"word":"yes","start":1.1,"end":1.9}]})",
     ": yes[1100-1900]",
     {.sound_s = 2, .language = "en", .compression_threshold = 2.4}},
    {"nothing_in_a_success", "", "empty"},
    {"an_object_without_text", R"({"usage":{}})", "empty"},
    {"a_fault_within_a_success", R"({"error":"failed to process audio"})", "broken"},
    {"no_object", R"(["text"])", "malformed"},
    {"html", "<html>It works!</html>", "malformed"},
};
INSTANTIATE_TEST_SUITE_P(Answers, AnswersTest, ::testing::ValuesIn(cases),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(TranscriptionAnswerTest, text_keeps_its_punctuation_and_has_single_blanks) {
  Heard heard = parse_transcription(R"({"text":"  Yes,\n  we   can. "})", {.sound_s = 1});
  EXPECT_EQ(heard->text, "Yes, we can.");
  heard =
      parse_transcription(R"({"segments":[{"text":" Yes,"},{"text":" we can."}]})", {.sound_s = 1});
  EXPECT_EQ(heard->text, "Yes, we can.");
}

TEST(TranscriptionAnswerTest, more_words_than_anybody_can_say_are_refused) {
  std::string text;
  for (std::size_t i = 0; i < heard_words_max; ++i) text += "a ";
  auto json = [](const std::string& all) { return "{\"text\":\"" + all + "\"}"; };
  EXPECT_EQ(parse_transcription(json(text), {.sound_s = 9})->words.size(), heard_words_max);
  EXPECT_EQ(shown(parse_transcription(json(text + "b"), {.sound_s = 9})), "malformed");
}

Heard streamed(std::vector<std::string> events) {
  TranscriptEvents transcript({.sound_s = 1, .language = "en"});
  for (std::string& data : events) {
    if (transcript.add({.data = std::move(data)})) break;
  }
  return transcript.finish();
}

TEST(TranscriptEventsTest, E40_a_stream_is_whole_only_when_it_says_so) {
  std::string hello = R"({"type":"transcript.text.delta","delta":"Hel"})";
  std::string done = R"({"type":"transcript.text.done","text":"Hello you"})";
  EXPECT_EQ(shown(streamed({hello, done})), ": Hello[0-500] you[500-1000]");
  EXPECT_EQ(shown(streamed({hello, R"({"type":"something.new"})", done, "[DONE]"})),
            ": Hello[0-500] you[500-1000]");
  EXPECT_EQ(shown(streamed({hello})), "broken");
  EXPECT_EQ(shown(streamed({hello, "[DONE]"})), "broken");
  EXPECT_EQ(shown(streamed({hello, R"({"error":{"message":"overloaded"}})", done})), "broken");
  EXPECT_EQ(shown(streamed({hello, "{", done})), "malformed");
}

TEST(WrittenWordsTest, are_compared_without_case_and_punctuation) {
  EXPECT_EQ(folded_word("\u201cHello,\u201d"), "hello");
  EXPECT_EQ(folded_word("\u00c5ngstr\u00f6m!"), "\u00e5ngstr\u00f6m");
  EXPECT_EQ(folded_word("don't"), "don't");
  EXPECT_EQ(folded_word("..."), "...");
}

}  // namespace
}  // namespace antiphon::remote_speech
