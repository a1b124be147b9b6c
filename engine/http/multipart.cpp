#include "engine/http/multipart.h"

#include "engine/base/encoding.h"
#include "engine/base/error.h"

namespace antiphon::http {

namespace {

[[noreturn]] void refuse(std::string_view why) {
  throw Error(Code::invalid, fmt::format("The multipart body is broken: {}", why));
}

// The value of `name=value` or `name="value"` after a semicolon.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  for (auto at = header.find(';'); at != std::string_view::npos; at = header.find(';')) {
    header.remove_prefix(at + 1);
    header.remove_prefix(std::min(header.find_first_not_of(" \t"), header.size()));
    auto equals = header.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    bool is_wanted = equal_ignoring_case(header.substr(0, equals), name);
    header.remove_prefix(equals + 1);
    std::string value;
    if (header.starts_with('"')) {
      std::size_t i = 1;
      for (; i < header.size() && header[i] != '"'; ++i) {
        if (header[i] == '\\' && i + 1 < header.size()) ++i;
        value += header[i];
      }
      header.remove_prefix(std::min(i + 1, header.size()));
    } else {
      value = header.substr(0, header.find_first_of("; \t"));
    }
    if (is_wanted) return value;
  }
  return std::nullopt;
}

std::string boundary_of(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find_first_of("; "));
  if (!equal_ignoring_case(type, "multipart/form-data")) {
    throw Error(Code::unsupported, "The body is sent as multipart/form-data.");
  }
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > boundary_bytes_max) {
    refuse("its Content-Type has no good boundary.");
  }
  return *boundary;
}

Headers parse_part_headers(std::string_view head) {
  Headers headers;
  while (!head.empty()) {
    auto end = head.find("\r\n");
    std::string_view line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
    auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) refuse("a header of a part has no name.");
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    headers.add(line.substr(0, colon), value);
  }
  return headers;
}

PartHead parse_part_head(std::string_view bytes) {
  Headers headers = parse_part_headers(bytes);
  std::string_view disposition = headers.get("Content-Disposition");
  auto name = parameter(disposition, "name");
  if (!disposition.starts_with("form-data") || !name) refuse("a part has no name.");
  if (!is_utf8(disposition)) refuse("a name is not UTF-8.");
  return {*name, parameter(disposition, "filename"), std::string(headers.get("Content-Type"))};
}

[[noreturn]] void refuse_endless_head() { refuse("a part has no end of headers."); }

[[noreturn]] void refuse_more_parts() {
  refuse(fmt::format("it has more than {} parts.", parts_max));
}

void check_line_end(std::string_view after_delimiter) {
  if (after_delimiter.starts_with("\r\n")) return;
  refuse("a boundary is not followed by the end of its line.");
}

Part parse_part(std::string_view bytes) {
  auto end = bytes.substr(0, part_head_bytes_max).find("\r\n\r\n");
  if (end == std::string_view::npos) refuse_endless_head();
  return {parse_part_head(bytes.substr(0, end)), bytes.substr(end + 4)};
}

}  // namespace

// The first delimiter has no line before it, unless there is a preamble: one is put there.
MultipartParser::MultipartParser(std::string_view content_type)
    : delimiter_("\r\n--" + boundary_of(content_type)), buffer_("\r\n") {}

void MultipartParser::feed(std::string_view bytes) {
  if (state_ != State::end) buffer_.append(bytes);
}

MultipartParser::Event MultipartParser::next() {
  drop(std::exchange(used_, 0));
  for (;;) {
    switch (state_) {
      case State::preamble:
        if (skip_preamble() == Event::more) return Event::more;
        break;
      case State::delimiter: return read_delimiter();
      case State::head: return read_head();
      case State::content: return read_content();
      case State::end: buffer_.clear(); return Event::end;
    }
  }
}

void MultipartParser::finish() const {
  if (state_ == State::preamble) refuse("it does not begin with its boundary.");
  if (state_ != State::end) refuse("it ends within a part.");
}

void MultipartParser::drop(std::size_t bytes) { buffer_.erase(0, bytes); }

MultipartParser::Event MultipartParser::skip_preamble() {
  auto at = buffer_.find(delimiter_);
  if (at == std::string::npos) {
    // Its beginning may have come already.
    drop(buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1));
    return Event::more;
  }
  drop(at + delimiter_.size());
  state_ = State::delimiter;
  return Event::part_end;
}

MultipartParser::Event MultipartParser::read_delimiter() {
  if (buffer_.size() < 2) return Event::more;
  if (buffer_.starts_with("--")) {
    state_ = State::end;
    buffer_.clear();
    return Event::end;
  }
  check_line_end(buffer_);
  drop(2);
  state_ = State::head;
  return read_head();
}

MultipartParser::Event MultipartParser::read_head() {
  auto end = std::string_view(buffer_).substr(0, part_head_bytes_max).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (buffer_.size() >= part_head_bytes_max) refuse_endless_head();
    return Event::more;
  }
  // A delimiter before the content ends the part within its head.
  std::size_t content_at = end + 4;
  if (buffer_.size() < content_at + delimiter_.size()) return Event::more;
  if (buffer_.find(delimiter_) < content_at) refuse_endless_head();
  if (++parts_ > parts_max) refuse_more_parts();
  head_ = parse_part_head(std::string_view(buffer_).substr(0, end));
  used_ = content_at;
  state_ = State::content;
  return Event::part;
}

MultipartParser::Event MultipartParser::read_content() {
  auto end = buffer_.find(delimiter_);
  if (end == 0) {
    used_ = delimiter_.size();
    state_ = State::delimiter;
    return Event::part_end;
  }
  if (end == std::string::npos) {
    std::size_t kept = std::min(buffer_.size(), delimiter_.size() - 1);
    end = buffer_.size() - kept;
    if (end == 0) return Event::more;
  }
  content_ = std::string_view(buffer_).substr(0, end);
  used_ = end;
  return Event::content;
}

std::vector<Part> parse_multipart(std::string_view content_type, std::string_view body) {
  std::string delimiter = "\r\n--" + boundary_of(content_type);
  std::size_t at = 0;
  if (body.starts_with(std::string_view(delimiter).substr(2))) {
    at = delimiter.size() - 2;
  } else {
    at = body.find(delimiter);
    if (at == std::string_view::npos) refuse("it does not begin with its boundary.");
    at += delimiter.size();
  }
  std::vector<Part> parts;
  for (;;) {
    std::string_view rest = body.substr(at);
    if (rest.starts_with("--")) return parts;
    check_line_end(rest);
    auto end = rest.find(delimiter, 2);
    if (end == std::string_view::npos) refuse("it ends within a part.");
    if (parts.size() == parts_max) refuse_more_parts();
    parts.push_back(parse_part(rest.substr(2, end - 2)));
    at += end + delimiter.size();
  }
}

}  // namespace antiphon::http
