#include "engine/skill/skill.h"

#include <fmt/format.h>

#include "engine/base/encoding.h"

namespace antiphon::skill {

std::string_view to_text(Source source) {
  switch (source) {
    case Source::cache: return "cache";
    case Source::model: return "model";
    case Source::rules: return "rules";
  }
  return "rules";
}

void Skills::count(std::string_view skill, std::string_view source, Duration took) {
  times_.with({skill, source}, [took](const metrics::Histogram& time) { time.observe(took); });
}

Task<Skills::Reply> Skills::ask(Question question, std::function<std::string()> rules, Call call) {
  std::string_view name = question.name;
  Instant begin = Core::here().clock().steady();
  trace::Span span(call.trace(), fmt::format("skill {}", name));
  try {
    Reply reply = co_await answer(std::move(question), std::move(rules), call.below(span));
    count(name, to_text(reply.provenance.source), reply.provenance.latency);
    span.set("antiphon.skill.source", to_text(reply.provenance.source));
    co_return reply;
  } catch (const Error& error) {
    span.fail(to_text(error.code()));
    count(name, "failed", Core::here().clock().steady() - begin);
    throw;
  }
}

Task<Skills::Reply> Skills::answer(Question question, std::function<std::string()> rules,
                                   Call call) {
  const Clock& clock = Core::here().clock();
  Instant begin = clock.steady();
  Instant deadline = std::min(call.deadline(), begin + question.deadline);
  if (begin >= deadline) throw Error(Code::timeout, "No time is left to answer this.");
  bool kept = question.cache.time_to_live > Duration::zero();
  std::string key;
  if (kept) {
    key = fmt::format("{}/skill/{}/{}/{}", call.tenant(), question.name, question.version,
                      sha256_hex(question.input));
    if (auto found = co_await within(deadline, cache_.get(key))) {
      co_return Reply{std::move(*found), {Source::cache, clock.steady() - begin}};
    }
  }
  Reply reply{rules(), {Source::rules, {}}};
  reply.provenance.latency = clock.steady() - begin;
  if (kept) co_await cache_.put(key, reply.json, question.cache.time_to_live);
  co_return reply;
}

}  // namespace antiphon::skill
