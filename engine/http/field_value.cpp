#include "engine/http/field_value.h"

namespace antiphon::http {

std::string_view trim(std::string_view value) {
  auto first = value.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(" \t") - first + 1);
}

}  // namespace antiphon::http
