#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <limits>

#include "engine/base/encoding.h"
#include "engine/base/random.h"
#include "engine/log/logger.h"

namespace antiphon::log {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return parse_rfc3339("2026-03-01T08:15:30.250Z"); }
  Instant steady() const override { return {}; }
};

// What a log wrote; complete once its loggers are gone.
class Written {
 public:
  Logger logger(Options options = {}) {
    options.sink = [this](std::string_view line) { lines_.emplace_back(line); };
    return Logger(clock_, std::move(options));
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  FixedClock clock_;
  std::vector<std::string> lines_;
};

std::string line_of(std::string_view message, std::initializer_list<Field> fields, Form form,
                    const Mask& mask = nullptr) {
  return to_line({.time = parse_rfc3339("2026-03-01T08:15:30.250Z"),
                  .level = Level::info,
                  .message = message,
                  .trace_id = {},
                  .session_id = {},
                  .fields = {fields.begin(), fields.size()}},
                 form, mask);
}

std::string json_value(std::string_view value) {
  std::string line = line_of("m", {{"v", value}}, Form::json);
  std::size_t at = line.find("\"v\":") + 4;
  return line.substr(at, line.size() - at - 2);
}

TEST(Log, writes_json_lines) {  // E-90
  Written written;
  written.logger({.form = Form::json})
      .with_trace("4bf92f3577b34da6a3ce929d0e0e4736")
      .with_session("ses_1")
      .warning("Behind.", {{"lagMs", 480}, {"share", 0.5}, {"late", true}, {"by", "core 1"}});
  EXPECT_THAT(
      written.lines(),
      ElementsAre(R"({"time":"2026-03-01T08:15:30.250Z","level":"warning","message":"Behind.",)"
                  R"("traceId":"4bf92f3577b34da6a3ce929d0e0e4736","sessionId":"ses_1",)"
                  R"("fields":{"lagMs":480,"share":0.5,"late":true,"by":"core 1"}})"));
}

TEST(Log, writes_text_lines) {  // E-90
  Written written;
  written.logger().with_session("ses_1").error("Cannot read.",
                                               {{"path", "/a b"}, {"size", std::size_t{7}}});
  EXPECT_THAT(written.lines(), ElementsAre("2026-03-01T08:15:30.250Z error   Cannot read. "
                                           "path=\"/a b\" size=7 session=ses_1"));
}

TEST(Log, json_without_fields_and_ids_has_neither) {
  EXPECT_EQ(line_of("m", {}, Form::json),
            R"({"time":"2026-03-01T08:15:30.250Z","level":"info","message":"m"})");
}

TEST(Log, goes_to_standard_error_when_no_sink_is_given) {
  testing::internal::CaptureStderr();
  FixedClock clock;
  Logger(clock).info("Listening.", {{"port", 8080}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "2026-03-01T08:15:30.250Z info    Listening. port=8080\n");
}

TEST(Log, leaves_out_what_is_below_its_level) {
  Written written;
  {
    Logger logger = written.logger({.level = Level::warning});
    logger.debug("a");
    logger.info("b");
    logger.warning("c");
    logger.error("d");
  }
  EXPECT_THAT(written.lines(), ElementsAre(EndsWith(" c"), EndsWith(" d")));
}

TEST(Log, masks_messages_and_text_values) {  // E-90
  Mask mask = [](std::string_view text) {
    return text.find('@') == text.npos ? std::string(text) : "[masked]";
  };
  for (Form form : {Form::text, Form::json}) {
    std::string line = line_of("to ada@example.org", {{"mail", "ada@example.org"}}, form, mask);
    EXPECT_EQ(line.find('@'), line.npos) << line;
    EXPECT_THAT(line, HasSubstr("[masked]"));
  }
}

TEST(Log, shows_nothing_when_the_mask_fails) {
  Mask mask = [](std::string_view) -> std::string { throw std::runtime_error("no"); };
  std::string line = line_of("secret", {{"a", "secret"}}, Form::json, mask);
  EXPECT_EQ(line.find("secret"), line.npos);
  EXPECT_THAT(line, HasSubstr("[mask failed]"));
}

TEST(Log, cannot_be_made_to_show_a_line_that_was_not_logged) {
  for (Form form : {Form::text, Form::json}) {
    std::string line = line_of("a\n2026 error fake", {{"v", "x\r\ny\x1b[2J\x7f\xc2\x9b"}}, form);
    for (char c : line) EXPECT_TRUE(c >= ' ' && c < 0x7f) << static_cast<int>(c);
    EXPECT_THAT(line, HasSubstr(R"(a\n2026 error fake)"));
    EXPECT_THAT(line, HasSubstr(R"("x\r\ny\u001b[2J\u007f\u009b")"));
  }
  EXPECT_THAT(line_of("m", {{"v", "1 level=error"}}, Form::text), EndsWith("v=\"1 level=error\""));
  EXPECT_EQ(json_value(R"(","level":"error)"), R"("\",\"level\":\"error")");
}

TEST(Log, escapes_what_ends_lines_and_turns_writing) {
  EXPECT_EQ(json_value("a\u2028b\u2029c\u202ed\u2066"), R"("a\u2028b\u2029c\u202ed\u2066")");
  EXPECT_EQ(json_value("åäö 東京 🎬 \\"), "\"åäö 東京 🎬 \\\\\"");
}

TEST(Log, replaces_what_is_no_utf8) {
  EXPECT_EQ(json_value("a\xff"
                       "b\xc0\xaf\xe2\x82"),
            "\"a\ufffdb\ufffd\ufffd\ufffd\ufffd\"");
  SeededRandom random(5);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random.below(40), '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    for (Form form : {Form::text, Form::json}) {
      std::string line = line_of(bytes, {{"v", bytes}}, form);
      ASSERT_TRUE(is_utf8(line)) << to_hex(bytes);
      ASSERT_EQ(line.find_first_of(std::string_view("\n\r\0\x1b", 4)), line.npos) << to_hex(bytes);
    }
  }
}

TEST(Log, cuts_long_values_between_characters) {
  std::string value = json_value(std::string(value_bytes_max - 1, 'x') + "ö and more");
  EXPECT_EQ(value, '"' + std::string(value_bytes_max - 1, 'x') + "…\"");
  EXPECT_EQ(json_value(std::string(value_bytes_max, 'x')).size(), value_bytes_max + 2);
}

TEST(Log, writes_numbers_that_json_lacks_as_text) {
  std::string line = line_of("m",
                             {{"a", std::numeric_limits<double>::quiet_NaN()},
                              {"b", -std::numeric_limits<double>::infinity()},
                              {"c", std::numeric_limits<std::uint64_t>::max()}},
                             Form::json);
  EXPECT_THAT(line, HasSubstr(R"("a":"nan","b":"-inf","c":18446744073709551615)"));
}

TEST(Log, drops_and_counts_when_the_sink_is_stuck) {
  FixedClock clock;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<std::uint64_t> written = 0;
  std::uint64_t logged = 3 * lines_waiting_max;
  std::uint64_t dropped = 0;
  {
    Logger logger(clock, {.sink = [&, released](std::string_view) {
                    released.wait();
                    ++written;
                  }});
    for (std::uint64_t i = 0; i < logged; ++i) logger.info("m");
    dropped = logger.dropped();
    release.set_value();
  }
  EXPECT_GE(dropped, logged - lines_waiting_max - 1);
  EXPECT_EQ(written + dropped, logged);
}

TEST(Log, survives_and_counts_a_sink_that_throws) {
  FixedClock clock;
  std::promise<void> second;
  int calls = 0;
  Logger logger(clock, {.sink = [&](std::string_view) {
                  if (++calls == 1) throw std::runtime_error("disk full");
                  second.set_value();
                }});
  logger.info("lost");
  logger.info("written");
  second.get_future().wait();
  EXPECT_EQ(logger.dropped(), 1u);
}

TEST(Log, takes_lines_from_many_threads) {
  Written written;
  {
    Logger logger = written.logger();
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([mine = logger.with_session(fmt::format("ses_{}", i))] {
        for (int k = 0; k < 100; ++k) mine.info("m", {{"k", k}});
      });
    }
  }
  EXPECT_EQ(written.lines().size(), 400u);
}

TEST(Log, levels_have_names) {
  for (Level level : {Level::debug, Level::info, Level::warning, Level::error}) {
    EXPECT_EQ(parse_level(to_text(level)), level);
  }
  EXPECT_FALSE(parse_level("verbose"));
  EXPECT_FALSE(parse_level(""));
}

}  // namespace
}  // namespace antiphon::log
