#include "engine/store/postgres_value.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>

#include "engine/base/encoding.h"

namespace antiphon::store {
namespace {

constexpr int text_format = 0;
constexpr int binary_format = 1;

// Type numbers of the server's catalogue (pg_type.dat); libpq has no header for them.
enum TypeNumber : Oid {
  type_bool = 16,
  type_bytea = 17,
  type_int8 = 20,
  type_int2 = 21,
  type_int4 = 23,
  type_float4 = 700,
  type_float8 = 701,
  type_numeric = 1700,
};

std::string as_text(const Value& value) {
  struct {
    std::string operator()(std::monostate) { return {}; }
    std::string operator()(std::int64_t number) { return fmt::to_string(number); }
    std::string operator()(double number) { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) { return text; }
    std::string operator()(const Bytes& bytes) { return bytes.data; }
  } convert;
  return std::visit(convert, value.content());
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Value parse_real(std::string_view text) {
  // The server writes "Infinity" and from_chars takes it, as it does "NaN".
  auto number = parse_number<double>(text);
  ENSURE(number.has_value(), "the server writes numbers that can be read");
  return *number;
}

Value parse_integer(std::string_view text) {
  auto number = parse_number<std::int64_t>(text);
  return number ? Value(*number) : parse_real(text);
}

Value parse_bytes(std::string_view text) {
  // "\x" and hexadecimal digits: bytea_output is set so on every connection.
  auto bytes = text.starts_with("\\x") ? parse_hex(text.substr(2)) : std::nullopt;
  ENSURE(bytes.has_value(), "the server writes bytes as hexadecimal digits");
  return Bytes{std::move(*bytes)};
}

}  // namespace

PostgresArguments::PostgresArguments(std::span<const Value> values) {
  texts_.reserve(values.size());
  for (const Value& value : values) {
    const std::string& text = texts_.emplace_back(as_text(value));
    pointers_.push_back(value.is_null() ? nullptr : text.c_str());
    lengths_.push_back(static_cast<int>(text.size()));
    bool binary = std::holds_alternative<Bytes>(value.content());
    formats_.push_back(binary ? binary_format : text_format);
  }
}

Value postgres_value(const pg_result* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return {};
  std::string_view text(PQgetvalue(result, row, column),
                        static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case type_bool: return text == "t";
    case type_bytea: return parse_bytes(text);
    case type_int2:
    case type_int4:
    case type_int8:
    case type_numeric: return parse_integer(text);
    case type_float4:
    case type_float8: return parse_real(text);
    default: return text;
  }
}

}  // namespace antiphon::store
