#include "engine/http/answer_lines.h"

#include <array>

#include "engine/base/error.h"

namespace antiphon::http {
namespace {

constexpr std::size_t lines_piece_bytes = std::size_t{16} << 10;

[[noreturn]] void refuse_long(std::string_view what, std::size_t bytes_max) {
  throw Error(Code::too_large, fmt::format("A {} has more than {} bytes.", what, bytes_max));
}

ClientFailure too_large(const Error& error) {
  return {ClientFailure::Kind::too_large, ClientFailure::Stage::body, error.message()};
}

}  // namespace

void LineSplitter::feed(std::string_view bytes) { buffer_.append(bytes); }

std::optional<std::string> LineSplitter::next() {
  if (skips_newline_ && !buffer_.empty()) {
    if (buffer_.front() == '\n') buffer_.erase(0, 1);
    skips_newline_ = false;
  }
  auto end = buffer_.find_first_of("\r\n", searched_);
  if (std::min(end, buffer_.size()) > line_bytes_max) refuse_long("line", line_bytes_max);
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    if (!has_ended_ || buffer_.empty()) return std::nullopt;
    searched_ = 0;
    return std::exchange(buffer_, {});
  }
  std::string line = buffer_.substr(0, end);
  skips_newline_ = buffer_[end] == '\r';
  buffer_.erase(0, end + 1);
  searched_ = 0;
  return line;
}

std::optional<ServerEvent> EventAssembler::add(std::string_view line) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (std::exchange(is_first_, false) && line.starts_with(byte_order_mark)) {
    line.remove_prefix(byte_order_mark.size());
  }
  if (line.empty()) {
    ServerEvent done = std::exchange(event_, {.id = event_.id});
    if (!std::exchange(has_data_, false)) return std::nullopt;
    return done;
  }
  auto colon = line.find(':');
  std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") event_.name = value;
  if (field == "id" && !value.contains('\0')) event_.id = value;
  if (field != "data") return std::nullopt;
  if (std::exchange(has_data_, true)) event_.data += '\n';
  event_.data += value;
  if (event_.data.size() > event_bytes_max) refuse_long("event", event_bytes_max);
  return std::nullopt;
}

Task<AnswerLines::Line> AnswerLines::next() {
  std::array<char, lines_piece_bytes> piece;
  for (;;) {
    try {
      if (auto line = splitter_.next()) co_return line;
    } catch (const Error& error) {
      co_return std::unexpected(too_large(error));
    }
    if (has_ended_) co_return std::nullopt;
    auto count = co_await answer_->read_some(piece);
    if (!count) co_return std::unexpected(count.error());
    splitter_.feed({piece.data(), *count});
    if (*count > 0) continue;
    has_ended_ = true;
    splitter_.end();
  }
}

Task<AnswerEvents::Event> AnswerEvents::next() {
  for (;;) {
    auto line = co_await lines_.next();
    if (!line) co_return std::unexpected(line.error());
    if (!*line) co_return std::nullopt;
    try {
      if (auto event = assembler_.add(**line)) co_return event;
    } catch (const Error& error) {
      co_return std::unexpected(too_large(error));
    }
  }
}

}  // namespace antiphon::http
