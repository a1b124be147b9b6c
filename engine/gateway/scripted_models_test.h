#pragma once

#include <memory>

#include "engine/async/core.h"
#include "engine/gateway/gateway.h"

// Models that do what a script says, in virtual time, and count what was asked of them.

namespace antiphon::gateway::testing {

using namespace std::chrono_literals;
using Failure = model::ProviderFailure;

/// What one call does, in this order.
struct Script {
  Duration head_after{};
  std::optional<Failure> refusal = {};  ///< in place of a stream
  Duration first_after{};
  std::vector<std::string> pieces = {"Hello", " there", "."};
  Duration gap{};
  std::optional<std::size_t> stalls_at = {};  ///< nothing comes any more before this piece
  std::optional<Failure> cut = {};            ///< in place of the end
  model::ChatEnd end = {.finish = model::Finish::stop, .usage = {.tokens_in = 10, .tokens_out = 5}};
};

inline Failure failure(Failure::Kind kind, std::optional<Duration> retry_after = {}) {
  return {.kind = kind,
          .stage = Failure::Stage::first_byte,
          .status = 500,
          .message = "scripted",
          .retry_after = retry_after};
}
inline Script refused(Failure::Kind kind, std::optional<Duration> retry_after = {}) {
  return {.refusal = failure(kind, retry_after)};
}
/// Ends well without any content.
inline Script empty() { return {.pieces = {}}; }
/// Breaks off after so many pieces.
inline Script cut_after(std::size_t pieces, Failure::Kind kind = Failure::Kind::truncated) {
  Script script{.cut = failure(kind)};
  script.pieces.resize(pieces);
  return script;
}

/// What was asked of a model.
struct Asked {
  int calls = 0;
  int finished = 0;  ///< streams that were read to their end
  int closed = 0;    ///< streams that were dropped before
  int running = 0;
  int running_most = 0;
  std::vector<std::string> questions;  ///< last messages
};

class ScriptedStream final : public model::ChatStream {
 public:
  ScriptedStream(Script script, std::shared_ptr<Asked> asked)
      : script_(std::move(script)), asked_(std::move(asked)) {}
  ~ScriptedStream() override {
    --asked_->running;
    ++(is_at_end_ ? asked_->finished : asked_->closed);
  }

  Task<model::Provided<std::optional<model::ChatDelta>>> next() override {
    if (script_.stalls_at == given_) co_await sleep_for(24h);
    Duration wait = given_ == 0 ? script_.first_after : script_.gap;
    if (wait > 0s) co_await sleep_for(wait);
    if (given_ < script_.pieces.size()) {
      co_return model::ChatDelta{.text = script_.pieces[given_++]};
    }
    is_at_end_ = true;
    if (script_.cut) co_return std::unexpected(*script_.cut);
    is_known_ = true;
    co_return std::nullopt;
  }
  const model::ChatEnd& end() const override { return is_known_ ? script_.end : unknown_; }

 private:
  Script script_;
  std::shared_ptr<Asked> asked_;
  std::size_t given_ = 0;
  bool is_at_end_ = false;
  bool is_known_ = false;
  model::ChatEnd unknown_;
};

class ScriptedModel final : public model::ChatModel {
 public:
  /// Gets the number of the call, from 1, and what is asked.
  using Writer = std::function<Script(int call, const model::ChatRequest& request)>;
  ScriptedModel(Writer writer, std::shared_ptr<Asked> asked)
      : writer_(std::move(writer)), asked_(std::move(asked)) {}

  model::ModelCapabilities capabilities() const override { return can; }

  Task<model::Provided<std::unique_ptr<model::ChatStream>>> open(model::ChatRequest request,
                                                                 Due) override {
    asked_->questions.push_back(request.messages.back().text);
    asked_->running_most = std::max(asked_->running_most, ++asked_->running);
    Script script = writer_(++asked_->calls, request);
    auto stream = std::make_unique<ScriptedStream>(script, asked_);
    if (script.head_after > 0s) co_await sleep_for(script.head_after);
    if (script.refusal) co_return std::unexpected(*script.refusal);
    co_return stream;
  }

  Task<model::Provided<std::vector<std::string>>> models(Due) override {
    if (!is_there) co_return std::unexpected(failure(Failure::Kind::transient));
    co_return std::vector<std::string>{};
  }

  model::ModelCapabilities can{.json = true, .schema = true, .tools = true, .seed = true};
  bool is_there = true;

 private:
  Writer writer_;
  std::shared_ptr<Asked> asked_;
};

/// How a question ended for who asked it.
struct Told {
  std::string text;
  std::vector<std::string> pieces;
  model::ChatEnd end;
  Account account;
  std::optional<GatewayFailure> failure;

  bool is_answered() const { return !failure; }
  bool is_whole() const { return !failure && end.finish == model::Finish::stop; }
};

inline void PrintTo(const Told& told, std::ostream* out) {
  *out << "'" << told.text << "' " << to_text(told.end.finish);
  if (told.failure) {
    *out << ", nobody: " << to_text(told.failure->reason) << ", " << told.failure->message << " ["
         << told.failure->detail << "]";
  }
}

inline Task<Told> follow_to_end(std::unique_ptr<Answer> answer) {
  Told told;
  while (auto piece = co_await answer->next()) {
    told.text += piece->text;
    told.pieces.push_back(piece->text);
  }
  told.end = answer->end();
  told.account = answer->account();
  co_return told;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the test waits for it
inline Task<Told> ask_and_follow(Gateway& gateway, ChatAsk ask, Call call) {
  auto answer = co_await gateway.chat(std::move(ask), std::move(call));
  if (!answer) co_return Told{.failure = std::move(answer.error())};
  co_return co_await follow_to_end(std::move(*answer));
}

}  // namespace antiphon::gateway::testing
