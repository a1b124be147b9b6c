// POST /v1/chat/completions

#include "engine/async/core.h"
#include "engine/front/chat_writer.h"
#include "engine/front/front.h"
#include "engine/front/front_error.h"

namespace antiphon::front {
namespace {

using SharedAnswer = std::shared_ptr<gateway::Answer>;

// Counts how an answer ended. One that goes without a word was left by its client.
class Ending {
 public:
  explicit Ending(std::shared_ptr<Front::Counts> counts) : counts_(std::move(counts)) {}
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  ~Ending() { count(&Front::Counts::left); }

  void count(metrics::Counter Front::Counts::* how) {
    if (auto counts = std::exchange(counts_, nullptr)) ((*counts).*how).add();
  }
  void count(const model::ChatEnd& end) {
    count(end.finish == model::Finish::truncated ? &Front::Counts::cut : &Front::Counts::complete);
  }

 private:
  std::shared_ptr<Front::Counts> counts_;
};

AnswerHead head_of(const Call& call, const std::string& asked, const gateway::Account& account) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(call.now()).time_since_epoch().count();
  return {.id = "chatcmpl-" + std::string(call.trace_id()),
          .created = seconds,
          .model = account.model.empty() ? asked : account.model};
}

// An answer on its way to a client.
struct Delivery {
  SharedAnswer answer;
  ChunkWriter writer;
  std::shared_ptr<Ending> ending;
};

// When the client leaves this ends where it waits, and the answer with it.
Task<> deliver(std::shared_ptr<Delivery> delivery, http::BodyWriter write) {
  std::string text;
  delivery->writer.write_start(text);
  while (auto delta = co_await delivery->answer->next()) {
    delivery->writer.write_delta(text, *delta);
    co_await write(std::exchange(text, {}));
  }
  const model::ChatEnd& end = delivery->answer->end();
  delivery->writer.write_end(text, end, delivery->answer->account());
  delivery->ending->count(end);
  co_await write(std::move(text));
}

http::Response stream_answer(std::shared_ptr<Delivery> delivery) {
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream; charset=utf-8");
  // Packing each event costs more than it takes to make it.
  response.headers.set("Cache-Control", "no-cache, no-transform");
  response.body = http::StreamedBody([delivery = std::move(delivery)](http::BodyWriter write) {
    return deliver(delivery, std::move(write));
  });
  return response;
}

// All of it before a word is sent: what was cut is an error like any other.
Task<http::Response> whole_response(SharedAnswer answer, AnswerHead head, std::string trace_id,
                                    std::shared_ptr<Ending> ending) {
  std::string text;
  std::vector<model::ToolCall> tool_calls;
  while (auto delta = co_await answer->next()) {
    text += delta->text;
    for (const auto& part : delta->tool_calls) model::add_part(tool_calls, part);
  }
  ending->count(answer->end());
  if (answer->end().finish == model::Finish::truncated) {
    co_return error_response(cut_off(), trace_id);
  }
  co_return http::json_text(whole_answer(head, text, tool_calls, answer->end(), answer->account()));
}

}  // namespace

Task<http::Response> Front::chat(Call call, http::Request request) {
  ChatQuestion question = read_chat_question(co_await request.read_all());
  question.ask.allowance = allowance_of(call.principal());
  std::string asked = question.ask.target;
  auto ending = std::make_shared<Ending>(counts_);
  auto answered = co_await parts_.gateway.chat(std::move(question.ask), call);
  if (!answered) {
    ending->count(&Counts::refused);
    co_return error_response(front_error_of(answered.error()), call.trace_id());
  }
  SharedAnswer answer = std::move(*answered);
  AnswerHead head = head_of(call, asked, answer->account());
  http::Response response;
  if (question.is_streamed) {
    ChunkWriter writer(head, question.wants_usage);
    response =
        stream_answer(std::make_shared<Delivery>(answer, std::move(writer), std::move(ending)));
  } else {
    response = co_await whole_response(answer, std::move(head), std::string(call.trace_id()),
                                       std::move(ending));
  }
  add_provenance(response, answer->account());
  add_request_id(response, call.trace_id());
  co_return response;
}

}  // namespace antiphon::front
