#include "engine/skill/comparison.h"

#include <algorithm>
#include <cmath>

#include "engine/schema/nearest.h"

namespace antiphon::skill {
namespace {

constexpr double micros_per_unit = 1e6;

std::vector<std::string> names_of(const std::vector<gateway::Target>& targets,
                                  std::optional<gateway::Target::Kind> kind) {
  std::vector<std::string> names;
  for (const gateway::Target& target : targets) {
    if (target.chats && (!kind || target.kind == *kind)) names.push_back(target.name);
  }
  return names;
}

void check_wish(const std::string& wish, const std::vector<std::string>& names) {
  if (std::ranges::find(names, wish) != names.end()) return;
  std::vector<std::string_view> known(names.begin(), names.end());
  auto nearest = schema::nearest(wish, known);
  std::string hint = nearest.empty() ? "" : fmt::format("; the nearest is \"{}\"", nearest);
  throw Error(Code::invalid, fmt::format("\"{}\" is no model that is set up{}.", wish, hint));
}

// The smallest that so large a share is not above.
double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

std::vector<std::string> compared_models(const gateway::Gateway* gateway,
                                         const std::vector<std::string>& wished) {
  auto targets = gateway == nullptr ? std::vector<gateway::Target>{} : gateway->targets();
  if (!wished.empty()) {
    std::vector<std::string> names = names_of(targets, std::nullopt);
    for (const std::string& wish : wished) check_wish(wish, names);
    return wished;
  }
  auto models = names_of(targets, gateway::Target::Kind::model);
  return models.empty() ? names_of(targets, gateway::Target::Kind::group) : models;
}

void Takings::add(const Provenance& provenance) {
  ++answers_;
  tokens_in_ += provenance.usage.tokens_in.value_or(0);
  tokens_out_ += provenance.usage.tokens_out.value_or(0);
  cost_ += provenance.cost;
  if (provenance.source != Source::model) {
    ++fallbacks_[provenance.fallback_reason];
    return;
  }
  if (provenance.repair == Repair::mended) ++repaired_;
  latencies_ms_.push_back(std::chrono::duration<double, std::milli>(provenance.latency).count());
}

std::vector<eval::Figure> Takings::figures() const {
  auto share = [&](double part) {
    return answers_ == 0 ? 0 : part / static_cast<double>(answers_);
  };
  auto own = static_cast<std::int64_t>(latencies_ms_.size());
  double cost = static_cast<double>(cost_) / micros_per_unit;
  return {
      {.name = "answered by the model", .value = share(double(own)), .unit = "", .cases = answers_},
      {.name = "mended", .value = share(double(repaired_)), .unit = "", .cases = answers_},
      {.name = "latency p50", .value = quantile(latencies_ms_, 0.5), .unit = "ms", .cases = own},
      {.name = "latency p95", .value = quantile(latencies_ms_, 0.95), .unit = "ms", .cases = own},
      {.name = "tokens in, each",
       .value = share(double(tokens_in_)),
       .unit = "",
       .cases = answers_},
      {.name = "tokens out, each",
       .value = share(double(tokens_out_)),
       .unit = "",
       .cases = answers_},
      {.name = "cost of 1,000", .value = 1000 * share(cost), .unit = "", .cases = answers_},
  };
}

eval::Table Takings::fallbacks() const {
  eval::Table table{.name = "not answered, by reason", .columns = {}, .rows = {}};
  std::vector<double> row;
  for (const auto& [reason, count] : fallbacks_) {
    table.columns.emplace_back(to_text(reason));
    row.push_back(static_cast<double>(count));
  }
  if (!row.empty()) table.rows.push_back(std::move(row));
  return table;
}

}  // namespace antiphon::skill
