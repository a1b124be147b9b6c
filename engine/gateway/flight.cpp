#include "engine/gateway/flight.h"

#include <algorithm>

#include "engine/async/core.h"

namespace antiphon::gateway {
namespace {

std::size_t size_of(const model::ChatDelta& delta) {
  std::size_t bytes = delta.text.size();
  for (const auto& part : delta.tool_calls) {
    bytes += sizeof part + part.id.size() + part.name.size() + part.arguments.size();
  }
  return bytes;
}

}  // namespace

bool Flight::append(const model::ChatDelta& delta) {
  std::size_t more = size_of(delta);
  if (bytes_ + more > answer_bytes_max) return false;
  bytes_ += more;
  text_ += delta.text;
  parts_.insert(parts_.end(), delta.tool_calls.begin(), delta.tool_calls.end());
  wake_all();
  return true;
}

void Flight::finish(const model::ChatEnd& end, const Account& last) {
  end_ = end;
  account = last;
  is_done_ = true;
  wake_all();
}

void Flight::fail(GatewayFailure failure) {
  failure_ = std::move(failure);
  is_done_ = true;
  wake_all();
}

Instant Flight::deadline() const {
  if (flies_on_) return due_;
  Instant latest{};
  for (const Follower* follower : followers_) latest = std::max(latest, follower->deadline());
  return std::min(latest, due_);
}

std::unique_ptr<Follower> Flight::follow(Instant begun, Instant deadline, CacheResult joined) {
  auto follower = std::make_unique<Follower>(shared_from_this(), begun, deadline, joined);
  followers_.push_back(follower.get());
  return follower;
}

void Flight::leave(Follower& follower) {
  std::erase(followers_, &follower);
  if (!followers_.empty() || flies_on_ || is_done_ || is_left_) return;
  is_left_ = true;
  is_late_ = follower.is_late_;
  if (on_left_) on_left_();
  steps_.cancel();
}

void Flight::wake_all() {
  for (Follower* follower : followers_) follower->wake();
}

Follower::Follower(std::shared_ptr<Flight> flight, Instant begun, Instant deadline,
                   CacheResult cache)
    : flight_(std::move(flight)), begun_(begun), deadline_(deadline), cache_(cache) {
  alarm_ = Core::here().timers().at(deadline_, [this] { on_late(); });
}

Follower::~Follower() {
  alarm_ = {};
  if (!std::exchange(has_left_, true)) flight_->leave(*this);
}

void Follower::on_late() {
  is_late_ = true;
  if (!std::exchange(has_left_, true)) flight_->leave(*this);
  wake();
}

void Follower::wake() {
  if (waiter_.is_waiting()) waiter_.wake();
}

Task<std::optional<GatewayFailure>> Follower::begin() {
  while (!flight_->has_content() && !flight_->is_done() && !is_late_) co_await waiter_.wait();
  account_ = flight_->account;
  account_.cache = cache_;
  account_.first_token = Core::here().clock().steady() - begun_;
  if (flight_->failure()) co_return flight_->failure();
  if (flight_->has_content()) co_return std::nullopt;
  co_return GatewayFailure{.reason = GatewayFailure::Reason::timeout,
                           .message = "No model answered in time.",
                           .attempts = flight_->account.attempts};
}

Task<std::optional<model::ChatDelta>> Follower::next() {
  while (!has_ended_) {
    // Who is late has what came until then; what comes afterwards is not waited for.
    if (is_behind()) co_return take();
    if (flight_->is_done() || is_late_) {
      finish();
    } else {
      co_await waiter_.wait();
    }
  }
  co_return std::nullopt;
}

bool Follower::is_behind() const {
  return text_read_ < flight_->text().size() || parts_read_ < flight_->parts().size();
}

model::ChatDelta Follower::take() {
  const std::string& text = flight_->text();
  const auto& parts = flight_->parts();
  model::ChatDelta delta{.text = text.substr(text_read_)};
  delta.tool_calls.assign(parts.begin() + static_cast<std::ptrdiff_t>(parts_read_), parts.end());
  text_read_ = text.size();
  parts_read_ = parts.size();
  return delta;
}

void Follower::finish() {
  has_ended_ = true;
  Duration first_token = account_.first_token;
  end_ = flight_->end();
  account_ = flight_->account;
  account_.cache = cache_;
  account_.first_token = first_token;
  account_.latency = Core::here().clock().steady() - begun_;
  if (!flight_->is_done()) end_.finish = model::Finish::truncated;
  // One pays for all.
  if (cache_ == CacheResult::joined) account_.cost = 0;
}

std::vector<model::ToolCall> join_parts(const std::vector<model::ChatDelta::ToolCallPart>& parts) {
  std::vector<model::ToolCall> calls;
  for (const auto& part : parts) model::add_part(calls, part);
  return calls;
}

std::vector<model::ChatDelta::ToolCallPart> parts_of(const std::vector<model::ToolCall>& calls) {
  std::vector<model::ChatDelta::ToolCallPart> parts;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    parts.push_back({i, calls[i].id, calls[i].name, calls[i].arguments});
  }
  return parts;
}

}  // namespace antiphon::gateway
