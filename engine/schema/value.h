#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace antiphon::schema {

/// JSON that is already text and goes out as it is. Whoever fills it answers for it being JSON.
struct RawJson {
  std::string text = "null";
  bool operator==(const RawJson&) const = default;
};

/// Any JSON value, members in the order they came. Used where no struct is described: tools, tests,
/// clients, schemas. Integers are exact in the range of int64 and uint64; a whole number written
/// with a fraction or exponent ("1.0", "1e3"), or made from such a double, is the integer it
/// equals.
class Value {
 public:
  struct Member;
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;

  Value();
  Value(std::nullptr_t);
  Value(bool boolean);
  Value(int integer);
  Value(std::int64_t integer);
  Value(std::uint64_t integer);
  Value(double number);
  Value(std::string text);
  Value(std::string_view text);
  Value(const char* text);
  Value(Array items);
  Value(Object members);
  static Value array();
  static Value object();

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_boolean() const { return std::holds_alternative<bool>(data_); }
  bool is_integer() const;
  bool is_number() const;  ///< integers too
  bool is_text() const { return std::holds_alternative<std::string>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }
  bool is_object() const { return std::holds_alternative<Object>(data_); }

  /// The content; @throws Error{Code::invalid} naming both kinds when it is something else.
  bool boolean() const;
  std::int64_t integer() const;  ///< refuses what is above int64; see unsigned_integer
  std::uint64_t unsigned_integer() const;
  double number() const;
  const std::string& text() const;
  const Array& items() const;
  const Object& members() const;

  /// The member of an object; null when absent or when this is no object.
  const Value* find(std::string_view key) const;
  /// The value at a JSON pointer (RFC 6901): "", "/clips/0/title".
  /// @throws Error{Code::not_found} naming the pointer
  const Value& at(std::string_view pointer) const;

  /// Sets or adds a member; a null value becomes an object first.
  Value& set(std::string_view key, Value value);
  /// Takes a member out of an object; nothing happens when it is not there.
  void remove(std::string_view key);
  /// Appends; a null value becomes an array first.
  Value& push(Value value);

  /// A new null at the end, to be filled in place; keys are not compared with those there.
  Value& add_item();
  Value& add_member(std::string_view key);

  bool operator==(const Value& other) const;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      data_;
};

struct Value::Member {
  std::string key;
  Value value;
  bool operator==(const Member& other) const = default;
};

/// One step of a JSON pointer with "~" and "/" escaped (RFC 6901): "a/b" is "a~1b".
std::string escape_pointer(std::string_view key);

}  // namespace antiphon::schema
