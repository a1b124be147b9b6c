#include "engine/base/ids.h"

#include <array>

#include "engine/base/encoding.h"

namespace antiphon {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t id_characters = 26;

}  // namespace

std::string make_id(std::string_view prefix, Random& random) {
  std::array<std::byte, 16> bytes;
  random.fill(bytes);
  std::string id(prefix);
  id += '_';
  unsigned buffer = 0;
  int bits = 0;
  for (std::byte byte : bytes) {
    buffer = (buffer << 8) | std::to_integer<unsigned>(byte);
    for (bits += 8; bits >= 5; bits -= 5) id += alphabet[(buffer >> (bits - 5)) & 31];
  }
  id += alphabet[(buffer << (5 - bits)) & 31];
  return id;
}

bool is_id(std::string_view text, std::string_view prefix) {
  if (text.size() != prefix.size() + 1 + id_characters || !text.starts_with(prefix) ||
      text[prefix.size()] != '_') {
    return false;
  }
  return text.substr(prefix.size() + 1).find_first_not_of(alphabet) == std::string_view::npos;
}

std::string make_secret(Random& random) {
  std::array<std::byte, 32> bytes;
  random.fill(bytes);
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace antiphon
