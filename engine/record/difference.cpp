#include "engine/record/difference.h"

#include "engine/schema/json.h"

namespace antiphon::record {
namespace {

// Values that differ are walked into as long as both are of one kind.
std::string differing(const schema::Value& a, const schema::Value& b) {
  if (a.is_array() && b.is_array()) {
    std::size_t both = std::min(a.items().size(), b.items().size());
    for (std::size_t i = 0; i < both; ++i) {
      if (a.items()[i] != b.items()[i])
        return fmt::format("/{}", i) + differing(a.items()[i], b.items()[i]);
    }
    return fmt::format("/{}", both);
  }
  if (!a.is_object() || !b.is_object()) return "";
  for (const auto& [key, value] : a.members()) {
    const schema::Value* other = b.find(key);
    if (!other) return "/" + key;
    if (*other != value) return "/" + key + differing(value, *other);
  }
  for (const auto& [key, value] : b.members()) {
    if (!a.find(key)) return "/" + key;
  }
  return "";
}

std::string side(const std::string& text) { return text.empty() ? "(no event)" : text; }

}  // namespace

std::string first_differing_member(std::string_view a, std::string_view b) {
  try {
    return differing(schema::parse_value(a), schema::parse_value(b));
  } catch (const Error&) {
    return "";
  }
}

std::string to_text(const Difference& difference) {
  double seconds = std::chrono::duration<double>(difference.at).count();
  std::string text = fmt::format(
      "The replay differs from the recording at event {}, {:.3f} s after the beginning:\n"
      "  recorded  {}\n"
      "  replayed  {}",
      difference.event, seconds, side(difference.recorded), side(difference.replayed));
  std::string member = first_differing_member(difference.recorded, difference.replayed);
  return member.empty() ? text : text + fmt::format("\n  first in  {}", member);
}

}  // namespace antiphon::record
