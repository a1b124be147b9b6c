// What Ollama answers, line by line and whole. E-31, E-33, E-109.
#include "engine/model/limits.h"
#include "engine/model/reader_sample_test.h"

namespace antiphon::model::ollama_wire_test {
namespace {

std::string told_lines(std::string_view bytes) {
  return told(make_ollama_wire, Framing::lines, bytes);
}

std::string line(std::string_view content) {
  return fmt::format(R"({{"model":"qwen2:0.5b","created_at":"2025-10-26T17:15:24.097767Z",)"
                     R"("message":{{"role":"assistant","content":"{}"}},"done":false}})"
                     "\n",
                     content);
}
std::string last(std::string_view more = "", std::int64_t load_duration = 101397084) {
  return fmt::format(
      R"({{"model":"qwen2:0.5b","created_at":"2025-10-26T17:15:25Z","message":)"
      R"({{"role":"assistant","content":""}},"done":true,"total_duration":174560334,)"
      R"("load_duration":{},"eval_duration":52479709{}}})"
      "\n",
      load_duration, more);
}
const std::string counts = R"(,"done_reason":"stop","prompt_eval_count":11,"eval_count":18)";

TEST(OllamaWire, gives_pieces_counts_and_the_end) {
  EXPECT_EQ(told_lines(line("Th") + line("is") + last(counts)), "[Th][is] stop in=11 out=18");
  EXPECT_EQ(told_lines(line("Th") + "\r\n" + last(counts)), "[Th] stop in=11 out=18");
  EXPECT_EQ(told_lines(line("Th") + last(R"(,"done_reason":"length")")), "[Th] length");
  std::string open_end = line("Th") + last(counts);
  open_end.pop_back();
  EXPECT_EQ(told_lines(open_end), "[Th] stop in=11 out=18") << "the last line without its end";
}

TEST(OllamaWire, counts_that_are_missing_are_unknown) {
  EXPECT_EQ(told_lines(line("Th") + last()), "[Th] stop");
  EXPECT_EQ(told_lines(line("Th") + last(R"(,"eval_count":18,"prompt_eval_count":-1)")),
            "[Th] stop out=18");
}

TEST(OllamaWire, a_model_that_had_to_be_loaded_is_told) {  // E-109
  EXPECT_EQ(told_lines(line("Th") + last("", 1'000'000'001)), "[Th] stop cold");
  EXPECT_EQ(told_lines(line("Th") + last("", 1'000'000'000)), "[Th] stop");
}

TEST(OllamaWire, an_error_in_the_stream_is_no_end) {  // E-33
  EXPECT_EQ(told_lines(line("Th") + R"({"error":"an unknown error was encountered"})"
                                    "\n"),
            "[Th] truncated ! transient");
  EXPECT_EQ(told_lines(R"({"error":"server busy, please try again"})"
                       "\n"),
            " truncated ! overloaded");
}

TEST(OllamaWire, cut_and_empty_answers_are_told_apart) {  // E-33
  EXPECT_EQ(told_lines(line("Th")), "[Th] truncated ! truncated");
  EXPECT_EQ(told_lines(line("Th") + last().substr(0, 50)),
            "[Th] truncated malformed=1 ! truncated");
  EXPECT_EQ(told_lines(last(counts)), " stop in=11 out=18 ! empty");
  EXPECT_EQ(told_lines("garbage\n" + line("Th") + last()), "[Th] stop malformed=1");
  EXPECT_EQ(told_lines(line("Th") + last(R"(,"done_reason":"other")")),
            "[Th] truncated ! truncated");
}

std::string call(std::string_view id) {
  return fmt::format(R"({{"created_at":"2025-10-26T17:15:24Z","message":{{"content":"",)"
                     R"("tool_calls":[{{{}"function":{{"index":0,"name":"find","arguments":)"
                     R"({{"a":[1,"b"],"c":{{}}}}}}}}]}},"done":false}})"
                     "\n",
                     id);
}

TEST(OllamaWire, arguments_of_calls_are_objects) {
  EXPECT_EQ(told_lines(call("") + call(R"("id":"call_x",)") + last()),
            R"((0 call_20251026171524_0 find {"a":[1,"b"],"c":{}}))"
            R"((1 call_x find {"a":[1,"b"],"c":{}}) tool_calls)");
  std::string many;
  for (std::size_t i = 0; i < tool_calls_max; ++i) many += call("");
  EXPECT_THAT(told_in_pieces(make_ollama_wire(), Framing::lines, many + call("") + last(), 1000),
              HasSubstr("tool_calls malformed=1"));
}

TEST(OllamaWire, thoughts_are_no_content_but_progress) {
  AnswerReader reader(make_ollama_wire(), Framing::lines);
  reader.feed(R"({"message":{"content":"","thinking":"hm"},"done":false})"
              "\n");
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.state().thought_bytes, 2u);
}

TEST(OllamaWire, an_answer_in_one_piece_is_a_line) {
  std::string body = R"({"model":"m","message":{"content":"This"},"done":true})";
  EXPECT_EQ(told(make_ollama_wire, Framing::whole, body), "[This] stop");
  EXPECT_EQ(told(make_ollama_wire, Framing::whole, R"({"error":"no"})"), " truncated ! transient");
}

}  // namespace
}  // namespace antiphon::model::ollama_wire_test
