#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/gateway/gateway.h"

// A gateway that answers as a test says, in virtual time.

namespace antiphon::skill {

/// What one question gets.
struct ScriptedReply {
  std::string text;
  std::vector<model::ToolCall> tool_calls = {};
  model::Finish finish = model::Finish::stop;
  std::optional<gateway::GatewayFailure> failure = {};
  Duration first_takes{};  ///< until the first content
  Duration then_takes{};   ///< from there to the end
  gateway::Account account = {.instance = "scripted-1",
                              .provider = "openai",
                              .model = "scripted",
                              .attempts = 1,
                              .usage = {.tokens_in = 100, .tokens_out = 20},
                              .cost = 7};
};

class ScriptedGateway final : public gateway::Gateway {
 public:
  std::function<ScriptedReply(const gateway::ChatAsk&)> script;
  std::vector<gateway::Target> names;
  std::vector<gateway::ChatAsk> asked;
  std::vector<std::string> tenants;  ///< of those who asked
  std::size_t open = 0;              ///< answers under way
  bool keeps_to_deadlines = true;

  /// The same reply whatever is asked.
  void always(std::string text) {
    script = [text = std::move(text)](const auto&) { return ScriptedReply{.text = text}; };
  }
  /// One reply after another; the last one again and again.
  void in_turn(std::vector<ScriptedReply> replies) {
    script = [this, replies = std::move(replies)](const auto&) {
      return replies[std::min(asked.size(), replies.size()) - 1];
    };
  }

  Task<std::expected<std::unique_ptr<gateway::Answer>, gateway::GatewayFailure>> chat(
      gateway::ChatAsk ask, Call call) override {
    asked.push_back(ask);
    tenants.push_back(call.tenant());
    ScriptedReply reply = script(ask);
    Instant there = Core::here().clock().steady() + reply.first_takes;
    if (keeps_to_deadlines && there > call.deadline()) {
      co_await sleep_until(call.deadline());
      co_return std::unexpected(gateway::GatewayFailure{
          .reason = gateway::GatewayFailure::Reason::timeout, .message = "Late.", .attempts = 1});
    }
    if (reply.first_takes > Duration::zero()) co_await sleep_until(there);
    if (reply.failure) co_return std::unexpected(*reply.failure);
    co_return std::make_unique<Said>(*this, std::move(reply));
  }

  Task<std::expected<gateway::EmbeddingAnswer, gateway::GatewayFailure>> embed(
      gateway::EmbeddingAsk, Call) override {
    co_return std::unexpected(gateway::GatewayFailure{
        .reason = gateway::GatewayFailure::Reason::unsupported, .message = "No vectors."});
  }

  std::vector<gateway::Target> targets() const override { return names; }

 private:
  // In pieces that cut words, and a call's arguments, in two.
  class Said final : public gateway::Answer {
   public:
    Said(ScriptedGateway& owner, ScriptedReply reply) : owner_(owner), reply_(std::move(reply)) {
      ++owner_.open;
      std::size_t most = std::max<std::size_t>(5, reply_.text.size() / 64);
      for (std::size_t at = 0; at < reply_.text.size(); at += most) {
        deltas_.push_back({.text = reply_.text.substr(at, most)});
      }
      for (std::size_t index = 0; index < reply_.tool_calls.size(); ++index) {
        const model::ToolCall& call = reply_.tool_calls[index];
        std::size_t half = call.arguments.size() / 2;
        deltas_.push_back(
            {.text = {},
             .tool_calls = {{index, call.id, call.name, call.arguments.substr(0, half)}}});
        deltas_.push_back(
            {.text = {}, .tool_calls = {{index, "", "", call.arguments.substr(half)}}});
      }
    }
    ~Said() override { --owner_.open; }

    Task<std::optional<model::ChatDelta>> next() override {
      if (next_ == deltas_.size()) {
        if (reply_.then_takes > Duration::zero()) co_await sleep_for(reply_.then_takes);
        end_.finish = reply_.finish;
        co_return std::nullopt;
      }
      co_return deltas_[next_++];
    }
    const model::ChatEnd& end() const override { return end_; }
    const gateway::Account& account() const override { return reply_.account; }

   private:
    ScriptedGateway& owner_;
    ScriptedReply reply_;
    std::vector<model::ChatDelta> deltas_;
    std::size_t next_ = 0;
    model::ChatEnd end_;
  };
};

}  // namespace antiphon::skill
