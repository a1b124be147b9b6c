#include "engine/remote_speech/transcription_answer.h"

#include <cmath>

#include "engine/base/error.h"
#include "engine/remote_speech/languages.h"
#include "engine/remote_speech/written_words.h"
#include "engine/schema/json.h"

namespace antiphon::remote_speech {
namespace {

using Kind = HearingFailure::Kind;
using schema::Value;

constexpr std::size_t answer_text_bytes_max = 64u << 10;  // of one utterance

std::unexpected<HearingFailure> malformed(std::string_view why) {
  return std::unexpected(
      HearingFailure{Kind::malformed, fmt::format("Its answer is no transcription: {}", why)});
}

std::string text_of(const Value& object, std::string_view key) {
  const Value* found = object.find(key);
  return found && found->is_text() ? found->text() : std::string();
}

std::optional<double> number_of(const Value& object, std::string_view key) {
  const Value* found = object.find(key);
  if (!found || !found->is_number()) return std::nullopt;
  double number = found->number();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

// The list under a key; empty for what is none.
std::span<const Value> list_of(const Value& object, std::string_view key) {
  const Value* found = object.find(key);
  if (!found || !found->is_array()) return {};
  return found->items();
}

WrittenWord parse_word(const Value& json, std::optional<double> usual_confidence) {
  WrittenWord word{.text = text_of(json, "word"),
                   .start_s = number_of(json, "start"),
                   .end_s = number_of(json, "end"),
                   .confidence = number_of(json, "probability")};
  if (!word.confidence) word.confidence = number_of(json, "score");
  if (!word.confidence) word.confidence = usual_confidence;
  if (word.confidence) word.confidence = std::clamp(*word.confidence, 0.0, 1.0);
  return word;
}

void add_words(std::vector<WrittenWord>& words, std::span<const Value> list,
               std::optional<double> usual_confidence) {
  for (const Value& json : list) words.push_back(parse_word(json, usual_confidence));
}

// One transcription on its way from JSON to words.
class Reading {
 public:
  Reading(const Value& json, const Asked& asked) : json_(json), asked_(asked) {
    if (auto code = parse_language(text_of(json, "language"))) language_ = *code;
    if (language_.empty()) {
      language_ = parse_language(text_of(json, "detected_language")).value_or("");
    }
  }

  Heard run() {
    if (const Value* fault = json_.find("error"); fault && !fault->is_null()) return failed();
    bool has_text = json_.find("text") && json_.find("text")->is_text();
    bool has_segments = json_.find("segments") && json_.find("segments")->is_array();
    if (!has_text && !has_segments) return empty();
    for (const Value& segment : list_of(json_, "segments")) read_segment(segment);
    return conclude(has_text ? text_of(json_, "text") : segments_text_);
  }

 private:
  Heard failed() const {
    std::string fault = fault_told_by(schema::to_json(json_));
    return std::unexpected(HearingFailure{Kind::broken, "It says within a success: " + fault});
  }

  static Heard empty() {
    return std::unexpected(
        HearingFailure{Kind::empty, "It answered success with no transcription in it."});
  }

  void read_segment(const Value& segment) {
    auto begin = number_of(segment, "start").value_or(0);
    auto end = number_of(segment, "end").value_or(asked_.sound_s);
    auto compression = number_of(segment, "compression_ratio");
    if (asked_.compression_threshold && compression &&
        *compression > *asked_.compression_threshold) {
      made_up_.emplace_back(begin, end);
      return;
    }
    std::string text = text_of(segment, "text");
    segments_text_ += segments_text_.empty() || text.starts_with(' ') ? text : ' ' + text;
    auto mean = number_of(segment, "avg_logprob");
    auto confidence = mean ? std::optional(std::clamp(std::exp(*mean), 0.0, 1.0)) : std::nullopt;
    auto list = list_of(segment, "words");
    bool is_torn = std::ranges::any_of(list, [](const Value& word) {
      return text_of(word, "word").contains("\uFFFD");  // whisper.cpp cuts within a character
    });
    if (list.empty() || is_torn) {
      add_spread(text, begin, end, confidence);
    } else {
      add_words(words_, list, confidence);
    }
  }

  // A text without times for its words: each has as much room as another.
  void add_spread(const std::string& text, double begin, double end,
                  std::optional<double> confidence) {
    begin = std::clamp(begin, 0.0, asked_.sound_s);
    end = std::clamp(end, begin, asked_.sound_s);
    std::vector<WrittenWord> words;
    for (std::string& word : split_written(text, language())) {
      // The blank says that it is a whole word and no piece of one.
      words.push_back({.text = ' ' + word, .confidence = confidence});
    }
    if (words.empty()) return;
    words.front().start_s = begin;
    words.back().end_s = end;
    words_.insert(words_.end(), words.begin(), words.end());
  }

  bool is_made_up(const WrittenWord& word) const {
    if (!word.start_s || !word.end_s) return false;
    double middle = (*word.start_s + *word.end_s) / 2;
    return std::ranges::any_of(
        made_up_, [&](auto span) { return span.first <= middle && middle <= span.second; });
  }

  Heard conclude(std::string text) {
    if (auto list = list_of(json_, "words"); !list.empty()) {
      words_.clear();
      add_words(words_, list, std::nullopt);
    } else if (auto aligned = list_of(json_, "word_segments"); words_.empty()) {
      add_words(words_, aligned, std::nullopt);
    }
    if (!made_up_.empty()) {
      text = segments_text_;
      std::erase_if(words_, [&](const WrittenWord& word) { return is_made_up(word); });
    }
    if (words_.empty()) add_spread(text, 0, asked_.sound_s, std::nullopt);
    if (words_.size() > heard_words_max || text.size() > answer_text_bytes_max) {
      return malformed("it has more words than anybody can say in an utterance.");
    }
    Hearing hearing{.text = join_split(text), .language = language_};
    hearing.words = place_words(join_pieces(std::move(words_), language()), 0, asked_.sound_s);
    if (hearing.text.empty()) hearing.text = join_written(hearing.words, language());
    return hearing;
  }

  // With one blank where there may be several, and none outside.
  static std::string join_split(std::string_view text) {
    std::string joined;
    for (const std::string& part : split_written(text, "")) {
      joined.append(joined.empty() ? "" : " ").append(part);
    }
    return joined;
  }

  const std::string& language() const { return language_.empty() ? asked_.language : language_; }

  const Value& json_;
  const Asked& asked_;
  std::string language_;
  std::string segments_text_;
  std::vector<WrittenWord> words_;
  std::vector<std::pair<double, double>> made_up_;  // stretches that are left out
};

}  // namespace

Heard parse_transcription(std::string_view json, const Asked& asked) {
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return std::unexpected(HearingFailure{Kind::empty, "It answered success with no body."});
  }
  try {
    Value value = schema::parse_value(json, schema::ParseOptions::outside());
    if (!value.is_object()) return malformed("it is no object.");
    return Reading(value, asked).run();
  } catch (const Error& error) {
    // Its message may quote what was said.
    return malformed("it is no JSON.");
  }
}

bool TranscriptEvents::add(const http::ServerEvent& event) {
  if (is_done_ || failure_ || event.data == "[DONE]") return is_done_ || failure_;
  try {
    Value json = schema::parse_value(event.data, schema::ParseOptions::outside());
    std::string type = text_of(json, "type");
    if (type == "error" || json.find("error")) {
      failure_ =
          HearingFailure{Kind::broken, "It says within a stream: " + fault_told_by(event.data)};
    } else if (type == "transcript.text.delta") {
      text_ += text_of(json, "delta");
    } else if (type == "transcript.text.done") {
      text_ = text_of(json, "text");
      is_done_ = true;
    }
    if (text_.size() > answer_text_bytes_max) {
      failure_ = HearingFailure{Kind::malformed, "Its text has no end."};
    }
  } catch (const Error&) {
    failure_ = HearingFailure{Kind::malformed, "An event of its stream is no JSON."};
  }
  return is_done_ || failure_;
}

Heard TranscriptEvents::finish() const {
  if (failure_) return std::unexpected(*failure_);
  if (!is_done_) {
    return std::unexpected(HearingFailure{Kind::broken, "Its stream ended before it was done."});
  }
  return parse_transcription(schema::to_json(Value(Value::Object{{"text", text_}})), asked_);
}

}  // namespace antiphon::remote_speech
