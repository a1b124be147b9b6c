#include "engine/gateway/charge.h"

#include <algorithm>

namespace antiphon::gateway {
namespace {

// An estimate of tokens may be too low by so much without a limit being passed: three halves of it
// are reserved.
constexpr std::int64_t margin_of = 2;

std::int64_t with_margin(std::int64_t tokens) { return tokens + tokens / margin_of; }

}  // namespace

Charge::Charge(Budgets& budgets, Payer payer, std::int64_t tokens_in, std::int64_t tokens_out)
    : budgets_(budgets),
      payer_(std::move(payer)),
      tokens_in_(tokens_in),
      tokens_out_(std::max<std::int64_t>(tokens_out, 1)) {}

Charge::~Charge() {
  if (reserved_ != 0 || spent_ != 0) budgets_.settle(payer_, reserved_, spent_);
}

bool Charge::cover(const Price& price) {
  price_ = price;
  covered_out_ = tokens_out_;
  Micros needed =
      spent_ + cost_of(price, {.tokens_in = with_margin(tokens_in_), .tokens_out = tokens_out_});
  return needed <= reserved_ || reserve(needed - reserved_);
}

bool Charge::cover_output(std::int64_t tokens_out) {
  while (tokens_out > covered_out_) {
    if (!reserve(cost_of(price_, {.tokens_out = tokens_out_}))) return false;
    covered_out_ += tokens_out_;
  }
  return true;
}

void Charge::add(const Price& price, const model::Usage& usage) { spent_ += cost_of(price, usage); }

bool Charge::reserve(Micros amount) {
  if (amount == 0) return true;
  if (!budgets_.reserve(payer_, amount)) return false;
  reserved_ += amount;
  return true;
}

}  // namespace antiphon::gateway
