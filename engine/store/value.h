#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/error.h"

namespace antiphon::store {

/// Bytes of any content, NUL included; stored in a `{bytes}` column.
struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

/// Microseconds since 1970 in UTC, as a timestamp stands in a BIGINT column.
inline std::int64_t to_microseconds(Timestamp time) { return time.time_since_epoch().count(); }
inline std::int64_t to_microseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}
inline Timestamp from_microseconds(std::int64_t value) {
  return Timestamp(std::chrono::microseconds(value));
}

/// One value that goes into a statement or comes out of a row. A truth value is the integer 0 or 1,
/// a timestamp its microseconds: both databases have these alike.
class Value {
 public:
  using Content = std::variant<std::monostate, std::int64_t, double, std::string, Bytes>;

  Value() = default;
  Value(std::nullopt_t) {}
  template <std::integral T>
  Value(T number) : content_(static_cast<std::int64_t>(number)) {
    ENSURE(std::in_range<std::int64_t>(number), "a stored integer has 64 bits with sign");
  }
  Value(bool truth) : content_(std::int64_t{truth}) {}
  Value(double number) : content_(number) {}
  /// Text is UTF-8 without NUL; the statement throws Error{Code::invalid} for any other.
  Value(std::string text) : content_(std::move(text)) {}
  Value(std::string_view text) : content_(std::string(text)) {}
  Value(const char* text) : content_(std::string(text)) {}
  Value(Bytes bytes) : content_(std::move(bytes)) {}
  Value(Timestamp time) : content_(to_microseconds(time)) {}
  template <class T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value(*maybe);
  }

  const Content& content() const { return content_; }
  bool is_null() const { return content_.index() == 0; }

 private:
  Content content_;
};

/// What a query gave: rows of values. Plain data, may cross threads.
class Rows;

/// One row of Rows, which it must not outlive. Columns count from 0. Asking for a column that is
/// not there, or for another type than the value has, is a fault of the program (ENSURE).
class Row {
 public:
  std::string text(std::size_t column) const;
  std::int64_t integer(std::size_t column) const;
  bool boolean(std::size_t column) const { return integer(column) != 0; }
  /// A floating-point number; an integer counts as one.
  double real(std::size_t column) const;
  std::string bytes(std::size_t column) const;
  Timestamp time(std::size_t column) const { return from_microseconds(integer(column)); }

  bool is_null(std::size_t column) const { return at(column).is_null(); }
  std::optional<std::string> optional_text(std::size_t column) const;
  std::optional<std::int64_t> optional_integer(std::size_t column) const;
  std::optional<double> optional_real(std::size_t column) const;
  std::optional<std::string> optional_bytes(std::size_t column) const;
  std::optional<Timestamp> optional_time(std::size_t column) const;

  const Value& at(std::size_t column) const;

 private:
  friend class Rows;
  Row(const Rows* rows, std::size_t index) : rows_(rows), index_(index) {}

  const Rows* rows_;
  std::size_t index_;
};

class Rows {
 public:
  Rows() = default;
  /// @param values  row after row, `columns` each
  Rows(std::size_t columns, std::vector<Value> values);

  std::size_t size() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
  bool empty() const { return size() == 0; }
  std::size_t columns() const { return columns_; }
  Row operator[](std::size_t index) const;

  class Iterator {
   public:
    Iterator(const Rows* rows, std::size_t index) : rows_(rows), index_(index) {}
    Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Rows* rows_;
    std::size_t index_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  friend class Row;
  std::size_t columns_ = 0;
  std::vector<Value> values_;
};

}  // namespace antiphon::store
