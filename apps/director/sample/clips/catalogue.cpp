#include "apps/director/sample/clips/catalogue.h"

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

namespace antiphon::clips {

namespace {

namespace json = boost::json;

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw std::runtime_error("catalogue.json, entry \"" + file + "\": " + why);
}

std::string text_of(const json::object& object, const std::string& field, const std::string& file) {
  const auto* value = object.if_contains(field);
  if (!value || !value->is_string() || value->as_string().empty()) {
    refuse(file, field + " must be a text that is not empty");
  }
  return std::string(value->as_string());
}

void check_tags(const json::object& object, const std::string& file) {
  const auto* tags = object.if_contains("tags");
  if (!tags || !tags->is_array() || tags->as_array().size() < 3) {
    refuse(file, "tags must list at least three words");
  }
  for (const auto& tag : tags->as_array()) {
    if (!tag.is_string() || tag.as_string().empty()) refuse(file, "every tag must be a word");
  }
}

int duration_of(const json::object& object, const std::string& file) {
  const auto* value = object.if_contains("durationMs");
  auto duration = value && value->is_int64() ? value->as_int64() : 0;
  if (duration < duration_ms_min || duration > duration_ms_max ||
      duration % (1000 / frames_per_second) != 0) {
    refuse(file, "durationMs must be whole frames of 40 ms, 3000 to 5000");
  }
  return static_cast<int>(duration);
}

Entry parse_entry(const json::object& object) {
  Entry entry;
  entry.file = text_of(object, "file", "?");
  for (const char* field : {"title", "description", "attribution"}) {
    text_of(object, field, entry.file);
  }
  entry.topic = text_of(object, "topic", entry.file);
  entry.licence = text_of(object, "licence", entry.file);
  entry.duration_ms = duration_of(object, entry.file);
  check_tags(object, entry.file);
  auto sentiment = text_of(object, "sentiment", entry.file);
  if (sentiment != "positive" && sentiment != "neutral" && sentiment != "negative") {
    refuse(entry.file, "sentiment must be positive, neutral or negative");
  }
  if (!entry.file.ends_with(".webm")) refuse(entry.file, "file must end in .webm");
  return entry;
}

}  // namespace

std::string Entry::stem() const {
  return file.substr(0, file.size() - std::string(".webm").size());
}

std::string Entry::thumbnail() const { return stem() + ".jpg"; }

std::vector<Entry> load_catalogue(const std::filesystem::path& path) {
  std::ifstream stream(path);
  if (!stream) throw std::runtime_error("cannot open " + path.string());
  std::string text(std::istreambuf_iterator<char>(stream), {});
  boost::system::error_code failure;
  auto value = json::parse(text, failure);
  if (failure || !value.is_array()) {
    throw std::runtime_error(path.string() + " must be a JSON array of entries");
  }
  std::vector<Entry> entries;
  std::set<std::string> files;
  for (const auto& item : value.as_array()) {
    if (!item.is_object()) throw std::runtime_error(path.string() + " holds a non-object");
    entries.push_back(parse_entry(item.as_object()));
    if (!files.insert(entries.back().file).second) refuse(entries.back().file, "is listed twice");
  }
  return entries;
}

}  // namespace antiphon::clips
