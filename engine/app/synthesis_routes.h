#pragma once

#include "engine/http/router.h"
#include "engine/speech/synthesiser.h"

namespace antiphon::app {

struct Synthesis {
  std::string text;
  std::string language = "en";
  double speed = 1;
};

inline auto describe(schema::Tag<Synthesis>) {
  return schema::object<Synthesis>("Synthesis", "What is to be said")
      .field("text", &Synthesis::text, "Plain text; Japanese in kana", schema::min_length(1),
             schema::max_length(speech::spoken_text_bytes_max))
      .field("language", &Synthesis::language, "BCP 47", schema::max_length(40), schema::defaulted)
      .field("speed", &Synthesis::speed, "Times the voice's own", schema::defaulted,
             schema::min(speech::speaking_speed_min), schema::max(speech::speaking_speed_max));
}

/// Text to sound (E-42), sentence by sentence as it is made.
class SynthesisRoutes {
 public:
  explicit SynthesisRoutes(speech::Synthesiser& synthesiser) : synthesiser_(synthesiser) {}

  void mount(http::Router& router);

 private:
  Task<http::Response> speak(Call call, Synthesis wanted);

  speech::Synthesiser& synthesiser_;
};

}  // namespace antiphon::app
