#include "engine/gateway/kept_answers.h"

#include "engine/async/call.h"
#include "engine/base/encoding.h"
#include "engine/schema/json.h"

namespace antiphon::gateway {
namespace {

struct KeptCall {
  std::string id;
  std::string name;
  std::string arguments;
};

auto describe(schema::Tag<KeptCall>) {
  return schema::object<KeptCall>("KeptCall")
      .field("id", &KeptCall::id, "")
      .field("name", &KeptCall::name, "")
      .field("arguments", &KeptCall::arguments, "");
}

// How it is written; a field that an older process does not know is passed over by it.
struct KeptForm {
  std::string text;
  std::vector<KeptCall> tool_calls;
  std::int64_t finish = 0;
  std::string provider;
  std::string model;
  std::optional<std::int64_t> tokens_in;
  std::optional<std::int64_t> tokens_cached;
  std::optional<std::int64_t> tokens_out;
  std::int64_t fresh_until_us = 0;
};

auto describe(schema::Tag<KeptForm>) {
  return schema::object<KeptForm>("KeptForm")
      .field("text", &KeptForm::text, "")
      .field("toolCalls", &KeptForm::tool_calls, "")
      .field("finish", &KeptForm::finish, "", schema::min(0),
             schema::max(static_cast<double>(model::Finish::content_filter)))
      .field("provider", &KeptForm::provider, "")
      .field("model", &KeptForm::model, "")
      .field("tokensIn", &KeptForm::tokens_in, "")
      .field("tokensCached", &KeptForm::tokens_cached, "")
      .field("tokensOut", &KeptForm::tokens_out, "")
      .field("freshUntilUs", &KeptForm::fresh_until_us, "");
}

KeptForm form_of(KeptAnswer answer) {
  KeptForm form{.text = std::move(answer.text),
                .finish = static_cast<std::int64_t>(answer.finish),
                .provider = std::move(answer.provider),
                .model = std::move(answer.model),
                .tokens_in = answer.usage.tokens_in,
                .tokens_cached = answer.usage.tokens_cached,
                .tokens_out = answer.usage.tokens_out,
                .fresh_until_us = answer.fresh_until.time_since_epoch().count()};
  for (model::ToolCall& call : answer.tool_calls) {
    form.tool_calls.push_back(
        {std::move(call.id), std::move(call.name), std::move(call.arguments)});
  }
  return form;
}

std::optional<KeptAnswer> parse_kept(const std::string& json) {
  KeptForm form;
  try {
    form = schema::parse<KeptForm>(json, schema::ParseOptions::outside());
  } catch (const Error&) {
    return std::nullopt;  // whatever wrote it was another version
  }
  KeptAnswer answer{.text = std::move(form.text),
                    .finish = static_cast<model::Finish>(form.finish),
                    .provider = std::move(form.provider),
                    .model = std::move(form.model),
                    .usage = {.tokens_in = form.tokens_in,
                              .tokens_cached = form.tokens_cached,
                              .tokens_out = form.tokens_out},
                    .fresh_until = Timestamp(std::chrono::microseconds(form.fresh_until_us))};
  for (KeptCall& call : form.tool_calls) {
    answer.tool_calls.push_back(
        {std::move(call.id), std::move(call.name), std::move(call.arguments)});
  }
  return answer;
}

bool is_text(const KeptAnswer& answer) {
  bool is_good = is_utf8(answer.text);
  for (const model::ToolCall& call : answer.tool_calls) {
    is_good = is_good && is_utf8(call.id) && is_utf8(call.name) && is_utf8(call.arguments);
  }
  return is_good && is_utf8(answer.model);
}

}  // namespace

bool is_worth_keeping(const model::ChatEnd& end) {
  return end.finish == model::Finish::stop || end.finish == model::Finish::length ||
         end.finish == model::Finish::tool_calls;
}

Task<std::optional<KeptAnswer>> KeptAnswers::find(std::string key) {
  if (auto found = co_await first_.get(key)) co_return parse_kept(*found);
  if (!second_) co_return std::nullopt;
  auto found = co_await find_in_second(key);
  if (!found) co_return std::nullopt;
  auto kept = parse_kept(*found);
  // For how long it may be stale is known in the second place alone: here it lives while fresh.
  Timestamp now = Core::here().clock().now();
  if (kept && kept->fresh_until > now) {
    co_await first_.put(std::move(key), std::move(*found), kept->fresh_until - now);
  }
  co_return kept;
}

Task<std::optional<std::string>> KeptAnswers::find_in_second(std::string key) {
  try {
    Instant until = Core::here().clock().steady() + second_time;
    co_return co_await within(until, second_->get(std::move(key)));
  } catch (const Error&) {
    co_return std::nullopt;
  }
}

Task<> KeptAnswers::keep(std::string key, KeptAnswer answer, CachePolicy policy) {
  if (!is_text(answer)) co_return;
  auto fresh = std::chrono::duration_cast<std::chrono::milliseconds>(policy.time_to_live *
                                                                     (1 - jitter * random_.unit()));
  Duration whole = std::max<Duration>(fresh, std::chrono::milliseconds(1)) + policy.stale_time;
  answer.fresh_until = Core::here().clock().now() + fresh;
  std::string json = schema::to_json(form_of(std::move(answer)));
  co_await first_.put(key, json, whole);
  if (!second_) co_return;
  try {
    co_await within(Core::here().clock().steady() + second_time,
                    second_->put(std::move(key), std::move(json), whole));
  } catch (const Error&) {
    // It is kept here at least.
  }
}

KeptReply::KeptReply(KeptAnswer kept, CacheResult cache, Duration took)
    : whole_{std::move(kept.text), parts_of(kept.tool_calls)} {
  end_ = {.finish = kept.finish, .usage = kept.usage, .model = kept.model};
  account_ = {.provider = std::move(kept.provider),
              .model = std::move(kept.model),
              .usage = kept.usage,
              .cache = cache,
              .first_token = took,
              .latency = took};
}

Task<std::optional<model::ChatDelta>> KeptReply::next() {
  if (std::exchange(is_given_, true)) co_return std::nullopt;
  co_return std::move(whole_);
}

}  // namespace antiphon::gateway
