#include "engine/app/usage_routes.h"

namespace antiphon::app {

schema::Object<UsageView> describe(schema::Tag<UsageView>) {
  return schema::object<UsageView>("Usage", "What models were used for on one day")
      .field("day", &UsageView::day, "In UTC: 2026-03-01")
      .field("account", &UsageView::account,
             "The key that asked, by its id; empty: somebody without one")
      .field("purpose", &UsageView::purpose, "What asked: front (`/v1`), or a skill by its name")
      .field("model", &UsageView::model, "Which answered; empty: none did")
      .field("calls", &UsageView::calls, "Questions")
      .field("failures", &UsageView::failures, "Those without an answer, or whose answer was cut")
      .field("cacheHits", &UsageView::cache_hits,
             "Those whose answer was kept, or was on its way to somebody else")
      .field("attempts", &UsageView::attempts, "Calls that were made upstream for them")
      .field("tokensIn", &UsageView::tokens_in, "Of the questions, of all attempts")
      .field("tokensCached", &UsageView::tokens_cached,
             "Of these, what the provider had in its cache")
      .field("tokensOut", &UsageView::tokens_out, "Of the answers, of all attempts")
      .field("cost", &UsageView::cost, "By the price table, in its currency")
      .field("currency", &UsageView::currency, "Of the price table: USD");
}

schema::Object<ListUsage> describe(schema::Tag<ListUsage>) {
  return http::page_fields(
      schema::object<ListUsage>("ListUsage")
          .field("from", &ListUsage::from,
                 "The first day is the one with this moment; absent: thirty days before `until`")
          .field("until", &ListUsage::until,
                 "The last day begins before this moment; absent: today")
          .field("account", &ListUsage::account,
                 "Only what this key asked, by its id; empty: what nobody's key did",
                 schema::max_length(100)));
}

namespace {

constexpr double micros_of_unit = 1'000'000;
constexpr auto usual_span = std::chrono::days(30);
constexpr std::size_t date_characters = std::string_view("2026-03-01").size();

UsageView view_of(const gateway::UsageRow& row, const std::string& currency) {
  return {.day = to_rfc3339(row.day).substr(0, date_characters),
          .account = row.account,
          .purpose = row.purpose,
          .model = row.model,
          .calls = row.calls,
          .failures = row.failures,
          .cache_hits = row.cache_hits,
          .attempts = row.attempts,
          .tokens_in = row.tokens_in,
          .tokens_cached = row.tokens_cached,
          .tokens_out = row.tokens_out,
          .cost = static_cast<double>(row.cost) / micros_of_unit,
          .currency = currency};
}

// ["MICROSECONDS", account, purpose, model]: what the list is sorted by.
std::string cursor_behind_row(const gateway::UsageRow& row) {
  std::vector<std::string> place{std::to_string(row.day.time_since_epoch().count()), row.account,
                                 row.purpose, row.model};
  return http::make_cursor(schema::to_json(place));
}

gateway::UsageFilter::Place place_of(const std::string& cursor) {
  try {
    auto place = schema::parse<std::vector<std::string>>(http::parse_cursor(cursor));
    auto day = Timestamp(std::chrono::microseconds(std::stoll(place.at(0))));
    return {day, place.at(1), place.at(2), place.at(3)};
  } catch (const std::exception&) {
    throw Error({{"/cursor", "format", "Expected the nextCursor of a page of this list."}});
  }
}

gateway::UsageFilter filter_of(const ListUsage& query, Timestamp now) {
  gateway::UsageFilter filter{.until = query.until.value_or(now + std::chrono::microseconds(1)),
                              .account = query.account,
                              .rows_max = query.limit + 1};
  filter.from = query.from.value_or(filter.until - usual_span);
  if (filter.from >= filter.until) {
    throw Error({{"/from", "range", "Expected a moment before `until`."}});
  }
  if (query.cursor) filter.after = place_of(*query.cursor);
  return filter;
}

}  // namespace

void UsageRoutes::mount(http::Router& router) {
  router.add({.path = "/api/v1/usage",
              .permission = std::string(usage_permission),
              .summary = "What models were used for and what it cost, by day, newest first"},
             this, &UsageRoutes::list);
}

// What was used a moment ago is written first: who asks after a call sees it.
Task<http::Page<UsageView>> UsageRoutes::list(Call call, ListUsage query) {
  gateway::UsageFilter filter = filter_of(query, call.now());
  co_await parts_.usage.flush(parts_.database, call.deadline());
  auto rows = co_await gateway::UsageLedger::of_tenant(parts_.database, call.tenant(),
                                                       std::move(filter), call);
  http::Page<UsageView> page;
  if (rows.size() > static_cast<std::size_t>(query.limit)) {
    rows.pop_back();
    page.next_cursor = cursor_behind_row(rows.back());
  }
  for (const auto& row : rows) page.items.push_back(view_of(row, parts_.currency));
  co_return page;
}

}  // namespace antiphon::app
