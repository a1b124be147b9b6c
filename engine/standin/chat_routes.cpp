#include "engine/standin/chat_routes.h"

#include "engine/async/core.h"
#include "engine/base/error.h"
#include "engine/http/problem.h"
#include "engine/standin/answer.h"

namespace antiphon::standin {

http::RouteInfo service_route(http::Method method, std::string path) {
  return {.method = method,
          .path = std::move(path),
          .permission = std::string(http::public_permission),
          .body_bytes_max = question_body_bytes_max,
          .ends_with_client = true};
}

Task<http::Response> in_shape(Service service, Task<http::Response> answer) {
  std::optional<Fault> fault;
  try {
    co_return co_await std::move(answer);
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;
    fault = fault_of(http::status_of(error.code()));
    fault->message = error.message();
  }
  service.stage->refused(service.api, fault->status);
  co_return service.refuse(*fault);
}

namespace {

ChatPlan plan_of(const Cue& cue, const ChatQuestion& question) {
  const Behaviour& behaviour = cue.behaviour;
  ChatPlan plan{.number = cue.entry->number(),
                .now = Core::here().clock().now(),
                .text = behaviour.tool ? "" : compose_answer(behaviour, question),
                .tool = behaviour.tool,
                .finish = behaviour.finish.value_or(""),
                .tokens_in = count_tokens(question.all_text),
                .tells_usage = !behaviour.no_usage,
                .tells_finish = !behaviour.no_finish,
                .tells_done = !behaviour.no_done};
  if (question.tokens_max && count_tokens(plan.text) > *question.tokens_max) {
    auto characters = static_cast<std::size_t>(std::max<std::int64_t>(*question.tokens_max, 0)) * 4;
    plan.text = first_characters(plan.text, characters);
    plan.is_cut_by_length = true;
  }
  plan.pieces = split_answer(plan.text, behaviour);
  // Streamed or not, the same text costs the same: each piece is a token, a call of a tool two.
  plan.tokens_out = static_cast<std::int64_t>(plan.pieces.size()) + (plan.tool ? 2 : 0);
  return plan;
}

Task<http::Response> answer_chat(Stage* stage, const ChatWire* wire, http::Request request) {
  std::string body = co_await request.read_all();
  ChatQuestion question = wire->read(schema::parse_value(body), request);
  auto cue = co_await stage->enter({.occasion = {.api = wire->api,
                                                 .model = question.model,
                                                 .text = question.all_text,
                                                 .is_streamed = question.is_streamed},
                                    .key = wire->key(request),
                                    .body = std::move(body),
                                    .refuse = wire->refuse});
  if (!cue) co_return std::move(cue.error());
  ChatPlan plan = plan_of(*cue, question);
  cue->entry->asked(plan.tokens_in);
  if (question.is_streamed) co_return perform(*std::move(cue), wire->stream(question, plan));
  if (cue->behaviour.error_at) {
    std::string error = std::get<std::string>(wire->refuse(Fault{}).body);
    co_return perform_whole(*std::move(cue), std::move(error), "application/json", 0);
  }
  co_return perform_whole(*std::move(cue), wire->whole(question, plan), "application/json",
                          plan.tokens_out);
}

}  // namespace

void ChatRoutes::mount(http::Router& router) {
  const std::pair<const char*, const ChatWire*> routes[] = {
      {"/v1/chat/completions", &openai_chat()},
      {"/api/chat", &ollama_chat()},
      {"/api/generate", &ollama_generate()},
      {"/v1beta/models/{asked}", &gemini()},
      {"/v1/messages", &anthropic()}};
  for (const auto& [path, wire] : routes) {
    router.add(service_route(http::Method::post, path),
               [stage = &stage_, wire](Call, http::Request request) {
                 return in_shape({stage, wire->api, wire->refuse},
                                 answer_chat(stage, wire, std::move(request)));
               });
  }
}

}  // namespace antiphon::standin
