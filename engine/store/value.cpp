#include "engine/store/value.h"

namespace antiphon::store {
namespace {

template <class T>
const T& expect(const Value& value, const char* why) {
  const T* found = std::get_if<T>(&value.content());
  ENSURE(found != nullptr, why);
  return *found;
}

}  // namespace

Rows::Rows(std::size_t columns, std::vector<Value> values)
    : columns_(columns), values_(std::move(values)) {}

Row Rows::operator[](std::size_t index) const {
  ENSURE(index < size(), "a row is asked for that the query did not give");
  return {this, index};
}

const Value& Row::at(std::size_t column) const {
  ENSURE(column < rows_->columns_, "a column is asked for that the query does not have");
  return rows_->values_[index_ * rows_->columns_ + column];
}

std::string Row::text(std::size_t column) const {
  return expect<std::string>(at(column), "the column is not text");
}

std::int64_t Row::integer(std::size_t column) const {
  return expect<std::int64_t>(at(column), "the column is not an integer");
}

double Row::real(std::size_t column) const {
  if (auto* number = std::get_if<std::int64_t>(&at(column).content())) {
    return static_cast<double>(*number);
  }
  return expect<double>(at(column), "the column is not a number");
}

std::string Row::bytes(std::size_t column) const {
  return expect<Bytes>(at(column), "the column is not bytes").data;
}

std::optional<std::string> Row::optional_text(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<std::int64_t> Row::optional_integer(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<double> Row::optional_real(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(real(column));
}

std::optional<std::string> Row::optional_bytes(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(bytes(column));
}

std::optional<Timestamp> Row::optional_time(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(time(column));
}

}  // namespace antiphon::store
