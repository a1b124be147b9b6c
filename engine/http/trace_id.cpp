#include "engine/http/trace_id.h"

#include <array>

#include "engine/base/encoding.h"

namespace antiphon::http {

namespace {

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_all_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

// version "-" trace id "-" parent id "-" flags; version 00 has exactly this length.
bool is_traceparent(std::string_view text) {
  if (text.size() != 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  std::string_view trace = text.substr(3, 32);
  std::string_view parent = text.substr(36, 16);
  return text.substr(0, 2) == "00" && is_lower_hex(trace) && is_lower_hex(parent) &&
         is_lower_hex(text.substr(53)) && !is_all_zero(trace) && !is_all_zero(parent);
}

}  // namespace

std::string choose_trace_id(std::string_view traceparent, Random& random) {
  if (is_traceparent(traceparent)) return std::string(traceparent.substr(3, 32));
  std::array<std::byte, 16> bytes;
  random.fill(bytes);
  return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace antiphon::http
