// Vectors of texts: OpenAI's /v1/embeddings, Ollama's /api/embed.

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/standin/answer.h"
#include "engine/standin/chat_routes.h"

namespace antiphon::standin {
namespace {

constexpr std::size_t inputs_max = 2048;

std::vector<std::string> read_inputs(const schema::Value& body) {
  const schema::Value& input = member(body, "input");
  if (input.is_text()) return {input.text()};
  if (!input.is_array() || input.items().empty() || input.items().size() > inputs_max) {
    throw Error(Code::invalid, "'input' is a text, or a list of 1 to 2048 texts.");
  }
  std::vector<std::string> texts;
  for (const schema::Value& item : input.items()) {
    if (!item.is_text()) throw Error(Code::invalid, "'input' holds what is no text.");
    texts.push_back(item.text());
  }
  return texts;
}

struct EmbeddingQuestion {
  std::string model;
  std::vector<std::string> texts;
  std::optional<std::int64_t> dimensions;
  bool is_base64 = false;

  std::int64_t tokens() const {
    std::int64_t sum = 0;
    for (const std::string& text : texts) sum += count_tokens(text);
    return sum;
  }
};

EmbeddingQuestion read_question(const schema::Value& body) {
  EmbeddingQuestion question{.model = text_member(body, "model"),
                             .texts = read_inputs(body),
                             .dimensions = integer_member(body, "dimensions")};
  if (const schema::Value* format = body.find("encoding_format")) {
    check_role(format->text(), {"float", "base64"});
    question.is_base64 = format->text() == "base64";
  }
  if (question.dimensions && (*question.dimensions < 2 || *question.dimensions > 4096)) {
    throw Error(Code::invalid, "'dimensions' is 2 to 4096.");
  }
  return question;
}

std::string numbers_json(const std::vector<float>& vector) {
  std::string out = "[";
  for (float value : vector) {
    if (out.size() > 1) out += ',';
    schema::write_number(out, value);
  }
  return out + "]";
}

std::string vector_json(const EmbeddingQuestion& question, const std::string& text,
                        int dimensions_usual) {
  auto dimensions = static_cast<int>(question.dimensions.value_or(dimensions_usual));
  std::vector<float> vector = embed(text, dimensions);
  return question.is_base64 ? as_json(to_base64(bytes_of(vector))) : numbers_json(vector);
}

std::string openai_vectors(const EmbeddingQuestion& question, const Behaviour& behaviour,
                           int dimensions) {
  std::string data;
  for (std::size_t i = 0; i < question.texts.size() && !behaviour.empty; ++i) {
    data += fmt::format(R"({}{{"object":"embedding","index":{},"embedding":{}}})", i > 0 ? "," : "",
                        i, vector_json(question, question.texts[i], dimensions));
  }
  std::string usage = behaviour.no_usage
                          ? ""
                          : fmt::format(R"(,"usage":{{"prompt_tokens":{0},"total_tokens":{0}}})",
                                        question.tokens());
  return fmt::format(R"({{"object":"list","data":[{}],"model":{}{}}})", data,
                     as_json(question.model), usage);
}

std::string ollama_vectors(const EmbeddingQuestion& question, const Behaviour& behaviour,
                           int dimensions) {
  std::string data;
  for (std::size_t i = 0; i < question.texts.size() && !behaviour.empty; ++i) {
    data += (i > 0 ? "," : "") + vector_json(question, question.texts[i], dimensions);
  }
  std::string usage =
      behaviour.no_usage ? "" : fmt::format(R"(,"prompt_eval_count":{})", question.tokens());
  return fmt::format(
      R"({{"model":{},"embeddings":[{}],"total_duration":1000000,"load_duration":100000{}}})",
      as_json(question.model), data, usage);
}

struct EmbeddingWire {
  Api api;
  Refuse refuse;
  std::string (*whole)(const EmbeddingQuestion&, const Behaviour&, int);
};

Task<http::Response> answer_embedding(Stage* stage, const EmbeddingWire* wire,
                                      http::Request request) {
  std::string body = co_await request.read_all();
  EmbeddingQuestion question = read_question(schema::parse_value(body));
  std::string text = fmt::format("{}", fmt::join(question.texts, "\n"));
  auto cue = co_await stage->enter(
      {.occasion = {.api = wire->api, .model = question.model, .text = std::move(text)},
       .key = bearer_key(request),
       .body = std::move(body),
       .refuse = wire->refuse});
  if (!cue) co_return std::move(cue.error());
  cue->entry->asked(question.tokens());
  std::string answer = wire->whole(question, cue->behaviour, stage->scripts().script().dimensions);
  co_return perform_whole(*std::move(cue), std::move(answer), "application/json", 0);
}

constexpr EmbeddingWire openai_embedding{Api::openai_embeddings, refuse_as_openai, openai_vectors};
constexpr EmbeddingWire ollama_embedding{Api::ollama_embed, refuse_as_ollama, ollama_vectors};

}  // namespace

void mount_embeddings(http::Router& router, Stage& stage) {
  for (const auto& [path, wire] : {std::pair{"/v1/embeddings", &openai_embedding},
                                   std::pair{"/api/embed", &ollama_embedding}}) {
    router.add(service_route(http::Method::post, path),
               [stage = &stage, wire](Call, http::Request request) {
                 return in_shape({stage, wire->api, wire->refuse},
                                 answer_embedding(stage, wire, std::move(request)));
               });
  }
}

}  // namespace antiphon::standin
