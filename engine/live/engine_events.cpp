#include "engine/live/engine_events.h"

namespace antiphon::live {

ErrorBody make_error_body(const Error& error, std::string_view message_id) {
  ErrorBody body{.code = std::string(to_text(error.code())), .message = error.message()};
  if (!error.fields().empty()) {
    body.fields.emplace();
    for (const FieldError& field : error.fields()) {
      body.fields->push_back({field.pointer, field.rule, field.message});
    }
  }
  if (error.retry_after_s() > 0) body.retry_after_s = error.retry_after_s();
  if (!message_id.empty()) body.message_id = message_id;
  return body;
}

const std::vector<const EventType*>& engine_events() {
  static const std::vector<const EventType*> all{&error_event, &audio_event, &audio_gap_event,
                                                 &presence_event, &ended_event};
  return all;
}

std::string event_table(const std::vector<const EventType*>& types) {
  std::string table =
      "| type | lane | acknowledged | durability | meaning |\n|---|---|---|---|---|\n";
  for (const EventType* type : types) {
    table += fmt::format("| `{}` | {} | {} | {} | {} |\n", type->name, to_text(type->lane),
                         type->acknowledged ? "yes" : "no", to_text(type->durability), type->doc);
  }
  return table;
}

}  // namespace antiphon::live
