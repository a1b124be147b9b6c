#include "engine/model/answer_reader.h"

#include "engine/base/error.h"
#include "engine/model/limits.h"

namespace antiphon::model {
namespace {

using Kind = ProviderFailure::Kind;

std::size_t content_of(const ChatDelta& delta) {
  std::size_t bytes = delta.text.size();
  for (const auto& part : delta.tool_calls) bytes += part.name.size() + part.arguments.size();
  return bytes;
}

AnswerFault fault_without_finish(const AnswerState& state) {
  if (state.content_bytes == 0 && state.end.malformed_lines > 0) {
    return {Kind::malformed, "not one line was what its protocol says."};
  }
  return {Kind::truncated, "it ended before it said that it was complete."};
}

}  // namespace

std::optional<AnswerFault> find_fault(const AnswerState& state) {
  if (state.error) return AnswerFault{kind_of_error(200, *state.error), "an error came in it."};
  if (!state.has_finish) return fault_without_finish(state);
  if (state.content_bytes == 0) {
    bool is_refused = state.has_refused || state.end.finish == Finish::content_filter;
    if (is_refused) return AnswerFault{Kind::refused, "it was withheld."};
    return AnswerFault{Kind::empty, state.end.finish == Finish::length
                                        ? "its tokens were used up before there was content."
                                        : "it ended without any content."};
  }
  if (state.end.finish != Finish::truncated) return std::nullopt;
  return AnswerFault{Kind::truncated, "it was given up for a reason of its own."};
}

void AnswerReader::feed(std::string_view bytes) {
  if (state_.is_over || broken_) return;
  if (framing_ != Framing::whole) return splitter_.feed(bytes);
  body_ += bytes;
  if (body_.size() > answer_bytes_max) broken_ = AnswerFault{Kind::malformed, "it is too long."};
}

void AnswerReader::end() {
  has_ended_ = true;
  splitter_.end();
}

std::optional<ChatDelta> AnswerReader::next() {
  ChatDelta delta;
  while (!state_.is_over && !broken_ && !state_.error) {
    std::optional<std::string> json;
    try {
      json = next_json();
    } catch (const Error&) {
      broken_ = AnswerFault{Kind::malformed, "one of its lines is too long."};
    }
    if (!json) return std::nullopt;
    read(*json, delta);
    if (!delta.is_empty()) return delta;
  }
  return std::nullopt;
}

std::optional<std::string> AnswerReader::next_json() {
  if (framing_ == Framing::events) return next_event();
  if (framing_ == Framing::whole) {
    if (!std::exchange(has_ended_, false)) return std::nullopt;
    return std::move(body_);
  }
  while (auto line = splitter_.next()) {
    if (!line->empty()) return line;
  }
  return std::nullopt;
}

// The last event counts without its empty line: a body that was cut is known by other signs.
std::optional<std::string> AnswerReader::next_event() {
  while (auto line = splitter_.next()) {
    if (auto event = assembler_.add(*line)) return std::move(event->data);
  }
  if (!has_ended_ || std::exchange(has_last_event_, true)) return std::nullopt;
  auto event = assembler_.add("");
  if (!event) return std::nullopt;
  return std::move(event->data);
}

void AnswerReader::read(std::string_view json, ChatDelta& delta) {
  if (framing_ == Framing::whole) state_.is_over = true;
  if (!wire_->read(json, state_, delta)) {
    delta = {};
    if (framing_ == Framing::whole) {
      broken_ = AnswerFault{Kind::malformed, "it is not what its protocol says."};
    } else {
      ++state_.end.malformed_lines;
    }
    return;
  }
  state_.content_bytes += content_of(delta);
  // Some say "stop" behind calls too.
  bool has_calls = state_.tool_calls > 0 && state_.end.finish == Finish::stop;
  if (state_.has_finish && has_calls) state_.end.finish = Finish::tool_calls;
}

}  // namespace antiphon::model
