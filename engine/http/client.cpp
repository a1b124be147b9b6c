#include "engine/http/client.h"

#include <boost/system/system_error.hpp>

#include "engine/base/error.h"
#include "engine/http/body_decoder.h"
#include "engine/http/head.h"
#include "engine/http/response_writer.h"

namespace antiphon::http {

namespace {

constexpr std::size_t piece_bytes = std::size_t{16} << 10;

Error broken(const Endpoint& endpoint, std::string_view why) {
  return Error(Code::unavailable, fmt::format("{} gave no good answer: {}", endpoint.text(), why));
}

std::string request_text(const ClientRequest& request) {
  Headers headers = request.headers;
  headers.set_default("Host", request.endpoint.text());
  bool has_body = !request.body.empty() || request.method == Method::post ||
                  request.method == Method::put || request.method == Method::patch;
  if (has_body) headers.set("Content-Length", std::to_string(request.body.size()));
  return fmt::format("{} {} HTTP/1.1\r\n{}", to_text(request.method), request.target,
                     fields_text(headers));
}

// One exchange on one connection.
class Exchange {
 public:
  Exchange(Network* network, ClientLimits limits, ClientRequest request)
      : network_(network), limits_(limits), request_(std::move(request)) {}

  Task<HttpClient::Upgraded> run(Instant deadline) {
    try {
      stream_ = co_await network_->connect(request_.endpoint, deadline);
      std::string head = request_text(request_);
      std::array<std::string_view, 2> pieces{head, request_.body};
      co_await stream_->write_all(std::span<const std::string_view>(pieces));
      co_return co_await read_answer();
    } catch (const boost::system::system_error& lost) {
      if (is_cancellation(std::current_exception())) throw;
      throw broken(request_.endpoint, lost.code().message());
    }
  }

 private:
  Task<HttpClient::Upgraded> read_answer() {
    HttpClient::Upgraded result;
    ResponseHead head = co_await read_head();
    while (head.status == 100 || head.status == 103) head = co_await read_head();
    result.answer.status = head.status;
    result.answer.headers = std::move(head.headers);
    if (head.status == 101) {
      result.socket = {std::move(stream_), std::move(received_)};
    } else {
      result.answer.body = co_await read_body(decoder_of(result.answer));
    }
    co_return result;
  }

  Task<ResponseHead> read_head() {
    HeadScanner scanner(limits_.head_bytes_max);
    for (;;) {
      auto length = scanner.scan(received_);
      if (!length) throw broken(request_.endpoint, length.error().reason);
      if (*length > 0) {
        auto head = parse_response_head(std::string_view(received_).substr(0, *length));
        if (!head) throw broken(request_.endpoint, head.error().reason);
        received_.erase(0, *length);
        co_return std::move(*head);
      }
      if (co_await receive() == 0) throw broken(request_.endpoint, "it ended within the head.");
    }
  }

  BodyDecoder decoder_of(const ClientResponse& answer) const {
    if (request_.method == Method::head || answer.status == 204 || answer.status == 304) {
      return BodyDecoder::none();
    }
    auto length = parse_body_length(answer.headers);
    if (!length) throw broken(request_.endpoint, length.error().reason);
    if (length->is_chunked) return BodyDecoder::chunked();
    return length->content_length ? BodyDecoder::sized(*length->content_length)
                                  : BodyDecoder::until_end();
  }

  Task<std::string> read_body(BodyDecoder decoder) {
    std::string body;
    std::array<char, piece_bytes> piece;
    while (!decoder.is_done()) {
      auto step = decoder.decode(received_, piece);
      if (!step) throw broken(request_.endpoint, step.error().reason);
      received_.erase(0, step->consumed);
      body.append(piece.data(), step->produced);
      if (body.size() > limits_.body_bytes_max) {
        throw Error(Code::too_large, fmt::format("The answer of {} is larger than {} bytes.",
                                                 request_.endpoint.text(), limits_.body_bytes_max));
      }
      if (!received_.empty() || decoder.is_done()) continue;
      if (co_await receive() > 0) continue;
      if (!decoder.may_end()) throw broken(request_.endpoint, "it ended within the body.");
      break;
    }
    co_return body;
  }

  Task<std::size_t> receive() {
    std::size_t before = received_.size();
    received_.resize(before + piece_bytes);
    std::size_t count = co_await stream_->read_some(std::span(received_).subspan(before));
    received_.resize(before + count);
    co_return count;
  }

  Network* network_;
  ClientLimits limits_;
  ClientRequest request_;
  std::unique_ptr<Stream> stream_;
  std::string received_;
};

Task<HttpClient::Upgraded> exchange(Network* network, ClientLimits limits, ClientRequest request,
                                    Instant deadline) {
  Exchange one(network, limits, std::move(request));
  co_return co_await one.run(deadline);
}

}  // namespace

Task<ClientResponse> NetworkHttpClient::send(ClientRequest request, Instant deadline) {
  request.headers.set("Connection", "close");
  auto result =
      co_await within(deadline, exchange(&network_, limits_, std::move(request), deadline));
  co_return std::move(result.answer);
}

Task<HttpClient::Upgraded> NetworkHttpClient::upgrade(ClientRequest request, Instant deadline) {
  co_return co_await within(deadline, exchange(&network_, limits_, std::move(request), deadline));
}

}  // namespace antiphon::http
