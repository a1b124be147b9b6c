#include "engine/http/client_exchange.h"

#include <boost/system/system_error.hpp>

#include "engine/base/error.h"
#include "engine/http/response_writer.h"

namespace antiphon::http {
namespace {

constexpr std::size_t answer_piece_bytes = std::size_t{16} << 10;
// A body up to this is copied behind its head: one buffer costs the kernel less than two.
constexpr std::size_t joined_request_bytes_max = std::size_t{16} << 10;

void complete_headers(ClientRequest& request) {
  std::uint16_t usual_port = request.is_secure ? 443 : 80;
  std::string host = request.endpoint.text();
  if (request.endpoint.port == usual_port) host.erase(host.rfind(':'));
  request.headers.set_default("Host", host);
  request.headers.set_default("User-Agent", "antiphon");
  bool has_body = !request.body.empty() || request.method == Method::post ||
                  request.method == Method::put || request.method == Method::patch;
  if (has_body) request.headers.set("Content-Length", std::to_string(request.body.size()));
}

std::string request_head_text(const ClientRequest& request) {
  std::string fields = fields_text(request.headers);
  std::string_view method = to_text(request.method);
  std::string text;
  text.reserve(method.size() + request.target.size() + fields.size() +
               joined_request_bytes_max / 16);
  text.append(method).append(" ").append(request.target).append(" HTTP/1.1\r\n").append(fields);
  return text;
}

}  // namespace

ClientExchange::ClientExchange(ClientRequest request, ClientLimits limits, Instant until,
                               ConnectionPool::Lease lease)
    : request_(std::move(request)), limits_(limits), lease_(std::move(lease)) {
  deadline = until;
}

ClientFailed ClientExchange::failed(Kind kind, Stage stage, std::string_view why) const {
  return {{kind, stage, fmt::format("{} gave no good answer: {}", request_.endpoint.text(), why)}};
}

template <class T>
Task<T> ClientExchange::bounded(Stage stage, Duration limit, Task<T> task) {
  auto scope = limit_.until(std::min(deadline, now() + limit));
  try {
    co_return co_await std::move(task);
  } catch (const boost::system::system_error& lost) {
    if (is_late_) throw failed(Kind::too_slow, stage, "it took too long.");
    if (is_cancellation(std::current_exception())) throw;
    throw failed(Kind::broken, stage, lost.code().message());
  }
}

Task<> ClientExchange::begin() {
  complete_headers(request_);
  std::string text = request_head_text(request_);
  bool is_joined = request_.body.size() <= joined_request_bytes_max;
  if (is_joined) text += request_.body;
  Pieces rest = send_now({text, is_joined ? std::string_view() : request_.body});
  if (!rest[0].empty() || !rest[1].empty()) co_await send_rest(rest);
  ResponseHead head = co_await read_head(Stage::first_byte);
  for (int interim = 0; head.status == 100 || head.status == 103; ++interim) {
    if (interim == interim_answers_max) {
      throw failed(Kind::broken, Stage::head, "it has too many interim answers.");
    }
    head = co_await read_head(Stage::head);
  }
  status = head.status;
  headers = std::move(head.headers);
  keeps_alive_ = head.keeps_alive && status != 101;
  body_began_ = now();
  decoder_ = decoder_of_answer();
  if (decoder_.is_done() && status != 101) finish();
}

// What goes out without waiting, which is mostly all. @return the rest; all where it failed
ClientExchange::Pieces ClientExchange::send_now(Pieces pieces) {
  std::size_t sent = 0;
  try {
    sent = lease_.stream->write_now(std::span(pieces).first(pieces[1].empty() ? 1 : 2));
  } catch (const boost::system::system_error&) {
    return pieces;
  }
  for (std::string_view& piece : pieces) {
    std::size_t skipped = std::min(sent, piece.size());
    piece.remove_prefix(skipped);
    sent -= skipped;
  }
  return pieces;
}

// A server may answer before it has read everything, and end: its answer is what counts.
Task<> ClientExchange::send_rest(Pieces pieces) {
  try {
    co_await bounded(Stage::send, limits_.send_time,
                     lease_.stream->write_all(std::span<const std::string_view>(pieces)));
  } catch (const ClientFailed& lost) {
    if (lost.failure.kind != Kind::broken) throw;
  }
}

Task<ResponseHead> ClientExchange::read_head(Stage first) {
  HeadScanner scanner(limits_.head_bytes_max);
  Stage stage = received_.is_empty() ? first : Stage::head;
  for (;;) {
    auto length = scanner.scan(received_.view());
    if (!length) {
      bool is_large = received_.size() > limits_.head_bytes_max;
      throw failed(is_large ? Kind::too_large : Kind::broken, Stage::head, length.error().reason);
    }
    if (*length > 0) {
      auto head = parse_response_head(received_.view().substr(0, *length));
      if (!head) throw failed(Kind::broken, Stage::head, head.error().reason);
      received_.take(*length);
      co_return std::move(*head);
    }
    Duration limit = stage == Stage::head ? limits_.gap_time : limits_.first_byte_time;
    if (commit(co_await receive(stage, limit)) == 0) {
      throw failed(Kind::broken, stage, "it ended before its answer's head did.");
    }
    stage = Stage::head;
  }
}

BodyDecoder ClientExchange::decoder_of_answer() const {
  if (request_.method == Method::head || status == 204 || status == 304 || status == 101) {
    return BodyDecoder::none();
  }
  auto length = parse_body_length(headers);
  if (!length) throw failed(Kind::broken, Stage::head, length.error().reason);
  if (length->is_chunked) return BodyDecoder::chunked();
  if (!length->content_length) return BodyDecoder::until_end();
  if (*length->content_length > limits_.body_bytes_max) {
    throw failed(Kind::too_large, Stage::body, "its body is too large.");
  }
  return BodyDecoder::sized(*length->content_length);
}

Task<std::expected<std::size_t, ClientFailure>> ClientExchange::read_some(std::span<char> into) {
  if (failure_) co_return std::unexpected(*failure_);
  if (has_ended_) co_return 0;
  try {
    co_return co_await read_body(into);
  } catch (const ClientFailed& lost) {
    failure_ = lost.failure;
  }
  lease_.close();
  co_return std::unexpected(*failure_);
}

Task<std::size_t> ClientExchange::read_body(std::span<char> into) {
  for (;;) {
    auto step = decoder_.decode(received_.view(), into);
    if (!step) throw failed(Kind::broken, Stage::body, step.error().reason);
    received_.take(step->consumed);
    body_bytes_ += step->produced;
    if (body_bytes_ > limits_.body_bytes_max) {
      throw failed(Kind::too_large, Stage::body,
                   fmt::format("its body has more than {} bytes.", limits_.body_bytes_max));
    }
    if (decoder_.is_done()) finish();
    if (step->produced > 0 || has_ended_) co_return step->produced;
    if (!received_.is_empty()) continue;
    if (commit(co_await receive(Stage::body, wait_for_body())) > 0) continue;
    if (!decoder_.may_end()) {
      throw failed(Kind::broken, Stage::body, "it ended within the body.");
    }
    finish();
    co_return 0;
  }
}

// The gap, or what is left of the time that a body at the least rate may take.
Duration ClientExchange::wait_for_body() const {
  if (limits_.bytes_per_second_min == 0) return limits_.gap_time;
  auto earned = std::chrono::seconds(body_bytes_ / limits_.bytes_per_second_min);
  return std::min(limits_.gap_time, body_began_ + limits_.rate_grace + earned - now());
}

Task<std::size_t> ClientExchange::receive(Stage stage, Duration limit) {
  return bounded(stage, limit, lease_.stream->read_some(received_.room(answer_piece_bytes)));
}

std::size_t ClientExchange::commit(std::size_t count) {
  received_.commit(count);
  bytes_received_ += count;
  return count;
}

// The answer is whole. What follows it was not asked for: such a connection is not trusted again.
void ClientExchange::finish() {
  has_ended_ = true;
  if (keeps_alive_ && decoder_.is_done() && received_.is_empty()) {
    lease_.keep();
  } else {
    lease_.close();
  }
}

TakenSocket ClientExchange::take_socket() {
  return {std::move(lease_.stream), std::string(received_.view())};
}

}  // namespace antiphon::http
