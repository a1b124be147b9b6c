#pragma once

#include <vector>

#include "engine/record/entry.h"
#include "engine/record/header.h"

// One entry of each kind, for tests.

namespace antiphon::record {

inline const live::Moment sample_start{Instant(std::chrono::hours(5)),
                                       Timestamp(std::chrono::hours(500'000))};

inline Header sample_header() {
  return {.program = "0.1.0",
          .app = "director",
          .session_id = "ses_1",
          .tenant = "ten_1",
          .principal = "usr_1",
          .steady = std::chrono::nanoseconds(sample_start.steady.time_since_epoch()).count(),
          .time = sample_start.time.time_since_epoch().count(),
          .wish = R"({"language":"en"})",
          .settings = "{}",
          .ingredients = {{"speech model", "abc"}}};
}

inline std::vector<Entry> sample_entries() {
  live::Moment later{sample_start.steady + std::chrono::nanoseconds(1'500'000'001),
                     sample_start.time - std::chrono::microseconds(7)};
  auto step = [&](live::Step each) { return Entry(StepTaken{later, std::move(each)}); };
  return {StepTaken{sample_start, live::Begun{}},
          step(live::MessageCame{"text", R"({"text":"hej"})", "m1"}),
          step(live::SoundCame{1600, {0, -1, 32767, -32768}}),
          step(live::RateChosen{48'000}),
          step(live::ReaderCame{}),
          step(live::ReaderLeft{}),
          step(live::EventAcknowledged{300}),
          step(live::Turn{}),
          step(live::Answered{.call = 1}),
          step(live::Answered{2, live::Answered::Failure{Code::timeout, "It took too long."}}),
          step(live::ClosedFromOutside{"retention"}),
          FactLearnt{"analysis", "rules"},
          EventTold{R"({"type":"status","seq":1,"ts":"2026-03-01T08:00:00.000Z"})"},
          RecordEnded{""}};
}

}  // namespace antiphon::record
