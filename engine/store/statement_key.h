#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace antiphon::store {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

/// What a connection keeps for each statement, by the text of its SQL: the constant itself may live
/// shorter than the connection. Looked up without making a string.
template <class T>
using StatementMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// More statements than all stores have together; beyond it somebody builds SQL at run time.
inline constexpr std::size_t statements_max = 4096;

}  // namespace antiphon::store
