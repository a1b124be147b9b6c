#pragma once

#include "engine/schema/describe.h"

// One struct with every kind of field, for the tests and the fuzzer of this room.
namespace antiphon::schema::sample {

enum class Layout { fullscreen, side };

inline auto describe(Tag<Layout>) {
  return enumeration<Layout>("Layout")
      .value("fullscreen", Layout::fullscreen, "The clip alone")
      .value("side", Layout::side);
}

struct Clip {
  std::string id;
  double score = 0;
  bool operator==(const Clip&) const = default;
};

inline auto describe(Tag<Clip>) {
  return object<Clip>("Clip", "A clip that was found")
      .field("id", &Clip::id, "Its id", max_length(8))
      .field("score", &Clip::score, "How well it fits", min(0), max(1));
}

struct Take {
  std::string title;
  Layout layout = Layout::fullscreen;
  bool live = false;
  std::int32_t speed = 1;
  std::int64_t frames = 0;
  std::uint64_t bytes = 0;
  double gain = 0.5;
  Timestamp opened_at{};
  std::chrono::milliseconds wait{250};
  std::vector<Clip> clips;
  std::vector<std::string> languages = {"en"};
  std::map<std::string, std::int32_t> counts;
  std::optional<std::string> note;
  Nullable<Clip> chosen;
  Value extra;
  RawJson raw;
  bool operator==(const Take&) const = default;
};

inline auto describe(Tag<Take>) {
  return object<Take>("Take", "A take")
      .field("title", &Take::title, "Its title", min_length(1), max_length(10))
      .field("layout", &Take::layout, "Where the clip is shown", defaulted)
      .field("live", &Take::live, "Whether it is spoken now", defaulted)
      .field("speed", &Take::speed, "Times real time", min(-100), max(100), defaulted)
      .field("frames", &Take::frames, "Frames heard", defaulted)
      .field("bytes", &Take::bytes, "Bytes heard", defaulted)
      .field("gain", &Take::gain, "Of the microphone", defaulted)
      .field("openedAt", &Take::opened_at, "When it began", defaulted)
      .field("waitMs", &Take::wait, "Silence that ends an utterance", defaulted)
      .field("clips", &Take::clips, "What was found", max_items(3), defaulted)
      .field("languages", &Take::languages, "Spoken", each({language_tag}), defaulted)
      .field("counts", &Take::counts, "Words by language", defaulted)
      .field("note", &Take::note, "Of the speaker")
      .field("chosen", &Take::chosen, "What is shown", defaulted)
      .field("extra", &Take::extra, "Anything", defaulted)
      .field("raw", &Take::raw, "Anything, as text", defaulted);
}

}  // namespace antiphon::schema::sample
