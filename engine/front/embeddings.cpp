// POST /v1/embeddings, GET /v1/models

#include <bit>
#include <charconv>

#include "engine/base/encoding.h"
#include "engine/front/front.h"
#include "engine/front/front_error.h"

namespace antiphon::front {
namespace {

struct AskedEmbeddings {
  std::string model;
  schema::Value input;
  std::optional<std::int64_t> dimensions;
  std::string encoding_format = "float";
};
auto describe(schema::Tag<AskedEmbeddings>) {
  return schema::object<AskedEmbeddings>("Embeddings")
      .field("model", &AskedEmbeddings::model, "", schema::min_length(1))
      .field("input", &AskedEmbeddings::input, "")
      .field("dimensions", &AskedEmbeddings::dimensions, "", schema::min(1), schema::max(65'536))
      .field("encoding_format", &AskedEmbeddings::encoding_format, "", schema::defaulted,
             schema::one_of({"float", "base64"}));
}

[[noreturn]] void refuse_input(std::string pointer, std::string message) {
  throw Error({{std::move(pointer), "type", std::move(message)}});
}

std::string text_at(const schema::Value& item, std::string pointer) {
  if (item.is_number() || item.is_array()) {
    refuse_field(pointer,
                 "Tokens are not taken, as they mean another text to each model: send "
                 "texts.");
  }
  if (!item.is_text() || item.text().empty()) {
    refuse_input(std::move(pointer), "This is a text of at least one character.");
  }
  return item.text();
}

std::vector<std::string> texts_of(const schema::Value& input) {
  if (!input.is_array()) return {text_at(input, "/input")};
  const auto& items = input.items();
  if (items.empty() || items.size() > embedding_texts_max) {
    refuse_input("/input", fmt::format("There are 1 to {} texts.", embedding_texts_max));
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < items.size(); ++i) {
    texts.push_back(text_at(items[i], fmt::format("/input/{}", i)));
  }
  return texts;
}

// The shortest that reads back the same: half of what a double would take.
void append_number(std::string& out, float value) {
  std::array<char, 32> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_vector(std::string& out, const std::vector<float>& vector, bool is_base64) {
  static_assert(std::endian::native == std::endian::little);
  if (is_base64) {
    std::string_view bytes(reinterpret_cast<const char*>(vector.data()),
                           vector.size() * sizeof(float));
    out.append("\"").append(to_base64(bytes)).append("\"");
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (i > 0) out += ',';
    append_number(out, vector[i]);
  }
  out += ']';
}

std::string vectors_json(const gateway::EmbeddingAnswer& answer, bool is_base64) {
  std::string out = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < answer.vectors.size(); ++i) {
    out += fmt::format(R"({}{{"object":"embedding","index":{},"embedding":)", i > 0 ? "," : "", i);
    append_vector(out, answer.vectors[i], is_base64);
    out += '}';
  }
  out += R"(],"model":)";
  schema::write_text(out, answer.model);
  std::int64_t tokens = answer.account.usage.tokens_in.value_or(0);
  return out + fmt::format(R"(,"usage":{{"prompt_tokens":{0},"total_tokens":{0}}}}})", tokens);
}

std::string model_json(const std::string& name, Timestamp since) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(since).time_since_epoch().count();
  std::string out = R"({"id":)";
  schema::write_text(out, name);
  return out + fmt::format(R"(,"object":"model","created":{},"owned_by":"antiphon"}})", seconds);
}

}  // namespace

Task<http::Response> Front::embed(Call call, http::Request request) {
  auto asked =
      schema::parse<AskedEmbeddings>(co_await request.read_all(), schema::ParseOptions::outside());
  auto answer = co_await parts_.gateway.embed({.target = asked.model,
                                               .texts = texts_of(asked.input),
                                               .dimensions = asked.dimensions,
                                               .purpose = "front",
                                               .allowance = allowance_of(call.principal())},
                                              call);
  if (!answer) co_return error_response(front_error_of(answer.error()), call.trace_id());
  auto response = http::json_text(vectors_json(*answer, asked.encoding_format == "base64"));
  add_provenance(response, answer->account);
  add_request_id(response, call.trace_id());
  co_return response;
}

Task<http::Response> Front::list_models(Call call, http::Request) {
  std::string out;
  for (const gateway::Target& target : parts_.gateway.targets()) {
    out += (out.empty() ? "" : ",") + model_json(target.name, parts_.started);
  }
  auto response = http::json_text(fmt::format(R"({{"object":"list","data":[{}]}})", out));
  add_request_id(response, call.trace_id());
  co_return response;
}

Task<http::Response> Front::find_model(Call call, http::Request request) {
  const std::string& name = request.parameter("model");
  auto targets = parts_.gateway.targets();
  bool is_there =
      std::ranges::any_of(targets, [&](const auto& target) { return target.name == name; });
  if (!is_there) {
    gateway::GatewayFailure failure{.reason = gateway::GatewayFailure::Reason::unknown_target,
                                    .message = fmt::format("The model '{}' does not exist.", name)};
    co_return error_response(front_error_of(failure), call.trace_id());
  }
  auto response = http::json_text(model_json(name, parts_.started));
  add_request_id(response, call.trace_id());
  co_return response;
}

}  // namespace antiphon::front
