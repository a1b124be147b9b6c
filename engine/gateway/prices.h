#pragma once

#include <string_view>
#include <vector>

#include "engine/gateway/gateway.h"
#include "engine/gateway/settings.h"

namespace antiphon::gateway {

/// What a million tokens of a model cost.
struct Price {
  Micros input = 0;
  Micros cached = 0;
  Micros output = 0;
};

/// What tokens cost, by model (E-39). A model that no row fits costs nothing.
class PriceTable {
 public:
  explicit PriceTable(const std::vector<PriceSettings>& rows);
  Price of(std::string_view model) const;

 private:
  struct Row {
    std::string pattern;
    Price price;
  };
  std::vector<Row> rows_;
};

/// Rounded up: what is charged is never less than what is owed. What is absent counts as none.
Micros cost_of(const Price& price, const model::Usage& usage);
/// Units of a currency in millionths.
Micros to_micros(double amount);

/// About how many tokens a text has, without its model's own rules: four letters of ASCII each, two
/// bytes of anything else.
std::int64_t estimate_tokens(std::string_view text);
/// Of a whole question, with what holds its parts together.
std::int64_t estimate_tokens(const model::ChatRequest& request);

/// Whether `text` has the form of `pattern`, in which * stands for any letters.
bool fits(std::string_view pattern, std::string_view text);

}  // namespace antiphon::gateway
