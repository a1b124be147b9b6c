#include "engine/http/client_exchange.h"

#include <boost/system/system_error.hpp>

#include "engine/base/error.h"
#include "engine/http/response_writer.h"

namespace antiphon::http {
namespace {

constexpr std::size_t answer_piece_bytes = std::size_t{16} << 10;

std::string request_text(const ClientRequest& request) {
  Headers headers = request.headers;
  std::uint16_t usual_port = request.is_secure ? 443 : 80;
  std::string host = request.endpoint.text();
  if (request.endpoint.port == usual_port) host.erase(host.rfind(':'));
  headers.set_default("Host", host);
  headers.set_default("User-Agent", "antiphon");
  bool has_body = !request.body.empty() || request.method == Method::post ||
                  request.method == Method::put || request.method == Method::patch;
  if (has_body) headers.set("Content-Length", std::to_string(request.body.size()));
  return fmt::format("{} {} HTTP/1.1\r\n{}", to_text(request.method), request.target,
                     fields_text(headers));
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
  bool is_late = false;
  auto alarm = Core::here().timers().at(std::min(deadline, now() + limit), [&] {
    is_late = true;
    lease_.stream->close();
  });
  try {
    co_return co_await std::move(task);
  } catch (const boost::system::system_error& lost) {
    if (is_late) throw failed(Kind::too_slow, stage, "it took too long.");
    if (is_cancellation(std::current_exception())) throw;
    throw failed(Kind::broken, stage, lost.code().message());
  }
}

Task<> ClientExchange::begin() {
  co_await send();
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

// A server may answer before it has read everything, and end: its answer is what counts.
Task<> ClientExchange::send() {
  std::string head = request_text(request_);
  std::array<std::string_view, 2> pieces{head, request_.body};
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
    if (co_await receive(stage, limit) == 0) {
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
    if (co_await receive(Stage::body, wait_for_body()) > 0) continue;
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
  std::span<char> room = received_.room(answer_piece_bytes);
  std::size_t count = co_await bounded(stage, limit, lease_.stream->read_some(room));
  received_.commit(count);
  bytes_received_ += count;
  co_return count;
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
