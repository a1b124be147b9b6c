#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/store/value.h"

struct pg_result;

namespace antiphon::store {

/// Values in the form that libpq's calls take: text, but bytes as they are.
class PostgresArguments {
 public:
  explicit PostgresArguments(std::span<const Value> values);

  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

/// One field of an answer in text form. Truth values become 0 and 1; a NUMERIC, which sums of
/// integers are, becomes an integer when it is one.
Value postgres_value(const pg_result* result, int row, int column);

}  // namespace antiphon::store
