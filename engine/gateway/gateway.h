#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/call.h"
#include "engine/async/task.h"
#include "engine/base/error.h"
#include "engine/model/chat_model.h"

namespace antiphon::gateway {

/// Who is served first when an instance is full.
enum class Priority { live, batch };

/// Whether and for how long an answer is kept for those who ask the same. Zero: never.
struct CachePolicy {
  Duration time_to_live{};
  Duration
      stale_time{};  ///< beyond it, given at once while a new one is fetched, or when none comes
  std::vector<std::string> sources = {};  ///< versions of what the answer rests on
  /// Whether who asks the same at the same time shares one call, also where nothing is kept.
  bool joins = false;

  bool keeps() const { return time_to_live > Duration::zero(); }
};

/// Money in millionths of the unit of the price table's currency: a token costs less than a cent.
using Micros = std::int64_t;

/// A limit of money below the tenant's, counted for all time: that of an API key.
struct Allowance {
  std::string account;  ///< whose it is: the id of the key
  Micros hard = 0;      ///< 0: no limit; usage is told by account all the same
};

/// One question for whichever model can answer it.
struct ChatAsk {
  /// A group, a tier ("fast", "large") or a model by name, as `models()` lists them.
  std::string target = "default";
  model::ChatRequest request;  ///< `model` is filled in by the gateway
  std::string purpose;         ///< who asks: the name of a skill, or "front"; for usage and metrics
  std::string session = {};    ///< live session, for usage; may be empty
  Priority priority = Priority::live;
  CachePolicy cache = {};
  std::optional<Allowance> allowance = {};
};

enum class CacheResult { off, miss, hit, stale, joined };
std::string_view to_text(CacheResult result);

/// Who answered, and what it took (E-30, E-39).
struct Account {
  std::string instance;  ///< "openai-1"; "" from the cache
  std::string provider;  ///< kind: openai, ollama, gemini, anthropic
  std::string model;
  int attempts = 0;  ///< calls made upstream, over all instances
  model::Usage usage = {};
  bool is_usage_estimated = false;  ///< the provider did not say, or was cut
  Micros cost = 0;
  CacheResult cache = CacheResult::off;
  Duration first_token{};  ///< from the question
  Duration latency{};      ///< to the end
};

/// Why nobody answered.
struct GatewayFailure {
  enum class Reason {
    invalid,         ///< the question itself; no provider would take it
    unknown_target,  ///< no such group or model
    unsupported,     ///< no member has what was asked for
    budget,          ///< the tenant's money is spent
    exhausted,       ///< every instance is full, limited or out; `retry_after` says until when
    failed,          ///< all that could be asked have failed
    timeout          ///< the deadline
  };
  Reason reason = Reason::failed;
  std::string message;      ///< for the caller: no secrets, no addresses
  std::string detail = {};  ///< for the log: each attempt and how it ended
  std::optional<model::ProviderFailure> last = {};
  std::optional<Duration> retry_after = {};
  int attempts = 0;
};
std::string_view to_text(GatewayFailure::Reason reason);
/// For callers who know no other way: invalid, not_found, unsupported, quota_exceeded, unavailable,
/// timeout.
Error error_of(const GatewayFailure& failure);

/// An answer whose first content is there: from here on it is given whole, or ends `truncated` and
/// says so. Belongs to one core; when the last who follows it is gone, the upstream is closed.
class Answer {
 public:
  virtual ~Answer() = default;
  /// The next piece, nothing at the end.
  virtual Task<std::optional<model::ChatDelta>> next() = 0;
  /// How it ended; whole after the last piece.
  virtual const model::ChatEnd& end() const = 0;
  virtual const Account& account() const = 0;
};

struct EmbeddingAsk {
  std::string target = "embeddings";
  std::vector<std::string> texts;
  std::optional<std::int64_t> dimensions = {};
  std::string purpose;
  Priority priority = Priority::live;
  CachePolicy cache = {};
  std::optional<Allowance> allowance = {};
};

struct EmbeddingAnswer {
  std::string model;  ///< name and dimension are stored with each vector and never mixed (E-35)
  std::vector<std::vector<float>> vectors;
  Account account;
};

/// A name that may be asked for.
struct Target {
  enum class Kind { group, tier, model };
  std::string name;
  Kind kind = Kind::group;
  bool chats = true;
  bool embeds = false;
};

/// Asks models: chooses an instance, waits for its turn, retries, falls back, keeps, counts and
/// charges (E-31 to E-35, E-39). One on each core, over limits that all cores share.
class Gateway {
 public:
  virtual ~Gateway() = default;

  /// Waits until the first content is there, or nobody can give any.
  virtual Task<std::expected<std::unique_ptr<Answer>, GatewayFailure>> chat(ChatAsk ask,
                                                                            Call call) = 0;
  virtual Task<std::expected<EmbeddingAnswer, GatewayFailure>> embed(EmbeddingAsk ask,
                                                                     Call call) = 0;
  virtual std::vector<Target> targets() const = 0;
};

}  // namespace antiphon::gateway
