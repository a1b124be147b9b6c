#include "engine/record/share.h"

#include <algorithm>

#include "engine/schema/json.h"

namespace antiphon::record {
namespace {

constexpr std::size_t shared_bytes_usual = std::size_t{64} << 10;
constexpr std::size_t action_letters_max = 16;

// Members of events, messages and facts that say how and when, never what or who. In order.
constexpr std::string_view told_members[] = {"analysedBy",  "beginSample",  "code",
                                             "confidence",  "deadlineMs",   "durationMs",
                                             "endSample",   "fallback",     "finishAt",
                                             "heardAt",     "heardSamples", "kind",
                                             "language",    "latencyMs",    "layout",
                                             "mode",        "offset",       "rate",
                                             "readers",     "reason",       "receivedSamples",
                                             "recogniser",  "rung",         "samples",
                                             "sentiment",   "seq",          "source",
                                             "stableWords", "standing",     "startMs",
                                             "state",       "suggestionId", "thumb",
                                             "timestamp",   "totalMs",      "ts",
                                             "type",        "utterance",    "verdict"};
static_assert(std::ranges::is_sorted(told_members));

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string mask_text(std::string_view text) {
  std::string masked;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) == 0x80) continue;  // the rest of a letter that is no ASCII
    bool is_word = is_letter(c) || byte >= 0x80;
    masked += is_word ? 'x' : c >= '0' && c <= '9' ? '0' : c;
  }
  return masked;
}

schema::Value masked(const schema::Value& value) {
  if (value.is_text()) return schema::Value(mask_text(value.text()));
  if (value.is_number()) return schema::Value(0);
  if (value.is_array()) {
    schema::Value::Array items;
    for (const schema::Value& item : value.items()) items.push_back(masked(item));
    return schema::Value(std::move(items));
  }
  if (!value.is_object()) return value;
  schema::Value members = schema::Value::object();
  for (const auto& [key, member] : value.members()) {
    bool is_plain = !member.is_object() && !member.is_array();
    bool is_told = is_plain && std::ranges::binary_search(told_members, std::string_view(key));
    members.set(key, is_told ? member : masked(member));
  }
  return members;
}

// Names of actions are letters; whatever else a client sent is not told.
std::string told_action(const std::string& action) {
  bool is_name = action.size() <= action_letters_max && std::ranges::all_of(action, is_letter);
  return is_name ? action : mask_text(action);
}

Header masked(Header header) {
  header.session_id = mask_text(header.session_id);
  header.tenant = mask_text(header.tenant);
  header.principal = mask_text(header.principal);
  header.wish = mask_json(header.wish);
  header.settings = mask_json(header.settings);
  header.is_shared = true;
  return header;
}

live::Step masked(live::Step step) {
  if (auto* message = std::get_if<live::MessageCame>(&step)) {
    return live::MessageCame{told_action(message->action), mask_json(message->body),
                             mask_text(message->id)};
  }
  if (auto* sound = std::get_if<live::SoundCame>(&step)) {
    sound->samples.clear();
  } else if (auto* answered = std::get_if<live::Answered>(&step)) {
    if (answered->failure) answered->failure->message = mask_text(answered->failure->message);
  }
  return step;
}

Entry masked(Entry entry) {
  if (auto* taken = std::get_if<StepTaken>(&entry)) {
    taken->step = masked(std::move(taken->step));
  } else if (auto* fact = std::get_if<FactLearnt>(&entry)) {
    fact->value = mask_json(fact->value);
  } else if (auto* event = std::get_if<EventTold>(&entry)) {
    event->json = mask_json(event->json);
  }
  return entry;
}

}  // namespace

std::string mask_json(std::string_view json) {
  schema::ParseOptions options{.bytes_max = frame_bytes_max, .values_max = frame_bytes_max};
  try {
    schema::Value value = schema::parse_value(json, options);
    if (value.is_object()) return schema::to_json(masked(value));
  } catch (const Error&) {
    // It is a text.
  }
  return mask_text(json);
}

void share(Recording& recording, const std::filesystem::path& to) {
  RecordWriter file(to, std::nullopt);
  file.write(schema::to_json(masked(recording.header())));
  EntryWriter writer(recording.header().start());
  std::string frame;
  while (auto entry = recording.next()) {
    writer.write(frame, masked(*std::move(entry)));
    if (frame.size() >= shared_bytes_usual) file.write(std::exchange(frame, {}));
  }
  if (!recording.reason()) writer.write(frame, RecordEnded{"It was cut off."});
  file.finish(frame);
}

}  // namespace antiphon::record
