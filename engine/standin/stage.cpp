#include "engine/standin/stage.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "engine/async/core.h"

namespace antiphon::standin {
namespace {

void add_headers(const Behaviour& behaviour, http::Response& response) {
  // What the script says about bytes holds for those that are sent.
  response.headers.set("Cache-Control", "no-store, no-transform");
  for (const auto& [name, value] : behaviour.headers) response.headers.set(name, value);
}

// The answer that stands in the script in place of one of the service's.
std::optional<http::Response> scripted_answer(const Behaviour& behaviour, Refuse refuse) {
  if (behaviour.body) {
    http::Response response = http::json_text(*behaviour.body, behaviour.status.value_or(200));
    return response;
  }
  if (!behaviour.status && behaviour.hint == Hint::none) return std::nullopt;
  Fault fault = fault_of(behaviour.status.value_or(429));
  fault.hint = behaviour.hint;
  fault.retry_after = behaviour.retry_after;
  return refuse(fault);
}

}  // namespace

// A handler that was cancelled gives no answer, whoever cancelled it.
void drop_connection() { throw boost::system::system_error(boost::asio::error::operation_aborted); }

Task<std::expected<Cue, http::Response>> Stage::enter(Arrival arrival) {
  if (Core::here().clock().steady() < refused_until_) drop_connection();
  const Occasion& occasion = arrival.occasion;
  auto entry = ledger_.begin(occasion, scripts_.script().keep_bodies ? arrival.body : "");
  Behaviour behaviour = scripts_.choose(occasion);
  if (behaviour.delay_head.count() > 0) co_await sleep_for(behaviour.delay_head);
  if (behaviour.drop) {
    entry->end(End::cut_by_script, 0);
    drop_connection();
  }
  std::optional<http::Response> answer;
  if (!arrival.is_open && !scripts_.takes_key(arrival.key)) {
    Fault fault = fault_of(401);
    fault.message = "Incorrect API key provided.";
    answer = arrival.refuse(fault);
  } else if (!occasion.model.empty() && !scripts_.has_model(occasion.model)) {
    Fault fault = fault_of(404);
    fault.message = fmt::format("The model '{}' does not exist.", occasion.model);
    answer = arrival.refuse(fault);
  } else {
    answer = scripted_answer(behaviour, arrival.refuse);
  }
  if (!answer) co_return Cue{std::move(behaviour), std::move(entry)};
  add_headers(behaviour, *answer);
  entry->end(answer->status < 300 ? End::finished : End::refused, answer->status);
  co_return std::unexpected(*std::move(answer));
}

namespace {

constexpr auto drip_interval = milliseconds(50);
constexpr auto forever = std::chrono::hours(24 * 365);

// A performance under way; its cue counts it.
struct Performance {
  Cue cue;
  Programme programme;

