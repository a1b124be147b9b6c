#include "engine/remote_speech/exchange.h"

#include <array>

#include "engine/async/core.h"

namespace antiphon::remote_speech {
namespace {

http::ClientLimits limits_until(Instant deadline, std::size_t body_bytes_max) {
  http::ClientLimits limits;
  limits.first_byte_time = deadline - Core::here().clock().steady();
  limits.connect_time = std::min(limits.connect_time, limits.first_byte_time);
  limits.gap_time = limits.first_byte_time;
  limits.bytes_per_second_min = 0;
  limits.body_bytes_max = body_bytes_max;
  return limits;
}

}  // namespace

Task<std::expected<std::unique_ptr<http::ClientAnswer>, HearingFailure>> open_answer(
    http::HttpClient* client, http::ClientRequest request, std::size_t body_bytes_max,
    Instant deadline, Duration body_time) {
  request.limits = limits_until(deadline, body_bytes_max);
  auto answer = co_await client->open(std::move(request), deadline + body_time);
  if (!answer) co_return std::unexpected(failure_of(answer.error()));
  if ((*answer)->status == 200) co_return *std::move(answer);
  // A body that does not come says nothing more than the status.
  auto body = co_await read_whole(answer->get());
  co_return std::unexpected(failure_of_status((*answer)->status, (*answer)->headers,
                                              body ? *body : std::string(),
                                              Core::here().clock().now()));
}

Task<std::expected<std::string, HearingFailure>> read_whole(http::ClientAnswer* answer) {
  std::string body;
  std::array<char, 16 << 10> piece;
  for (;;) {
    auto count = co_await answer->read_some(piece);
    if (!count) co_return std::unexpected(failure_of(count.error()));
    if (*count == 0) co_return body;
    body.append(piece.data(), *count);
  }
}

bool has_type(const http::ClientAnswer& answer, std::string_view type) {
  std::string_view told = answer.headers.get("Content-Type");
  told = told.substr(0, told.find(';'));
  while (told.ends_with(' ')) told.remove_suffix(1);
  return http::equal_ignoring_case(told, type);
}

}  // namespace antiphon::remote_speech
