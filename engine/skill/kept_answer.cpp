#include "engine/skill/kept_answer.h"

#include "engine/schema/json.h"

namespace antiphon::skill {

inline auto describe(schema::Tag<Source>) {
  return schema::enumeration<Source>("Source", "Who gave an answer")
      .value("model", Source::model)
      .value("rules", Source::rules);
}

namespace {

struct KeptForm {
  schema::RawJson answer;
  Source origin = Source::rules;
  std::string instance;
  std::string provider;
  std::string model;
  std::string prompt;
};

auto describe(schema::Tag<KeptForm>) {
  return schema::object<KeptForm>("KeptForm", "An answer in a cache")
      .field("answer", &KeptForm::answer, "As the skill gave it")
      .field("origin", &KeptForm::origin, "Who gave it")
      .field("instance", &KeptForm::instance, "Which instance", schema::defaulted)
      .field("provider", &KeptForm::provider, "Its kind", schema::defaulted)
      .field("model", &KeptForm::model, "Its model", schema::defaulted)
      .field("prompt", &KeptForm::prompt, "Hash of the prompt", schema::defaulted);
}

}  // namespace

std::string to_kept(const std::string& json, const Provenance& provenance) {
  return schema::to_json(KeptForm{.answer = {json},
                                  .origin = provenance.source,
                                  .instance = provenance.instance,
                                  .provider = provenance.provider,
                                  .model = provenance.model,
                                  .prompt = provenance.prompt});
}

std::optional<KeptAnswer> parse_kept(const std::string& text) {
  KeptForm form;
  std::vector<FieldError> errors;
  schema::parse_json(text, schema::of<KeptForm>(), &form, {}, errors);
  if (!errors.empty()) return std::nullopt;
  return KeptAnswer{.json = std::move(form.answer.text),
                    .provenance = {.source = Source::cache,
                                   .origin = form.origin,
                                   .instance = std::move(form.instance),
                                   .provider = std::move(form.provider),
                                   .model = std::move(form.model),
                                   .prompt = std::move(form.prompt)}};
}

}  // namespace antiphon::skill