  const Behaviour& behaviour() const { return cue.behaviour; }
};

// All at once, or as slowly as the script says.
Task<> send(const Behaviour* behaviour, const http::BodyWriter* write, std::string bytes) {
  if (!behaviour->drip_bytes_per_second) co_return co_await (*write)(std::move(bytes));
  auto count = static_cast<std::size_t>(*behaviour->drip_bytes_per_second) *
               static_cast<std::size_t>(drip_interval.count()) / 1000;
  count = std::max<std::size_t>(count, 1);
  auto pause = std::chrono::microseconds(
      1'000'000 * count / static_cast<std::size_t>(*behaviour->drip_bytes_per_second));
  for (std::size_t at = 0; at < bytes.size(); at += count) {
    co_await (*write)(bytes.substr(at, count));
    co_await sleep_for(pause);
  }
}

[[noreturn]] void cut(Ledger::Entry& entry) {
  entry.end(End::cut_by_script);
  drop_connection();
}

// What goes wrong in the place of piece `at`. Gives whether that is the end.
Task<bool> go_wrong(Performance* performance, const http::BodyWriter* write, int at) {
  const Behaviour& behaviour = performance->behaviour();
  if (behaviour.stall_at == at) co_await sleep_for(forever);
  if (behaviour.cut_at == at) cut(*performance->cue.entry);
  if (behaviour.garbage_at == at) {
    co_await send(&behaviour, write, performance->programme.garbage);
  }
  if (behaviour.error_at != at) co_return false;
  co_await send(&behaviour, write, performance->programme.fault);
  performance->cue.entry->end(End::finished);
  co_return true;
}

// Half of what a line says, with the end that it has.
std::string broken_off(std::string_view bytes) {
  auto end = bytes.find_last_not_of("\r\n");
  if (end == std::string_view::npos) return std::string(bytes);
  return std::string(bytes.substr(0, (end + 1) / 2)) + std::string(bytes.substr(end + 1));
}

Task<> play(std::shared_ptr<Performance> performance, http::BodyWriter write) {
  const Behaviour& behaviour = performance->behaviour();
  Programme& programme = performance->programme;
  if (!programme.begin.empty()) co_await send(&behaviour, &write, programme.begin);
  if (behaviour.delay_first.count() > 0) co_await sleep_for(behaviour.delay_first);
  int at = 0;
  for (Piece& piece : programme.pieces) {
    if (co_await go_wrong(performance.get(), &write, at)) co_return;
    if (at > 0 && behaviour.interval.count() > 0) co_await sleep_for(behaviour.interval);
    if (at == 0 && behaviour.wrong_json) piece.bytes = broken_off(piece.bytes);
    co_await send(&behaviour, &write, std::move(piece.bytes));
    performance->cue.entry->produced(piece.tokens);
    ++at;
  }
  // What is meant for a piece that does not come happens in place of the end.
  for (const auto& place :
       {behaviour.stall_at, behaviour.cut_at, behaviour.garbage_at, behaviour.error_at}) {
    if (place && *place >= at && co_await go_wrong(performance.get(), &write, *place)) co_return;
  }
  if (!programme.end.empty()) co_await send(&behaviour, &write, programme.end);
  performance->cue.entry->end(End::finished);
}

// A body whose fault shows while it comes: half of it, and then.
Task<> play_half(std::shared_ptr<Performance> performance, http::BodyWriter write) {
  const Behaviour& behaviour = performance->behaviour();
  Piece& body = performance->programme.pieces.front();
  std::string half = body.bytes.substr(0, body.bytes.size() / 2);
  co_await send(&behaviour, &write, half);
  if (behaviour.stall_at) co_await sleep_for(forever);
  if (behaviour.cut_at) cut(*performance->cue.entry);
  co_await send(&behaviour, &write, body.bytes.substr(half.size()));
  performance->cue.entry->produced(body.tokens);
  performance->cue.entry->end(End::finished);
}

http::Response streamed(std::shared_ptr<Performance> performance, bool is_whole) {
  http::Response response;
  response.headers.set("Content-Type", performance->programme.content_type);
  add_headers(performance->behaviour(), response);
  response.body = http::StreamedBody([performance, is_whole](http::BodyWriter write) {
    return is_whole ? play_half(performance, std::move(write))
                    : play(performance, std::move(write));
  });
  return response;
}

}  // namespace

http::Response perform(Cue cue, Programme programme) {
  return streamed(std::make_shared<Performance>(std::move(cue), std::move(programme)), false);
}

http::Response perform_whole(Cue cue, std::string body, std::string content_type,
                             std::int64_t tokens) {
  const Behaviour& behaviour = cue.behaviour;
  if (behaviour.wrong_json) body = broken_off(body);
  if (behaviour.stall_at || behaviour.cut_at || behaviour.drip_bytes_per_second) {
    Programme programme{.content_type = std::move(content_type)};
    programme.pieces.push_back({std::move(body), tokens});
    return streamed(std::make_shared<Performance>(std::move(cue), std::move(programme)), true);
  }
  http::Response response = http::text(std::move(body), content_type);
  add_headers(behaviour, response);
  cue.entry->produced(tokens);
  cue.entry->end(End::finished);
  return response;
}

}  // namespace antiphon::standin
