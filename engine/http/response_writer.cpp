#include "engine/http/response_writer.h"

#include "engine/base/error.h"
#include "engine/http/compress.h"
#include "engine/http/problem.h"
#include "engine/http/security_headers.h"

namespace antiphon::http {

namespace {

constexpr std::size_t head_bytes_usual = 1024;
constexpr std::size_t body_piece_bytes = std::size_t{64} << 10;
// A body up to this is copied behind its head: one buffer costs the kernel less than two.
constexpr std::size_t joined_bytes_max = std::size_t{16} << 10;

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

void add_field(std::string& text, std::string_view name, std::string_view value) {
  // A line break in a value would let it write headers of its own.
  ENSURE(!value.contains('\r') && !value.contains('\n'), "a header is one line");
  text.append(name).append(": ").append(value).append("\r\n");
}

// Not what is packed already, and not what shall stay as it is (RFC 9111, 5.2.2.6).
bool may_be_packed(const Headers& headers) {
  return !headers.find("Content-Encoding") && is_compressible(headers.get("Content-Type")) &&
         !headers.has_token("Cache-Control", "no-transform");
}

void vary_by_coding(Headers& headers) {
  constexpr std::string_view by = "Accept-Encoding";
  if (!headers.has_token("Vary", by)) headers.add("Vary", by);
}

void pack(Headers& headers, std::string& body, const Request& request, RequestStages* stages) {
  if (body.size() < compressed_bytes_min || body.size() > compressed_bytes_max ||
      !may_be_packed(headers)) {
    return;
  }
  vary_by_coding(headers);
  Coding coding = choose_coding(request.headers.get("Accept-Encoding"));
  if (coding == Coding::identity) return;
  StageTiming stage(stages, "pack");
  body = compress(coding, body);
  headers.set("Content-Encoding", to_text(coding));
}

bool is_security_header(const Headers::Field& field) {
  return std::ranges::any_of(security_headers(true), [&](const auto& known) {
    return equal_ignoring_case(field.name, known.first);
  });
}

// Made once a second for all answers of the core.
std::string_view date_now() {
  thread_local std::chrono::sys_seconds dated{};
  thread_local std::string date;
  auto second = std::chrono::floor<std::chrono::seconds>(Core::here().clock().now());
  if (second != dated || date.empty()) {
    dated = second;
    date = http_date(second);
  }
  return date;
}

// Runs on the files' pool where there is one.
template <class F, class R = std::invoke_result_t<F, const StopFlag&>>
Task<R> on_files(Pool* files, F closure) {
  if (!files) co_return closure(StopFlag());
  Instant deadline = Core::here().clock().steady() + std::chrono::seconds(30);
  co_return co_await files->run(WorkClass::request, deadline, std::move(closure));
}

}  // namespace

std::string head_text(int status, const Headers& headers) {
  return fmt::format("HTTP/1.1 {} {}\r\n{}", status, reason_phrase(status), fields_text(headers));
}

std::string fields_text(const Headers& headers) {
  std::string text;
  text.reserve(head_bytes_usual / 2);
  for (const auto& [name, value] : headers) add_field(text, name, value);
  text += "\r\n";
  return text;
}

std::string http_date(Timestamp time) {
  static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                        "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     days[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

bool ResponseWriter::write_now(Response& response, const Request& request, Framing framing) {
  framing_ = framing;
  add_cors_headers(request, options_.origins, response.headers);
  response.headers.remove("Content-Length");  // what is sent says how long it is
  status_ = response.status;
  return std::holds_alternative<std::string>(response.body) && write_text_now(response, request);
}

void ResponseWriter::tell_stages(Headers& headers) const {
  if (framing_.stages) framing_.stages->tell(headers);
}

bool ResponseWriter::write_text_now(Response& response, const Request& request) {
  auto& body = std::get<std::string>(response.body);
  pack(response.headers, body, request, framing_.stages);
  tell_stages(response.headers);
  std::optional<std::uint64_t> length = body.size();
  if (has_no_body(response.status)) length = std::nullopt;
  body_bytes_ = request.method == Method::head ? 0 : length.value_or(0);
  // One buffer for all answers of the core: each is out of it again before the next is written.
  thread_local std::string text;
  text.clear();
  append_head(text, response, length);
  std::size_t head_bytes = text.size();
  std::array<std::string_view, 2> pieces{text, {}};
  if (body_bytes_ <= joined_bytes_max) {
    pieces[0] = text.append(body, 0, body_bytes_);
  } else {
    pieces[1] = body;
  }
  std::size_t sent = stream_.write_now(std::span(pieces).first(pieces[1].empty() ? 1 : 2));
  outgoing_.bytes.add(static_cast<std::int64_t>(sent));
  if (sent == head_bytes + body_bytes_) return true;
  head_left_ = text.substr(std::min(sent, head_bytes), head_bytes - std::min(sent, head_bytes));
  body_sent_ = sent - std::min(sent, head_bytes);
  return false;
}

Task<> ResponseWriter::write_rest(Response response, const Request* request) {
  if (auto* body = std::get_if<std::string>(&response.body)) {
    co_await send(std::exchange(head_left_, {}),
                  std::string_view(*body).substr(body_sent_, body_bytes_ - body_sent_));
  } else if (std::holds_alternative<File>(response.body)) {
    co_await write_file(std::move(response), request);
  } else {
    co_await write_streamed(std::move(response), request);
  }
}

Task<> ResponseWriter::write(Response response, const Request* request, Framing framing) {
  if (!write_now(response, *request, framing)) co_await write_rest(std::move(response), request);
}

Task<> ResponseWriter::write_file(Response response, const Request* request) {
  File file = std::get<File>(std::move(response.body));
  auto open = co_await on_files(options_.files,
                                [path = file.path](auto&&) { return OpenFile::open(path); });
  if (!open) {
    Error error(Code::not_found, "There is no such file.");
    Response missing = problem(error, request->path, request->trace.trace_id);
    co_return co_await write(std::move(missing), request, framing_);
  }
  response.headers.set("Cache-Control", file.cache_control);
  response.headers.set("Content-Type", file.content_type);
  const std::string& plain_etag = file.etag.empty() ? open->etag() : file.etag;
  std::string etag = etag_in(response.headers.get("Content-Encoding"), plain_etag);
  FileAnswer answer = answer_part(*request, open->size(), etag, response);
  status_ = answer.status;
  std::optional<std::uint64_t> length = answer.count;
  if (has_no_body(answer.status)) length = std::nullopt;
  tell_stages(response.headers);
  std::string head;
  append_head(head, response, length);
  std::uint64_t left = request->method == Method::head ? 0 : answer.count;
  std::uint64_t offset = answer.offset;
  do {
    auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, body_piece_bytes));
    std::string bytes;
    if (count > 0) {
      bytes = co_await on_files(
          options_.files, [open, offset, count](auto&&) { return open->read(offset, count); });
    }
    co_await send(std::exchange(head, {}), bytes);
    offset += count;
    left -= count;
  } while (left > 0);
}

