#include "engine/gateway/budgets.h"

namespace antiphon::gateway {
namespace {

constexpr std::string_view every_tenant = "*";

Micros spent_before(const Spent& spent, Period period) {
  switch (period) {
    case Period::day: return spent.day;
    case Period::month: return spent.month;
    case Period::total: return spent.total;
  }
  return spent.total;
}

}  // namespace

Timestamp begin_of(Period period, Timestamp now) {
  auto day = std::chrono::floor<std::chrono::days>(now);
  std::chrono::year_month_day date(day);
  switch (period) {
    case Period::day: return day;
    case Period::month: return std::chrono::sys_days(date.year() / date.month() / 1);
    case Period::total: return Timestamp{};
  }
  return Timestamp{};
}

Budgets::Budgets(const std::vector<BudgetSettings>& settings, const Clock& clock) : clock_(clock) {
  for (const BudgetSettings& budget : settings) {
    limits_[budget.tenant] = {to_micros(budget.soft), to_micros(budget.hard), budget.period};
  }
}

void Budgets::load(std::span<const Spent> spent) {
  std::scoped_lock lock(mutex_);
  for (const Spent& row : spent) {
    Account& known = account(row.tenant, row.account);
    known.spent += spent_before(row, known.limits.period);
  }
}

Budgets::State Budgets::state(const Payer& payer) const {
  std::scoped_lock lock(mutex_);
  State worst = State::open;
  each(payer, [&](const Account& account) {
    Micros used = account.spent + account.reserved;
    if (account.limits.hard > 0 && used >= account.limits.hard) worst = State::hard;
    bool is_soft = account.limits.soft > 0 && used >= account.limits.soft;
    if (is_soft && worst == State::open) worst = State::soft;
  });
  return worst;
}

bool Budgets::reserve(const Payer& payer, Micros amount) {
  std::scoped_lock lock(mutex_);
  bool is_within = true;
  each(payer, [&](const Account& account) {
    if (account.limits.hard == 0) return;
    if (amount > account.limits.hard - account.spent - account.reserved) is_within = false;
  });
  if (!is_within) return false;
  each(payer, [&](Account& account) { account.reserved += amount; });
  return true;
}

void Budgets::settle(const Payer& payer, Micros reserved, Micros spent) {
  std::scoped_lock lock(mutex_);
  each(payer, [&](Account& account) {
    account.reserved -= reserved;
    account.spent += spent;
  });
}

Micros Budgets::spent(const std::string& tenant, const std::string& account_name) const {
  std::scoped_lock lock(mutex_);
  return account(tenant, account_name).spent;
}

template <class F>
void Budgets::each(const Payer& payer, F visit) const {
  visit(account(payer.tenant, {}));
  if (!payer.allowance) return;
  Account& own = account(payer.tenant, payer.allowance->account);
  own.limits.hard = payer.allowance->hard;
  visit(own);
}

// A period that has ended takes what was spent in it along; what is reserved stays so.
Budgets::Account& Budgets::account(std::string_view tenant, std::string_view name) const {
  Timestamp now = clock_.now();
  auto found = accounts_.find(KeyView(tenant, name));
  bool is_new = found == accounts_.end();
  if (is_new) found = accounts_.try_emplace({std::string(tenant), std::string(name)}).first;
  Account& known = found->second;
  if (is_new) {
    known.limits = name.empty() ? limits_of(tenant) : Limits{.period = Period::total};
    known.begun = begin_of(known.limits.period, now);
  }
  Timestamp begun = begin_of(known.limits.period, now);
  if (begun > known.begun) {
    known.begun = begun;
    known.spent = 0;
  }
  return known;
}

Budgets::Limits Budgets::limits_of(std::string_view tenant) const {
  auto found = limits_.find(tenant);
  if (found == limits_.end()) found = limits_.find(every_tenant);
  return found == limits_.end() ? Limits{} : found->second;
}

}  // namespace antiphon::gateway
