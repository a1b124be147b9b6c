#pragma once

#include "engine/gateway/budgets.h"

namespace antiphon::gateway {

/// The money of one call, over all of its attempts: reserved before each, settled once when it goes
/// (E-39), also when the call is cut or left. Belongs to one core.
class Charge {
 public:
  /// @param budgets    outlive it
  /// @param tokens_in  of the question, estimated
  /// @param tokens_out reserved for each answer
  Charge(Budgets& budgets, Payer payer, std::int64_t tokens_in, std::int64_t tokens_out);
  Charge(const Charge&) = delete;
  Charge& operator=(const Charge&) = delete;
  ~Charge();

  /// Reserves what an attempt may cost, beside what those before it did. False: the money does not
  /// reach.
  bool cover(const Price& price);
  /// Reserves more while an answer grows beyond what was reserved for it.
  bool cover_output(std::int64_t tokens_out);
  /// What an attempt came to.
  void add(const Price& price, const model::Usage& usage);

  Micros spent() const { return spent_; }
  std::int64_t tokens_in() const { return tokens_in_; }
  const Payer& payer() const { return payer_; }

 private:
  bool reserve(Micros amount);

  Budgets& budgets_;
  const Payer payer_;
  const std::int64_t tokens_in_;
  const std::int64_t tokens_out_;
  Price price_;                   // of the attempt under way
  std::int64_t covered_out_ = 0;  // tokens of its answer that are reserved
  Micros reserved_ = 0;
  Micros spent_ = 0;
};

}  // namespace antiphon::gateway
