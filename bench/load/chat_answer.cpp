#include "bench/load/chat_answer.h"

#include <fmt/format.h>

namespace antiphon::bench {
namespace {

constexpr std::string_view event_begin = "data: ";
constexpr std::string_view event_end = "\n\n";

std::string_view content_of(std::string_view json) {
  constexpr std::string_view key = R"("content":")";
  auto at = json.find(key);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + key.size());
  return json.substr(0, json.find('"'));
}

}  // namespace

void ChatAnswer::add(std::string_view bytes) {
  rest_ += bytes;
  if (!is_streamed_) return;
  for (auto end = rest_.find(event_end); end != std::string::npos; end = rest_.find(event_end)) {
    std::string_view event = std::string_view(rest_).substr(0, end);
    if (!event.starts_with(event_begin) || is_done_) return;  // then the rest is not right either
    event.remove_prefix(event_begin.size());
    is_done_ = event == "[DONE]";
    read(event);
    rest_.erase(0, end + event_end.size());
  }
}

void ChatAnswer::end() {
  if (is_streamed_) return;
  is_done_ = rest_.ends_with('}');
  read(rest_);
}

void ChatAnswer::read(std::string_view json) {
  std::string_view content = content_of(json);
  text_ += content;
  if (!content.empty()) ++events_;
  has_stopped_ |= json.find(R"("finish_reason":"stop")") != std::string_view::npos;
}

std::string ChatAnswer::fault() const {
  if (text_ != expected_) {
    return fmt::format("its text is '{}' in place of '{}'; it ends: {}", text_, expected_, rest_);
  }
  if (!has_stopped_) return "it says no reason to finish";
  if (!is_done_ || (is_streamed_ && !rest_.empty())) return fmt::format("it ends: {}", rest_);
  return {};
}

}  // namespace antiphon::bench
