#include "engine/trace/stages.h"

#include <algorithm>
#include <utility>

namespace antiphon::trace {
namespace {

// RFC 9110, 5.6.2: token characters.
bool is_token(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string to_token(std::string_view name) {
  std::string token(name);
  std::ranges::replace_if(token, [](char c) { return !is_token(c); }, '_');
  return token.empty() ? "_" : token;
}

// RFC 9110, 5.6.4. Bytes outside ASCII are allowed there, but few readers agree on what they mean.
std::string to_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c >= ' ' && c < 0x7f ? c : '_';
  }
  return quoted + '"';
}

}  // namespace

Stages::Timing::Timing(Timing&& other) noexcept
    : stages_(std::exchange(other.stages_, nullptr)), index_(other.index_) {}

void Stages::Timing::end() {
  if (stages_ == nullptr) return;
  stages_->stages_[index_].end_ms = stages_->elapsed_ms();
  stages_ = nullptr;
}

void Stages::Timing::note(std::string_view text) {
  if (stages_ != nullptr) stages_->stages_[index_].note = text;
}

Stages::Timing Stages::begin(std::string_view name) {
  if (stages_.size() == stages_max) return {nullptr, 0};
  stages_.push_back({std::string(name), elapsed_ms(), std::nullopt, {}});
  return {this, stages_.size() - 1};
}

void Stages::add(std::string_view name, Instant begin, Instant end, std::string_view note) {
  if (stages_.size() == stages_max) return;
  stages_.push_back(
      {std::string(name), offset_ms(begin), offset_ms(std::max(begin, end)), std::string(note)});
}

double Stages::offset_ms(Instant time) const {
  return std::chrono::duration<double, std::milli>(time - start_).count();
}

std::string to_server_timing(std::span<const Stage> stages) {
  std::string header;
  for (const Stage& stage : stages) {
    if (!stage.end_ms) continue;
    if (!header.empty()) header += ", ";
    header += fmt::format("{};dur={:.1f}", to_token(stage.name), *stage.end_ms - stage.begin_ms);
    if (!stage.note.empty()) header += ";desc=" + to_quoted(stage.note);
  }
  return header;
}

}  // namespace antiphon::trace