// A stream that is packed on its way out; holds one of the core's places for that.
class ResponseWriter::Packing {
 public:
  Packing(ResponseWriter& writer, Headers& headers, const Request& request)
      : outgoing_(writer.outgoing_) {
    if (!may_be_packed(headers)) return;
    vary_by_coding(headers);
    Coding coding = choose_stream_coding(request.headers.get("Accept-Encoding"));
    bool is_full = outgoing_.packed_streams >= writer.options_.limits.packed_streams_max;
    if (coding == Coding::identity || is_full) return;
    headers.set("Content-Encoding", to_text(coding));
    if (request.method == Method::head) return;
    packer_ = StreamPacker::make(coding);
    ++outgoing_.packed_streams;
  }
  Packing(const Packing&) = delete;
  Packing& operator=(const Packing&) = delete;
  ~Packing() {
    if (packer_) --outgoing_.packed_streams;
  }
  StreamPacker* packer() const { return packer_.get(); }

 private:
  Outgoing& outgoing_;
  std::unique_ptr<StreamPacker> packer_;  // null: it goes out as it is
};

Task<> ResponseWriter::write_streamed(Response response, const Request* request) {
  is_chunked_ = !framing_.is_http_1_0;
  if (is_chunked_) {
    response.headers.set("Transfer-Encoding", "chunked");
  } else {
    framing_.keeps_alive = false;
  }
  Packing packing(*this, response.headers, *request);
  StreamPacker* packer = packing.packer();
  tell_stages(response.headers);
  std::string head;
  append_head(head, response, std::nullopt);
  co_await send(std::move(head), {});
  if (request->method == Method::head) co_return;
  co_await std::get<StreamedBody>(response.body)([this, packer](std::string bytes) {
    return packer ? write_packed(packer, std::move(bytes)) : write_piece(std::move(bytes));
  });
  if (packer) co_await write_piece(packer->pack({}, StreamPacker::After::end));
  if (is_chunked_) co_await send("0\r\n\r\n", {});
}

