#pragma once

#include "engine/gateway/usage.h"
#include "engine/http/reply.h"
#include "engine/http/router.h"

namespace antiphon::app {

inline constexpr std::string_view usage_permission = "usage:model:read";

/// What models were used for on one day, by whom, and what it cost.
struct UsageView {
  std::string day;
  std::string account;
  std::string purpose;
  std::string model;
  std::int64_t calls = 0;
  std::int64_t failures = 0;
  std::int64_t cache_hits = 0;
  std::int64_t attempts = 0;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_cached = 0;
  std::int64_t tokens_out = 0;
  double cost = 0;
  std::string currency;
};

struct ListUsage : http::PageQuery {
  std::optional<Timestamp> from;
  std::optional<Timestamp> until;
  std::optional<std::string> account;
};

schema::Object<UsageView> describe(schema::Tag<UsageView>);
schema::Object<ListUsage> describe(schema::Tag<ListUsage>);

/// A tenant's use of models, at `/api/v1/usage` (E-39). One on each core.
class UsageRoutes {
 public:
  struct Parts {
    gateway::UsageLedger& usage;
    store::Database& database;
    std::string currency;  ///< of the price table
  };

  explicit UsageRoutes(Parts parts) : parts_(std::move(parts)) {}

  void mount(http::Router& router);

 private:
  Task<http::Page<UsageView>> list(Call call, ListUsage query);

  Parts parts_;
};

}  // namespace antiphon::app
