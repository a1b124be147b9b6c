#pragma once

// What a test reads of an answer, as one line: "[Hel][lo] stop in=12 out=20".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/model/answer_reader.h"
#include "engine/model/provider_wires.h"

namespace antiphon::model {

using Framing = AnswerReader::Framing;
using ::testing::HasSubstr;

inline std::string told_delta(const ChatDelta& delta) {
  std::string told;
  if (!delta.text.empty()) told += fmt::format("[{}]", delta.text);
  for (const auto& part : delta.tool_calls) {
    told += fmt::format("({} {} {} {})", part.index, part.id, part.name, part.arguments);
  }
  return told;
}

inline std::string told_end(const AnswerReader& reader) {
  const ChatEnd& end = reader.state().end;
  std::string told = fmt::format(" {}", to_text(end.finish));
  auto add = [&](std::string_view name, std::optional<std::int64_t> count) {
    if (count) told += fmt::format(" {}={}", name, *count);
  };
  add("in", end.usage.tokens_in);
  add("cached", end.usage.tokens_cached);
  add("out", end.usage.tokens_out);
  add("reasoning", end.usage.tokens_reasoning);
  if (end.malformed_lines > 0) told += fmt::format(" malformed={}", end.malformed_lines);
  if (end.is_cold) told += " cold";
  auto fault = reader.broken() ? reader.broken() : find_fault(reader.state());
  if (fault) told += fmt::format(" ! {}", to_text(fault->kind));
  return told;
}

// What comes of the bytes when they are fed in pieces of so many.
inline std::string told_in_pieces(std::unique_ptr<AnswerWire> wire, Framing framing,
                                  std::string_view bytes, std::size_t piece_bytes) {
  AnswerReader reader(std::move(wire), framing);
  std::string told;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece_bytes));
    bytes.remove_prefix(std::min(piece_bytes, bytes.size()));
    while (auto delta = reader.next()) told += told_delta(*delta);
  }
  reader.end();
  while (auto delta = reader.next()) told += told_delta(*delta);
  return told + told_end(reader);
}

// The same for every size of the pieces: however many events come in a read, and wherever one is
// split (E-31).
template <class MakeWire>
std::string told(MakeWire make_wire, Framing framing, std::string_view bytes) {
  std::string whole = told_in_pieces(make_wire(), framing, bytes, bytes.size() + 1);
  for (std::size_t size = 1; size <= std::min<std::size_t>(bytes.size(), 80); ++size) {
    EXPECT_EQ(told_in_pieces(make_wire(), framing, bytes, size), whole) << size;
  }
  return whole;
}

}  // namespace antiphon::model