// @param packer  outlives the task
Task<> ResponseWriter::write_packed(StreamPacker* packer, std::string bytes) {
  for (std::string_view rest = bytes; !rest.empty();) {
    std::string_view slice = rest.substr(0, packed_slice_bytes);
    rest.remove_prefix(slice.size());
    auto after = rest.empty() ? StreamPacker::After::flush : StreamPacker::After::more;
    co_await write_piece(packer->pack(slice, after));
  }
}

Task<> ResponseWriter::write_piece(std::string bytes) {
  if (bytes.empty()) co_return;  // an empty chunk would be the end
  if (!is_chunked_) {
    co_await send({}, bytes);
  } else {
    std::string size = fmt::format("{:x}\r\n", bytes.size());
    bytes += "\r\n";
    co_await send(std::move(size), bytes);
  }
}

// A client that does not take a piece in time is gone.
Task<> ResponseWriter::send(std::string head, std::string_view body) {
  do {
    auto limit = limit_.until(Core::here().clock().steady() + options_.limits.write_time);
    std::array<std::string_view, 2> pieces{head, body.substr(0, body_piece_bytes)};
    std::span<const std::string_view> used(pieces);
    co_await stream_.write_all(body.empty() ? used.first(1) : used);
    outgoing_.bytes.add(static_cast<std::int64_t>(head.size() + pieces[1].size()));
    head.clear();
    body.remove_prefix(pieces[1].size());
  } while (!body.empty());
}

// The head, with what every answer carries where the handler set nothing of its own. Every request
// pays for this: nothing is copied but into the text itself.
void ResponseWriter::append_head(std::string& text, const Response& response,
                                 std::optional<std::uint64_t> length) const {
  text.reserve(text.size() + head_bytes_usual);
  text.append("HTTP/1.1 ").append(fmt::format_int(response.status).c_str()).append(" ");
  text.append(reason_phrase(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers) add_field(text, name, value);
  auto add_default = [&](std::string_view name, std::string_view value) {
    if (!response.headers.find(name)) add_field(text, name, value);
  };
  if (length) add_field(text, "Content-Length", fmt::format_int(*length).c_str());
  add_default("Cache-Control", "no-store");
  if (std::ranges::any_of(response.headers, is_security_header)) {
    for (auto [name, value] : security_headers(options_.is_secure)) add_default(name, value);
  } else {
    text += security_text(options_.is_secure);
  }
  add_default("Date", date_now());
  if (!framing_.keeps_alive) {
    add_default("Connection", "close");
  } else if (framing_.is_http_1_0) {
    add_default("Connection", "keep-alive");
  }
  text += "\r\n";
}

}  // namespace antiphon::http
