#pragma once

#include <string_view>
#include <vector>

namespace antiphon::schema {

/// The word that takes the fewest single-character edits (insert, remove, replace, swap of
/// neighbours) to become `word`; the first of equals, empty when there are no words. Only the first
/// 64 characters are compared.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace antiphon::schema
