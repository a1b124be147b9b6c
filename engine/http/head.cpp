#include "engine/http/head.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>

#include "engine/base/encoding.h"
#include "engine/http/target.h"

namespace antiphon::http {

namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

std::unexpected<Refusal> refuse(int status, std::string reason) {
  return std::unexpected(Refusal{status, std::move(reason)});
}

std::string_view view(string_view text) { return {text.data(), text.size()}; }

// Collects a head from Beast; bodies never reach it.
template <bool isRequest>
class HeadParser final : public beast::http::basic_parser<isRequest> {
 public:
  std::string method;
  std::string target;
  int status = 0;
  int version = 0;
  Headers headers;

 private:
  void on_request_impl(beast::http::verb, string_view method_text, string_view target_text,
                       int version_number, error_code&) override {
    method = view(method_text);
    target = view(target_text);
    version = version_number;
  }
  void on_response_impl(int code, string_view, int version_number, error_code&) override {
    status = code;
    version = version_number;
  }
  void on_field_impl(beast::http::field, string_view name, string_view value,
                     error_code&) override {
    headers.add(view(name), view(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
};

// Gives Beast the whole head. An error of it, or nothing.
template <bool isRequest>
error_code feed(HeadParser<isRequest>& parser, std::string_view head) {
  parser.header_limit(static_cast<std::uint32_t>(head.size()));
  parser.body_limit(boost::none);
  error_code error;
  parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error == beast::http::error::need_more && parser.is_header_done()) error = {};
  return error;
}

// Whether the request line has three words, the last a version; else it is broken in another way.
bool names_version(std::string_view head) {
  std::string_view line = head.substr(0, head.find('\r'));
  return std::ranges::count(line, ' ') == 2 && line.contains(" HTTP/");
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == ':' || c == '[' || c == ']';
}

std::optional<Refusal> check_host(const Headers& headers, bool is_http_1_0) {
  std::size_t count = headers.count("Host");
  if (count > 1 || (count == 0 && !is_http_1_0)) {
    return Refusal{400, "A request has exactly one Host header."};
  }
  std::string_view host = headers.get("Host");
  if (count == 1 && (host.empty() || !std::ranges::all_of(host, is_host_character))) {
    return Refusal{400, "The Host header is not a host name with an optional port."};
  }
  return std::nullopt;
}

std::expected<RequestHead, Refusal> check_request(HeadParser<true> parsed, const Limits& limits) {
  if (parsed.target.size() > limits.target_bytes_max) {
    return refuse(414, fmt::format("The target is longer than {} bytes.", limits.target_bytes_max));
  }
  if (parsed.headers.size() > limits.header_count_max) {
    return refuse(431, fmt::format("There are more than {} headers.", limits.header_count_max));
  }
  auto method = parse_method(parsed.method);
  if (!method) return refuse(501, "This method is not served.");

  RequestHead head;
  head.is_http_1_0 = parsed.version == 10;
  if (auto refusal = check_host(parsed.headers, head.is_http_1_0)) return std::unexpected(*refusal);
  auto length = parse_body_length(parsed.headers);
  if (!length) return std::unexpected(length.error());
  if (length->is_chunked && head.is_http_1_0) {
    return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
  }
  auto target = parse_target(parsed.target, parsed.headers.get("Host"));
  if (!target) return std::unexpected(target.error());
  if (target->path == "*" && *method != Method::options) {
    return refuse(400, "Only OPTIONS asks for \"*\".");
  }
  if (const std::string* expect = parsed.headers.find("Expect")) {
    if (!equal_ignoring_case(*expect, "100-continue")) {
      return refuse(417, "The only expectation that is met is 100-continue.");
    }
    head.expects_continue = !head.is_http_1_0;
  }
  head.keeps_alive = head.is_http_1_0 ? parsed.headers.has_token("Connection", "keep-alive")
                                      : !parsed.headers.has_token("Connection", "close");
  head.request.method = *method;
  head.request.path = std::move(target->path);
  head.request.query = std::move(target->query);
  head.request.headers = std::move(parsed.headers);
  head.request.content_length = length->content_length;
  head.request.is_chunked = length->is_chunked;
  return head;
}

// @param part  of a line without its LF, from its beginning or from what was known before
std::optional<Refusal> check_line_part(std::string_view part, bool is_to_end, bool is_from_begin) {
  if (is_from_begin && (part.starts_with(' ') || part.starts_with('\t'))) {
    return Refusal{400, "A line of the head begins with a blank; folded headers are not taken."};
  }
  bool has_cr = part.ends_with('\r');
  std::string_view text = part.substr(0, part.size() - (has_cr ? 1 : 0));
  // A loop without a way out looks at many bytes at a time; nearly always there is nothing.
  bool has_control = false;
  for (char c : text) has_control |= is_control(c);
  auto control = has_control ? std::ranges::find_if(text, is_control) : text.end();
  if (control != text.end() && *control != '\r') {
    return Refusal{400, "The head has a control character."};
  }
  bool is_bare = control != text.end() || (is_to_end && !has_cr);
  if (is_bare) return Refusal{400, "Lines end with CR and LF together."};
  return std::nullopt;
}

}  // namespace

std::expected<std::size_t, Refusal> HeadScanner::scan(std::string_view received) {
  std::string_view known = received.substr(0, head_bytes_max_);
  while (scanned_ < known.size()) {
    auto end = known.find('\n', scanned_);
    bool is_whole = end != std::string_view::npos;
    // A CR that was the last byte at the time is looked at again.
    bool is_after_cr = scanned_ > line_start_ && known[scanned_ - 1] == '\r';
    std::string_view fresh = known.substr(0, end).substr(scanned_ - (is_after_cr ? 1 : 0));
    if (auto refusal = check_line_part(fresh, is_whole, scanned_ == line_start_)) {
      return std::unexpected(*refusal);
    }
    scanned_ = is_whole ? end + 1 : known.size();
    if (!is_whole) break;
    if (scanned_ - line_start_ == 2) return scanned_;
    line_start_ = scanned_;
  }
  if (received.size() <= head_bytes_max_) return 0;
  if (line_start_ == 0) return refuse(414, "The request line is too long.");
  return refuse(431, fmt::format("The head is longer than {} bytes.", head_bytes_max_));
}

std::size_t HeadScanner::skip_blank_line(std::string_view received) {
  if (has_skipped_ || !received.starts_with("\r\n")) return 0;
  has_skipped_ = true;
  scanned_ = line_start_ = 0;
  return 2;
}

std::expected<RequestHead, Refusal> parse_request_head(std::string_view head,
                                                       const Limits& limits) {
  HeadParser<true> parser;
  error_code error = feed(parser, head);
  if (error == beast::http::error::bad_version && names_version(head)) {
    return refuse(505, "HTTP/1.1 and HTTP/1.0 are served.");
  }
  if (error) return refuse(400, fmt::format("This is no HTTP request: {}.", error.message()));
  if (!is_utf8(head)) return refuse(400, "The head is not UTF-8.");
  return check_request(std::move(parser), limits);
}

std::expected<ResponseHead, Refusal> parse_response_head(std::string_view head) {
  HeadParser<false> parser;
  if (error_code error = feed(parser, head)) {
    return refuse(502, fmt::format("The answer is no HTTP: {}.", error.message()));
  }
  bool keeps_alive = parser.version >= 11 && !parser.headers.has_token("Connection", "close");
  return ResponseHead{parser.status, keeps_alive, std::move(parser.headers)};
}

std::expected<BodyLength, Refusal> parse_body_length(const Headers& headers) {
  const std::string* coding = headers.find("Transfer-Encoding");
  const std::string* length = headers.find("Content-Length");
  if (coding && length) {
    return refuse(400, "Transfer-Encoding and Content-Length do not go together.");
  }
  if (headers.count("Transfer-Encoding") > 1 || headers.count("Content-Length") > 1) {
    return refuse(400, "The body's length is given more than once.");
  }
  if (coding && *coding != "chunked") {
    return refuse(501, "The only transfer coding that is taken is exactly \"chunked\".");
  }
  if (!length) return BodyLength{.is_chunked = coding != nullptr};
  std::uint64_t bytes = 0;
  const char* end = length->data() + length->size();
  auto [rest, error] = std::from_chars(length->data(), end, bytes);
  if (length->empty() || rest != end || error != std::errc()) {
    return refuse(400, "Content-Length is not a whole number of bytes.");
  }
  return BodyLength{.content_length = bytes};
}

}  // namespace antiphon::http
