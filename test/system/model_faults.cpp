#include "test/system/model_faults.h"

#include <algorithm>

namespace antiphon::testing {
namespace {

const std::string all_of_it = "the whole answer";
const std::string without_a_line = "the answer without that line";

Outcome after_calls(std::string sees, std::string calls) {
  return {std::move(sees), std::move(calls)};
}

// It goes well, whatever else there is.
Outcomes well(const std::string& sees = all_of_it) {
  return {after_calls(sees, "1"), after_calls(sees, "1 + 0")};
}
// Tried as often as a question may be, and elsewhere at once.
Outcomes tried_again(const std::string& sees = "502 `upstream_failed`") {
  return {after_calls(sees, "3"), after_calls(all_of_it, "1 + 1")};
}
// Not tried again there, as it would end the same way; elsewhere it may do.
Outcomes tried_elsewhere(const std::string& sees = "502 `upstream_failed`") {
  return {after_calls(sees, "1"), after_calls(all_of_it, "1 + 1")};
}
// Nobody else is asked either.
Outcomes told_at_once(const std::string& sees) {
  return {after_calls(sees, "1"), after_calls(sees, "1 + 0")};
}
// The client has so many words already.
Outcomes cut_after(int words) {
  std::string sees = words == 1 ? "1 word" : std::to_string(words) + " words";
  return told_at_once(sees + ", then `truncated`");
}

const std::string limited = "429 `rate_limit_exceeded`";

using enum Speaks;
using std::chrono::milliseconds;

std::vector<Fault> of_connections() {
  constexpr auto at = Section::connection;
  return {
      {.section = at,
       .says = "nobody takes the connection",
       .then = "",
       .outcomes = {{"502 `upstream_failed`", "0"}, {all_of_it, "0 + 1"}},
       .is_refusing = true},
      {.section = at,
       .says = "the connection is closed without an answer",
       .then = R"("drop":true)",
       .outcomes = tried_again()},
      {.section = at,
       .says = "no head of an answer in the time for it",
       .then = R"("delayHeadMs":600000)",
       .outcomes = tried_again(),
       .limits = "first_byte_ms = 200",
       .is_slow = true},
      {.section = at,
       .says = "all is slow, within the limits",
       .then = R"("delayHeadMs":50,"delayFirstMs":50,"intervalMs":20)",
       .outcomes = well()},
  };
}

Fault refusal(std::string says, std::string then, Outcomes outcomes) {
  return {.section = Section::refusal,
          .says = std::move(says),
          .then = std::move(then),
          .outcomes = std::move(outcomes)};
}

std::vector<Fault> of_refusals() {
  std::vector<Fault> all{
      refusal("500", R"("status":500)", tried_again()),
      refusal("502", R"("status":502)", tried_again()),
      refusal("503", R"("status":503)", tried_again(limited)),
      refusal("504", R"("status":504)", tried_again()),
      refusal("529", R"("status":529)", tried_again(limited)),
      refusal("408", R"("status":408)", tried_again()),
      refusal("400", R"("status":400)", told_at_once("400 `invalid_value`")),
      refusal("400, the question is too long for the model",
              R"("status":400,"body":"{\"error\":{\"message\":\"prompt is too long\"}}")",
              tried_elsewhere("400 `invalid_value`")),
      refusal("401", R"("status":401)", tried_elsewhere()),
      refusal("402", R"("status":402)", tried_elsewhere()),
      refusal("403", R"("status":403)", tried_elsewhere()),
      refusal("404", R"("status":404)", told_at_once("400 `invalid_value`")),
      refusal("413", R"("status":413)", told_at_once("400 `invalid_value`")),
      refusal("200 with a page", R"("body":"<html>","headers":{"Content-Type":"text/html"})",
              tried_again()),
      refusal("200 with other JSON", R"("body":"{\"hello\":1}")", tried_again()),
      refusal("200 with half of its JSON", R"("wrongJson":true)", tried_again()),
  };
  all.back().is_streamed = false;
  return all;
}

Fault limit(std::string says, std::string hint, milliseconds wait, milliseconds apart) {
  return {.section = Section::limit,
          .says = std::move(says),
          .then = R"("hint":")" + hint + R"(","retryAfterMs":)" + std::to_string(wait.count()),
          .outcomes = tried_again(limited),
          .apart = apart};
}

Fault spent(std::string says, std::string hint, Speaks kind) {
  return {.section = Section::limit,
          .says = std::move(says),
          .then = R"("hint":")" + hint + '"',
          .outcomes = tried_elsewhere(),
          .kinds = {kind}};
}

// A date has no parts of a second: up to one of them is lost.
std::vector<Fault> of_limits() {
  std::vector<Fault> all{
      limit("`Retry-After` in seconds", "retry-after", milliseconds(1000), milliseconds(1000)),
      limit("`Retry-After` as a date", "retry-after-date", milliseconds(2000), milliseconds(1000)),
      limit("`Retry-After-Ms`", "retry-after-ms", milliseconds(300), milliseconds(300)),
      limit("`x-ratelimit-reset-requests`", "rate-limit-reset", milliseconds(400),
            milliseconds(400)),
      limit("RetryInfo in the error", "retry-info", milliseconds(500), milliseconds(500)),
      {.section = Section::limit,
       .says = "nothing about when",
       .then = R"("status":429)",
       .outcomes = tried_again(limited),
       .apart = milliseconds(1000)},
      spent("a quota of the day is spent", "per-day", gemini),
      spent("nothing is left to pay with", "no-quota", openai),
      spent("the limit of spending is reached", "spend-limit", anthropic),
  };
  all[4].kinds = {gemini};
  return all;
}

Fault withheld(const std::string& word, Speaks kind) {
  return {.section = Section::before_content,
          .says = "the answer is withheld (`" + word + "`)",
          .then = R"("empty":true,"finish":")" + word + '"',
          .outcomes = told_at_once("502 `upstream_failed`"),
          .kinds = {kind}};
}

std::vector<Fault> before_content() {
  constexpr auto at = Section::before_content;
  return {
      {.section = at,
       .says = "it stands still",
       .then = R"("stallAt":0)",
       .outcomes = tried_again(),
       .limits = "first_token_ms = 300",
       .is_slow = true},
      {.section = at,
       .says = "the first piece comes too late",
       .then = R"("delayFirstMs":600000)",
       .outcomes = tried_again(),
       .limits = "first_token_ms = 300",
       .is_whole = false},
      {.section = at,
       .says = "bytes come too slowly",
       .then = R"("dripBytesPerSecond":40)",
       .outcomes = tried_again(),
       .limits = "first_token_ms = 300",
       .is_slow = true},
      {.section = at,
       .says = "the connection is cut",
       .then = R"("cutAt":0)",
       .outcomes = tried_again()},
      {.section = at,
       .says = "an error within the 200",
       .then = R"("errorAt":0)",
       .outcomes = tried_again(),
       .is_whole = false,
       .exceptions = {{{anthropic}, tried_again(limited)}}},  // that it is overloaded
      {.section = at,
       .says = "an error within the 200",
       .then = R"("errorAt":0)",
       .outcomes = tried_again(),
       .is_streamed = false},
      {.section = at,
       .says = "a success without content",
       .then = R"("empty":true)",
       .outcomes = tried_again()},
      {.section = at,
       .says = "it ends without content and without a reason",
       .then = R"("empty":true,"noFinish":true)",
       .outcomes = tried_again()},
      withheld("content_filter", openai),
      withheld("SAFETY", gemini),
      withheld("refusal", anthropic),
      {.section = at,
       .says = "a line of nonsense stands before it",
       .then = R"("garbageAt":0)",
       .outcomes = well(),
       .is_whole = false},
      {.section = at,
       .says = "the line of the first piece is broken",
       .then = R"("wrongJson":true)",
       .outcomes = well(without_a_line),
       .is_whole = false,
       .loses_a_line = true},
  };
}

// After two words; whole answers have no such place.
Fault after(std::string says, std::string then, Outcomes outcomes, std::string limits = "") {
  return {.section = Section::after_content,
          .says = std::move(says),
          .then = std::move(then),
          .outcomes = std::move(outcomes),
          .limits = std::move(limits),
          .is_whole = false};
}

std::vector<Fault> after_content() {
  return {
      after("it stands still", R"("stallAt":2)", cut_after(2), "gap_ms = 300"),
      after("the next piece comes too late", R"("intervalMs":600000)", cut_after(1),
            "gap_ms = 300"),
      after("bytes come too slowly", R"("dripBytesPerSecond":400)", cut_after(1),
            "bytes_per_second_min = 1000\nrate_grace_ms = 100"),
      after("the connection is cut", R"("cutAt":2)", cut_after(2)),
      after("an error within the 200", R"("errorAt":2)", cut_after(2)),
      after("a line of nonsense stands between", R"("garbageAt":2)", well()),
  };
}

std::vector<Fault> at_end() {
  constexpr auto at = Section::at_end;
  return {
      {.section = at,
       .says = "it stands still before its end",
       .then = R"("stallAt":99)",
       .outcomes = cut_after(4),
       .limits = "gap_ms = 300",
       .is_whole = false},
      {.section = at,
       .says = "the connection is cut before its end",
       .then = R"("cutAt":99)",
       .outcomes = cut_after(4),
       .is_whole = false},
      {.section = at,
       .says = "an error in place of its end",
       .then = R"("errorAt":99)",
       .outcomes = cut_after(4),
       .is_whole = false},
      {.section = at,
       .says = "it ends without a reason",
       .then = R"("noFinish":true)",
       .outcomes = cut_after(4),
       .is_whole = false},
      // Servers like OpenAI's leave a reason out; the JSON shows that the answer is whole.
      {.section = at,
       .says = "it ends without a reason",
       .then = R"("noFinish":true)",
       .outcomes = told_at_once("502 `truncated`"),
       .is_streamed = false,
       .exceptions = {{{openai}, well()}}},
      {.section = at,
       .says = "it ends for a reason that nobody knows",
       .then = R"("finish":"pause_turn")",
       .outcomes = cut_after(4),
       .is_whole = false},
      {.section = at,
       .says = "it ends for a reason that nobody knows",
       .then = R"("finish":"pause_turn")",
       .outcomes = told_at_once("502 `truncated`"),
       .is_streamed = false},
      {.section = at,
       .says = "`[DONE]`, or its like, does not come",
       .then = R"("noDone":true)",
       .outcomes = well(),
       .is_whole = false,
       .kinds = {openai, anthropic}},
      {.section = at, .says = "it tells no usage", .then = R"("noUsage":true)", .outcomes = well()},
  };
}

std::vector<Fault> make_faults() {
  std::vector<Fault> all;
  for (auto* some :
       {of_connections, of_refusals, of_limits, before_content, after_content, at_end}) {
    for (Fault& fault : some()) all.push_back(std::move(fault));
  }
  return all;
}

}  // namespace

std::string_view to_text(Speaks kind) {
  switch (kind) {
    case openai: return "openai";
    case ollama: return "ollama";
    case gemini: return "gemini";
    case anthropic: return "anthropic";
  }
  return "openai";
}

const std::vector<Fault>& all_faults() {
  static const std::vector<Fault> faults = make_faults();
  return faults;
}

const Outcomes& outcomes_of(const Fault& fault, Speaks kind) {
  for (const Exception& exception : fault.exceptions) {
    if (std::ranges::count(exception.kinds, kind) > 0) return exception.outcomes;
  }
  return fault.outcomes;
}

}  // namespace antiphon::testing
