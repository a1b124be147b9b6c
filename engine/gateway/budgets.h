#pragma once

#include <map>
#include <mutex>
#include <span>

#include "engine/base/clock.h"
#include "engine/gateway/prices.h"

namespace antiphon::gateway {

/// Who pays for a call: a tenant, and below it whoever has a limit of its own.
struct Payer {
  std::string tenant;
  std::optional<Allowance> allowance = {};
};

/// What was spent before this process began, in the running day, the running month and ever.
struct Spent {
  std::string tenant;
  std::string account;  ///< "" for the tenant as a whole
  Micros day = 0;
  Micros month = 0;
  Micros total = 0;
};

/// What may be spent (E-39). A call reserves what it may cost before it begins and settles what it
/// did cost; what is reserved and spent together never passes a hard limit. Thread-safe; knows what
/// this process spends.
class Budgets {
 public:
  /// @param clock  outlives it
  Budgets(const std::vector<BudgetSettings>& settings, const Clock& clock);

  void load(std::span<const Spent> spent);

  enum class State { open, soft, hard };
  /// Whether a limit is passed already. What is reserved counts as spent.
  State state(const Payer& payer) const;

  /// Sets `amount` aside, in all accounts of the payer or in none. @param amount  at least 0
  bool reserve(const Payer& payer, Micros amount);
  /// Gives `reserved` back and counts `spent`, once for all that a call reserved.
  void settle(const Payer& payer, Micros reserved, Micros spent);

  /// Spent in the running period; for accounts and tests.
  Micros spent(const std::string& tenant, const std::string& account = {}) const;

 private:
  struct Limits {
    Micros soft = 0;  ///< 0: none
    Micros hard = 0;
    Period period = Period::month;
  };
  struct Account {
    Limits limits;
    Timestamp begun{};  ///< of the period that `spent` counts
    Micros spent = 0;
    Micros reserved = 0;
  };
  using Key = std::pair<std::string, std::string>;  // tenant, account
  using KeyView = std::pair<std::string_view, std::string_view>;
  struct ByNames {
    using is_transparent = void;
    bool operator()(const KeyView& a, const KeyView& b) const { return a < b; }
  };

  Account& account(std::string_view tenant, std::string_view name) const;
  template <class F>
  void each(const Payer& payer, F visit) const;
  Limits limits_of(std::string_view tenant) const;

  const Clock& clock_;
  std::map<std::string, Limits, std::less<>> limits_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::map<Key, Account, ByNames> accounts_;
};

/// When the period that `now` is in began; the distant past for Period::total.
Timestamp begin_of(Period period, Timestamp now);

}  // namespace antiphon::gateway
