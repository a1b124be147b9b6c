// What services tell of themselves: models, versions, health.

#include "engine/async/core.h"
#include "engine/standin/chat_routes.h"

namespace antiphon::standin {
namespace {

constexpr std::string_view made_at = "2026-03-01T08:00:00Z";

// One item for each model, with commas.
template <class F>
std::string each_model(const Scripts& scripts, F item) {
  std::string out;
  for (const std::string& model : scripts.models()) {
    if (!out.empty()) out += ",";
    out += item(as_json(model));
  }
  return out;
}

std::string openai_models(const Scripts& scripts) {
  return fmt::format(
      R"({{"object":"list","data":[{}]}})", each_model(scripts, [](const std::string& model) {
        return fmt::format(
            R"({{"id":{},"object":"model","created":1772352000,"owned_by":"standin"}})", model);
      }));
}

std::string anthropic_models(const Scripts& scripts) {
  return fmt::format(R"({{"data":[{}],"has_more":false,"first_id":null,"last_id":null}})",
                     each_model(scripts, [](const std::string& model) {
                       return fmt::format(
                           R"({{"type":"model","id":{0},"display_name":{0},"created_at":"{1}"}})",
                           model, made_at);
                     }));
}

std::string gemini_models(const Scripts& scripts) {
  return fmt::format(R"({{"models":[{}]}})", each_model(scripts, [](const std::string& model) {
                       return fmt::format(
                           R"({{"name":"models/{0},"displayName":"{0},"inputTokenLimit":32768,)"
                           R"("supportedGenerationMethods":["generateContent"]}})",
                           std::string_view(model).substr(1));
                     }));
}

std::string ollama_models(const Scripts& scripts) {
  return fmt::format(
      R"({{"models":[{}]}})", each_model(scripts, [](const std::string& model) {
        return fmt::format(
            R"({{"name":{0},"model":{0},"modified_at":"{1}","size":1000000,"digest":"0000",)"
            R"("details":{{"format":"gguf","family":"standin","parameter_size":"1B"}}}})",
            model, made_at);
      }));
}

std::string ollama_loaded(const Scripts& scripts) {
  return fmt::format(R"({{"models":[{}]}})", each_model(scripts, [](const std::string& model) {
                       return fmt::format(
                           R"({{"name":{0},"model":{0},"size":1000000,"size_vram":0,)"
                           R"("expires_at":"2036-03-01T08:00:00Z"}})",
                           model);
                     }));
}

std::string ollama_version(const Scripts&) { return R"({"version":"0.12.0-standin"})"; }
std::string whisper_health(const Scripts&) { return R"({"status":"ok"})"; }

std::string style_bert_models(const Scripts& scripts) {
  int number = 0;
  return fmt::format("{{{}}}", each_model(scripts, [&](const std::string& model) {
                       return fmt::format(
                           R"("{}":{{"config_path":"config.json","model_path":{},"device":"cpu",)"
                           R"("spk2id":{{"speaker":0}},"id2spk":{{"0":"speaker"}},)"
                           R"("style2id":{{"Neutral":0}}}})",
                           number++, model);
                     }));
}

std::string style_bert_status(const Scripts&) {
  return R"({"devices":["cpu"],"cpu_percent":1.0,"memory_total":1,"gpu":[]})";
}

struct List {
  std::string path;
  std::string (*body)(const Scripts& scripts);
  Refuse refuse;
  std::string (*key)(const http::Request& request);  // null: none is asked for
};

bool is_anthropic(const http::Request& request) {
  return !request.headers.get("anthropic-version").empty();
}

// Two services have their models at the same place; whose client asks, its version header says.
List list_for(List list, const http::Request& request) {
  if (list.path != "/v1/models" || !is_anthropic(request)) return list;
  return {list.path, anthropic_models, refuse_as_anthropic, anthropic().key};
}

Task<http::Response> answer_list(Stage* stage, List declared, http::Request request) {
  List list = list_for(std::move(declared), request);
  auto cue = co_await stage->enter({.occasion = {.text = list.path},
                                    .key = list.key ? list.key(request) : "",
                                    .refuse = list.refuse,
                                    .is_open = !list.key});
  if (!cue) co_return std::move(cue.error());
  std::string body = list.body(stage->scripts());
  co_return perform_whole(*std::move(cue), std::move(body), "application/json", 0);
}

}  // namespace

void mount_lists(http::Router& router, Stage& stage) {
  const std::vector<List> lists{
      {"/v1/models", openai_models, refuse_as_openai, bearer_key},
      {"/v1beta/models", gemini_models, refuse_as_gemini, gemini().key},
      {"/api/tags", ollama_models, refuse_as_ollama, bearer_key},
      {"/api/ps", ollama_loaded, refuse_as_ollama, bearer_key},
      {"/api/version", ollama_version, refuse_as_ollama, nullptr},
      {"/health", whisper_health, refuse_as_whisper, nullptr},
      {"/models/info", style_bert_models, refuse_as_style_bert, nullptr},
      {"/status", style_bert_status, refuse_as_style_bert, nullptr},
  };
  for (const List& list : lists) {
    router.add(service_route(http::Method::get, list.path),
               [stage = &stage, list](Call, http::Request request) {
                 return answer_list(stage, list, std::move(request));
               });
  }
  router.add(service_route(http::Method::get, "/"),
             [](Call, http::Request) -> Task<http::Response> {
               co_return http::text("Ollama is running");
             });
}

}  // namespace antiphon::standin
