#include "engine/model/redaction.h"

#include "engine/base/encoding.h"
#include "engine/model/limits.h"

namespace antiphon::model {
namespace {

// Some providers show the first and last characters of a key: so much of it is masked too.
constexpr std::size_t secret_piece_bytes = 6;
// A shorter piece in common is chance: "the model", "is not supported".
constexpr std::size_t common_bytes = 24;
constexpr std::size_t window_bytes = 16;
// Room for keys that are cut off at the end of what is shown.
constexpr std::size_t looked_at_bytes = 4 * error_text_bytes_max;
constexpr std::string_view mask = "[key]";

// The length of the piece at the beginning of `text` that is a piece of the secret; 0 for less than
// counts.
std::size_t secret_at(std::string_view text, std::string_view secret) {
  if (secret.empty()) return 0;
  std::size_t least = std::min(secret.size(), secret_piece_bytes);
  if (text.size() < least) return 0;
  std::size_t longest = 0;
  for (auto at = secret.find(text.substr(0, least)); at != std::string_view::npos;
       at = secret.find(text.substr(0, least), at + 1)) {
    auto rest = secret.substr(at);
    auto [end, _] = std::ranges::mismatch(text, rest);
    longest = std::max(longest, static_cast<std::size_t>(end - text.begin()));
  }
  return longest;
}

std::string masked(std::string_view text, const std::vector<std::string>& secrets) {
  std::string shown;
  while (!text.empty()) {
    std::size_t longest = 0;
    for (const std::string& secret : secrets) longest = std::max(longest, secret_at(text, secret));
    if (longest == 0) {
      shown += text.front();
    } else {
      shown += mask;
    }
    text.remove_prefix(std::max(longest, std::size_t{1}));
  }
  return shown;
}

// On one line, and UTF-8: bytes that are none become a question mark.
std::string on_one_line(std::string text) {
  bool has_text = is_utf8(text);
  for (char& c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
    if (byte >= 0x80 && !has_text) c = '?';
  }
  return text;
}

// At most so many bytes, without half of a character.
std::string_view cut_to(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace

Redaction::Redaction(std::vector<std::string> secrets, std::vector<std::string> texts)
    : secrets_(std::move(secrets)), texts_(std::move(texts)) {}

// Whether it has a whole text in it, or shares so many bytes with one: any piece of common_bytes
// has one of the windows in it that begin at every eighth byte.
bool Redaction::repeats_conversation(std::string_view said) const {
  constexpr std::size_t stride = common_bytes - window_bytes;
  for (const std::string& text : texts_) {
    if (!text.empty() && text.size() <= said.size() && said.contains(text)) return true;
    for (std::size_t at = 0; at + window_bytes <= said.size(); at += stride) {
      if (text.contains(said.substr(at, window_bytes))) return true;
    }
  }
  return false;
}

std::string Redaction::clean(std::string_view said) const {
  said = cut_to(said, looked_at_bytes);
  if (repeats_conversation(said)) return {};
  return std::string(cut_to(on_one_line(masked(said, secrets_)), error_text_bytes_max));
}

}  // namespace antiphon::model
