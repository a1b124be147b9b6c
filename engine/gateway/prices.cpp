#include "engine/gateway/prices.h"

#include <algorithm>
#include <cmath>

namespace antiphon::gateway {
namespace {

constexpr std::int64_t tokens_of_price = 1'000'000;
// What a provider says is not believed beyond this; products with a price stay within 64 bits.
constexpr std::int64_t tokens_counted = 100'000'000;
constexpr std::int64_t tokens_of_message = 4;  // its role and what parts it from the next

// Whole millions first, so that no product leaves 64 bits.
Micros price_times(Micros price, std::int64_t tokens) {
  std::int64_t counted = std::clamp<std::int64_t>(tokens, 0, tokens_counted);
  std::int64_t rest = counted % tokens_of_price;
  Micros of_rest = (price / tokens_of_price) * rest +
                   ((price % tokens_of_price) * rest + tokens_of_price - 1) / tokens_of_price;
  return price * (counted / tokens_of_price) + of_rest;
}

}  // namespace

PriceTable::PriceTable(const std::vector<PriceSettings>& rows) {
  for (const PriceSettings& row : rows) {
    Price price{to_micros(row.input), to_micros(row.cached), to_micros(row.output)};
    if (price.cached == 0) price.cached = price.input;
    rows_.push_back({row.model, price});
  }
}

Price PriceTable::of(std::string_view model) const {
  auto found =
      std::ranges::find_if(rows_, [&](const Row& row) { return fits(row.pattern, model); });
  return found == rows_.end() ? Price{} : found->price;
}

Micros cost_of(const Price& price, const model::Usage& usage) {
  std::int64_t in = std::max<std::int64_t>(usage.tokens_in.value_or(0), 0);
  std::int64_t cached = std::clamp<std::int64_t>(usage.tokens_cached.value_or(0), 0, in);
  return price_times(price.input, in - cached) + price_times(price.cached, cached) +
         price_times(price.output, usage.tokens_out.value_or(0));
}

Micros to_micros(double amount) {
  constexpr double per_unit = 1'000'000;
  return static_cast<Micros>(std::llround(amount * per_unit));
}

std::int64_t estimate_tokens(std::string_view text) {
  // Questions are shorter than 4 GiB; a narrow sum is made of many bytes at a time.
  std::uint32_t above_ascii = 0;
  for (char c : text) above_ascii += static_cast<unsigned char>(c) >> 7;
  std::int64_t wide = above_ascii;
  auto narrow = static_cast<std::int64_t>(text.size()) - wide;
  return (narrow + 3) / 4 + (wide + 1) / 2;
}

std::int64_t estimate_tokens(const model::ChatRequest& request) {
  std::int64_t tokens = 0;
  for (const model::Message& message : request.messages) {
    tokens += tokens_of_message + estimate_tokens(message.text);
    for (const model::ToolCall& call : message.tool_calls) {
      tokens += tokens_of_message + estimate_tokens(call.name) + estimate_tokens(call.arguments);
    }
  }
  for (const model::Tool& tool : request.tools) {
    tokens += tokens_of_message + estimate_tokens(tool.name) + estimate_tokens(tool.description) +
              estimate_tokens(tool.parameters);
  }
  return tokens + estimate_tokens(request.output.schema);
}

bool fits(std::string_view pattern, std::string_view text) {
  auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  std::string_view rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= text.size(); ++at) {
    if (fits(rest, text.substr(at))) return true;
  }
  return false;
}

}  // namespace antiphon::gateway
