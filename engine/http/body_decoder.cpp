#include "engine/http/body_decoder.h"

#include <algorithm>
#include <charconv>

namespace antiphon::http {

namespace {

std::unexpected<Refusal> refuse(std::string reason) {
  return std::unexpected(Refusal{400, std::move(reason)});
}

}  // namespace

std::expected<BodyDecoder::Step, Refusal> BodyDecoder::decode(std::string_view in,
                                                              std::span<char> out) {
  Step step;
  while (step.consumed < in.size() && !is_done()) {
    std::string_view rest = in.substr(step.consumed);
    if (state_ == State::data) {
      std::size_t room = std::min(rest.size(), out.size() - step.produced);
      std::size_t count = std::min<std::uint64_t>(room, left_);
      if (count == 0) break;
      rest.copy(out.data() + step.produced, count);
      step.consumed += count;
      step.produced += count;
      if (left_ != UINT64_MAX) left_ -= count;
      if (left_ == 0) state_ = is_chunked_ ? State::data_end : State::done;
      continue;
    }
    auto taken = take_line(rest);
    if (!taken) return std::unexpected(taken.error());
    step.consumed += *taken;
    if (!line_done_) continue;
    if (auto ended = end_line(); !ended) return std::unexpected(ended.error());
  }
  return step;
}

// Takes bytes up to a line's end into line_, without its CR LF.
std::expected<std::size_t, Refusal> BodyDecoder::take_line(std::string_view in) {
  auto end = in.find('\n');
  line_done_ = end != std::string_view::npos;
  std::size_t count = line_done_ ? end + 1 : in.size();
  if (line_.size() + count > line_bytes_max)
    return refuse("A line of the chunked body is too long.");
  line_.append(in.substr(0, count));
  if (!line_done_) return count;
  if (!line_.ends_with("\r\n") || line_.find('\r') != line_.size() - 2) {
    return refuse("Lines of a chunked body end with CR and LF together.");
  }
  line_.resize(line_.size() - 2);
  return count;
}

std::expected<void, Refusal> BodyDecoder::end_line() {
  if (state_ == State::size) {
    if (auto read = read_size(); !read) return read;
    state_ = left_ == 0 ? State::trailer : State::data;
  } else if (state_ == State::data_end) {
    if (!line_.empty()) return refuse("A chunk is longer than its size says.");
    state_ = State::size;
  } else if (line_.empty()) {
    state_ = State::done;
  } else if (++trailers_ > trailers_max) {
    return refuse("The chunked body has too many trailers.");
  }
  line_.clear();
  return {};
}

std::expected<void, Refusal> BodyDecoder::read_size() {
  const char* end = line_.data() + line_.size();
  auto [rest, error] = std::from_chars(line_.data(), end, left_, 16);
  // 2^63 and more is nobody's chunk, and UINT64_MAX means "until the end" here.
  bool is_size = error == std::errc() && left_ <= INT64_MAX && (rest == end || *rest == ';');
  if (!is_size) return refuse("The size of a chunk is not a hexadecimal number.");
  return {};
}

}  // namespace antiphon::http
