#pragma once

#include <functional>
#include <memory>

#include "engine/async/interruptible.h"
#include "engine/gateway/gateway.h"

namespace antiphon::gateway {

class Follower;

/// One answer on its way to all who follow it, from wherever they join: what has come is kept
/// whole until the last is gone (E-34). Who writes it runs in `steps`; when the last follower
/// leaves, that is cancelled inside the call, unless it flies on for the cache. Belongs to one
/// core.
class Flight : public std::enable_shared_from_this<Flight> {
 public:
  /// @param due  until when it may take, whoever follows
  explicit Flight(Instant due) : due_(due) {}

  // For who writes it.
  /// False: the answer is larger than any may be, and nothing was added.
  bool append(const model::ChatDelta& delta);
  /// The end, after content. Once, instead of fail().
  void finish(const model::ChatEnd& end, const Account& account);
  /// Nobody answered; before any content.
  void fail(GatewayFailure failure);
  Interruptible& steps() { return steps_; }
  Instant due() const { return due_; }
  /// The latest time at which somebody still waits for it.
  Instant deadline() const;
  /// Who answers, as far as it is known.
  Account account;

  // For those who follow.
  std::unique_ptr<Follower> follow(Instant begun, Instant deadline, CacheResult joined);
  /// Goes on without followers: a renewal for the cache.
  void fly_on() { flies_on_ = true; }
  /// Called once, when nobody follows any more before its end.
  void on_left(std::function<void()> action) { on_left_ = std::move(action); }

  bool has_content() const { return !text_.empty() || !parts_.empty(); }
  bool is_done() const { return is_done_; }
  /// Nobody waits for it any more.
  bool is_left() const { return is_left_; }
  /// … because the time of the last was over.
  bool is_late() const { return is_late_; }
  const std::string& text() const { return text_; }
  const std::vector<model::ChatDelta::ToolCallPart>& parts() const { return parts_; }
  const model::ChatEnd& end() const { return end_; }
  const std::optional<GatewayFailure>& failure() const { return failure_; }

  /// Of an answer; a longer one ends `truncated`.
  static constexpr std::size_t answer_bytes_most = std::size_t{4} << 20;

 private:
  friend class Follower;
  void leave(Follower& follower);
  void wake_all();

  const Instant due_;
  Interruptible steps_;
  std::vector<Follower*> followers_;
  std::function<void()> on_left_;
  bool flies_on_ = false;
  bool is_left_ = false;
  bool is_late_ = false;
  bool is_done_ = false;
  std::string text_;
  std::vector<model::ChatDelta::ToolCallPart> parts_;
  std::size_t bytes_ = 0;
  model::ChatEnd end_;
  std::optional<GatewayFailure> failure_;
};

/// One who follows a flight at its own pace, until its own deadline: what has come meanwhile comes
/// as one piece.
class Follower final : public Answer {
 public:
  Follower(std::shared_ptr<Flight> flight, Instant begun, Instant deadline, CacheResult cache);
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  ~Follower() override;

  /// Waits for the first content. @return why there is none
  Task<std::optional<GatewayFailure>> begin();

  Task<std::optional<model::ChatDelta>> next() override;
  const model::ChatEnd& end() const override { return end_; }
  const Account& account() const override { return account_; }
  Instant deadline() const { return deadline_; }
  bool has_ended() const { return has_ended_; }

 private:
  friend class Flight;
  bool is_behind() const;
  model::ChatDelta take();
  void finish();
  void on_late();
  void wake();

  std::shared_ptr<Flight> flight_;
  Instant begun_;
  Instant deadline_;
  CacheResult cache_;
  Timers::Alarm alarm_;
  Waiter waiter_;
  bool is_late_ = false;
  bool has_left_ = false;
  bool has_ended_ = false;
  std::size_t text_read_ = 0;
  std::size_t parts_read_ = 0;
  model::ChatEnd end_;
  Account account_;
};

/// The calls that parts of them make up.
std::vector<model::ToolCall> join_parts(const std::vector<model::ChatDelta::ToolCallPart>& parts);
/// The parts of whole calls.
std::vector<model::ChatDelta::ToolCallPart> parts_of(const std::vector<model::ToolCall>& calls);

}  // namespace antiphon::gateway
