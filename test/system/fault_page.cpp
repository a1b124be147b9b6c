#include "test/system/fault_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace antiphon::testing {
namespace {

constexpr std::string_view introduction =
    R"(# When a provider fails

What a client of `/v1/chat/completions` sees when something goes wrong at a provider of models,
how often the provider was asked, and what it cost. Nothing here is written by hand: a test runs
the server against a model server that fails by script, over each kind of provider, and compares;
`make openapi` writes it anew.

- **Alone** is a group with one instance, **with a second** one whose fallback is a second
  instance that is well. Calls are those that arrived: `1 + 1` is one at each.
- The answer has four words. An answer that is **streamed** reaches its client as it comes, a
  **whole** one when it is complete.
- **Billed** is what `GET /api/v1/usage` says of the question, **produced** what the provider
  counted: tokens of questions + tokens of answers, over all calls. Where a provider does not tell
  its count, as behind an answer that was cut, the server estimates by letters, rather too much
  than too little.
- Errors say `x-should-retry: false` wherever a client's own retries would only repeat what was
  tried, or when to come again.

What holds in every row: a question is asked at most three times over all instances. Nothing that
was cut looks whole: it ends with `truncated` and without `[DONE]`, or is an error from the start.
No success is empty. No less is billed than was delivered, and where a provider tells its count,
exactly that.
)";

std::string_view heading(Section section) {
  switch (section) {
    case Section::connection: return "The connection";
    case Section::refusal: return "A status instead of an answer";
    case Section::limit: return "429, with a word about when to come again";
    case Section::before_content: return "Before the first content";
    case Section::after_content: return "After the first content";
    case Section::at_end: return "At the end of the answer";
  }
  return "";
}

std::string_view remark(Section section) {
  switch (section) {
    case Section::connection:
      return "A connection that is refused is tried three times as well; nobody was asked.";
    case Section::limit:
      return "A wait that is told is kept before the same instance is asked again. What is spent "
             "for "
             "longer puts the instance out.";
    case Section::before_content: return "Nothing has reached the client: another may answer.";
    case Section::after_content: return "What the client has cannot be taken back.";
    default: return "";
  }
}

std::string tokens_text(const Tokens& tokens) {
  return fmt::format("{} + {}", tokens.in, tokens.out);
}

std::string cells_of(const Consequence& came) {
  return fmt::format("{} | {} | {} | {}", came.outcome.sees, came.outcome.calls,
                     tokens_text(came.billed), tokens_text(came.produced));
}

// What has the same cells, and for which providers and answers that is.
struct Line {
  std::string cells;
  std::vector<Speaks> streamed;
  std::vector<Speaks> whole;
};

std::string names_of(const std::vector<Speaks>& kinds) {
  if (kinds.size() == std::size(every_kind)) return "";
  std::vector<std::string_view> names;
  for (Speaks kind : kinds) names.push_back(to_text(kind));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string label_of(std::string_view delivery, const std::vector<Speaks>& kinds) {
  if (kinds.empty()) return "";
  std::string names = names_of(kinds);
  return names.empty() ? std::string(delivery) : fmt::format("{} ({})", delivery, names);
}

std::string label_of(const Line& line) {
  if (line.streamed == line.whole) {
    std::string names = names_of(line.streamed);
    return names.empty() ? "any" : names;
  }
  std::string streamed = label_of("streamed", line.streamed);
  std::string whole = label_of("whole", line.whole);
  return streamed + (streamed.empty() || whole.empty() ? "" : "; ") + whole;
}

std::vector<Line> lines_of(std::span<const SeenFault> seen) {
  std::vector<Line> lines;
  for (const SeenFault& each : seen) {
    std::string cells = cells_of(each.alone) + " | " + cells_of(each.with_second);
    auto line = std::ranges::find(lines, cells, &Line::cells);
    if (line == lines.end()) line = lines.insert(line, Line{.cells = cells});
    (each.is_streamed ? line->streamed : line->whole).push_back(each.kind);
  }
  return lines;
}

std::string section_text(Section section, std::span<const SeenFault> seen) {
  std::string text = fmt::format("\n## {}\n\n", heading(section));
  if (auto words = remark(section); !words.empty()) text += fmt::format("{}\n\n", words);
  text +=
      "| what happens | answer | alone: the client sees | calls | billed | produced | with a "
      "second: "
      "the client sees | calls | billed | produced |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n";
  while (!seen.empty()) {
    const std::string& says = seen.front().fault->says;
    auto end =
        std::ranges::find_if(seen, [&](const SeenFault& each) { return each.fault->says != says; });
    auto count = static_cast<std::size_t>(end - seen.begin());
    bool is_first = true;
    for (const Line& line : lines_of(seen.first(count))) {
      text += fmt::format("| {} | {} | {} |\n", is_first ? says : "", label_of(line), line.cells);
      is_first = false;
    }
    seen = seen.subspan(count);
  }
  return text;
}

}  // namespace

std::string fault_page(std::span<const SeenFault> seen) {
  std::string text(introduction);
  while (!seen.empty()) {
    Section section = seen.front().fault->section;
    auto end = std::ranges::find_if(
        seen, [&](const SeenFault& each) { return each.fault->section != section; });
    auto count = static_cast<std::size_t>(end - seen.begin());
    text += section_text(section, seen.first(count));
    seen = seen.subspan(count);
  }
  return text;
}

}  // namespace antiphon::testing
