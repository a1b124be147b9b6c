#include "engine/live/longpoll.h"

#include "engine/base/error.h"
#include "engine/live/feed.h"

namespace antiphon::live {
namespace {

constexpr std::chrono::seconds wait_max{25};

http::Response answer(const Feed::Batch& batch, std::optional<Position> from) {
  std::string frames;
  for (const Feed::Item& item : batch.items) {
    if (!frames.empty()) frames += ',';
    frames += item.json;
    if (item.position) from = item.position;
  }
  // Without an `after` there is a welcome, unless the server stops right now.
  auto response = http::json_text(fmt::format(R"({{"after":"{}","frames":[{}],"ended":{}}})",
                                              from ? to_text(*from) : "", frames,
                                              batch.ending == CloseCode::normal));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

Task<http::Response> serve_poll(Live& live, const LiveRoute& route, Principal principal,
                                std::string session_id, std::string after) {
  auto from = parse_position(after);
  if (!from && !after.empty()) {
    throw Error({FieldError{"/after", "format", "It is the `after` of the last answer: 1-42."}});
  }
  Hub& home = live.home(session_id);
  auto feed = co_await open_feed(live, route, Feed::Kind::passing, std::move(principal),
                                 std::move(session_id), from);
  auto wait = [&home, feed = std::move(feed)]() -> Task<Feed::Batch> {
    auto batch = co_await feed->next(home.core().clock().steady() + wait_max);
    feed->stop();
    co_return batch;
  };
  co_return answer(co_await on_core(home.core(), std::move(wait)), from);
}

}  // namespace antiphon::live
