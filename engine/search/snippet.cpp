#include "engine/search/snippet.h"

#include <algorithm>

namespace antiphon::search {
namespace {

std::vector<Range> ranges_of(std::span<const Match> matches, std::size_t field) {
  std::vector<Range> ranges;
  for (const Match& match : matches) {
    if (match.field == field) ranges.push_back({match.begin, match.end});
  }
  return ranges;
}

// The run of matches that fits into bytes_max and has the most of them.
std::span<const Range> choose_run(std::span<const Range> ranges, std::size_t bytes_max) {
  std::span<const Range> best;
  for (std::size_t first = 0; first < ranges.size(); ++first) {
    std::size_t count = 0;
    while (first + count < ranges.size() &&
           ranges[first + count].end - ranges[first].begin <= bytes_max) {
      ++count;
    }
    if (count > best.size()) best = ranges.subspan(first, count);
  }
  return best;
}

bool is_inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// `want` or the first good place to begin after it, at most `limit`.
std::size_t choose_begin(std::string_view text, std::size_t want, std::size_t limit) {
  if (want == 0) return 0;
  std::size_t space = text.find(' ', want - 1);
  if (space < limit) return space + 1;
  while (want < limit && is_inside_character(text, want)) ++want;
  return want;
}

// `want` or the last good place to end before it, at least `limit`.
std::size_t choose_end(std::string_view text, std::size_t want, std::size_t limit) {
  if (want >= text.size()) return text.size();
  std::size_t space = text.rfind(' ', want);
  if (space != std::string_view::npos && space > limit) return space;
  while (want > limit && is_inside_character(text, want)) --want;
  return want;
}

}  // namespace

Snippet make_snippet(std::string_view text, std::span<const Match> matches, std::size_t field,
                     std::size_t bytes_max) {
  std::vector<Range> ranges = ranges_of(matches, field);
  std::span<const Range> run = choose_run(ranges, bytes_max);
  Range core = run.empty() ? Range{0, 0} : Range{run.front().begin, run.back().end};

  // What room is left stands half before and half after the matches, or where there is text.
  std::size_t room = bytes_max - (core.end - core.begin);
  std::size_t latest = text.size() - std::min(text.size(), bytes_max);
  std::size_t want = std::min(core.begin - std::min(core.begin, room / 2), latest);
  std::size_t begin = choose_begin(text, want, core.begin);
  std::size_t end = choose_end(text, begin + std::min(bytes_max, text.size() - begin), core.end);

  Snippet snippet{std::string(text.substr(begin, end - begin)), begin > 0, end < text.size(), {}};
  for (const Range& range : ranges) {
    if (range.begin < begin || range.end > end) continue;
    snippet.matches.push_back({range.begin - begin, range.end - begin});
  }
  return snippet;
}

}  // namespace antiphon::search
