#include <charconv>
#include <cmath>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/schema/fields.h"
#include "engine/schema/json.h"

namespace antiphon::schema {

namespace {

void write_bits(std::string& out, const Type& type, std::uint64_t bits) {
  const fmt::format_int digits =
      type.is_signed ? fmt::format_int(static_cast<std::int64_t>(bits)) : fmt::format_int(bits);
  out.append(digits.data(), digits.size());
}

// Numbers that a reader with doubles would change travel as text.
void write_integer(std::string& out, const Type& type, std::uint64_t bits) {
  const bool negative = type.is_signed && static_cast<std::int64_t>(bits) < 0;
  const std::uint64_t size = negative ? 0 - bits : bits;
  const bool as_text = size > static_cast<std::uint64_t>(exact_integer_max);
  if (as_text) out += '"';
  write_bits(out, type, bits);
  if (as_text) out += '"';
}

void write_enumeration(std::string& out, const Type& type, std::uint64_t bits) {
  const auto found = std::ranges::find(type.values, bits, &EnumValue::number);
  ENSURE(found != type.values.end(), "every enumerator is described");
  write_text(out, found->name);
}

const FieldChoice all_fields;

void write_object(std::string& out, const Type& type, const void* object,
                  const FieldChoice& choice) {
  char separator = '{';
  for (const Field& field : type.fields) {
    const FieldChoice* chosen = &all_fields;
    if (!choice.is_all()) {
      auto found = choice.below.find(field.name);
      if (found == choice.below.end()) continue;
      chosen = &found->second;
    }
    const Type& inner = field.type();
    const void* member = field.in(object);
    if (inner.kind == Kind::optional) {
      bool holds = false;
      auto look = [&](std::string_view, const void*) { holds = true; };
      inner.visit(member, std::ref(look));
      if (!holds) continue;
    }
    out += separator;
    separator = ',';
    out += field.key;
    write_json(out, inner, member, *chosen);
  }
  if (separator == '{') out += '{';
  out += '}';
}

void write_elements(std::string& out, const Type& type, const void* holder,
                    const FieldChoice& choice) {
  const bool keyed = type.kind == Kind::map;
  bool first = true;
  out += keyed ? '{' : '[';
  auto write = [&](std::string_view key, const void* element) {
    if (!std::exchange(first, false)) out += ',';
    if (keyed) {
      write_text(out, key);
      out += ':';
    }
    write_json(out, type.element(), element, choice);
  };
  type.visit(holder, std::ref(write));
  out += keyed ? '}' : ']';
}

void write_optional(std::string& out, const Type& type, const void* holder,
                    const FieldChoice& choice) {
  bool holds = false;
  auto write = [&](std::string_view, const void* element) {
    holds = true;
    write_json(out, type.element(), element, choice);
  };
  type.visit(holder, std::ref(write));
  if (!holds) out += "null";
}

void write_value(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_boolean()) {
    out += value.boolean() ? "true" : "false";
  } else if (value.is_integer()) {
    if (value.number() < 0) {
      fmt::format_to(std::back_inserter(out), "{}", value.integer());
    } else {
      fmt::format_to(std::back_inserter(out), "{}", value.unsigned_integer());
    }
  } else if (value.is_number()) {
    write_number(out, value.number());
  } else if (value.is_text()) {
    write_text(out, value.text());
  } else if (value.is_array()) {
    out += '[';
    for (const Value& item : value.items()) {
      if (&item != &value.items().front()) out += ',';
      write_value(out, item);
    }
    out += ']';
  } else {
    out += '{';
    for (const Value::Member& member : value.members()) {
      if (&member != &value.members().front()) out += ',';
      write_text(out, member.key);
      out += ':';
      write_value(out, member.value);
    }
    out += '}';
  }
}

void write_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

void write_with_escapes(std::string& out, std::string_view text) {
  if (!is_utf8(text)) {
    throw Error(Code::internal, "The answer could not be written.")
        .detail("text to be written as JSON is not UTF-8");
  }
  out += '"';
  while (!text.empty()) {
    const auto plain_end = std::ranges::find_if_not(text, is_plain);
    out.append(text.begin(), plain_end);
    if (plain_end == text.end()) break;
    write_escaped(out, *plain_end);
    text = {plain_end + 1, text.end()};
  }
  out += '"';
}

}  // namespace

void write_text(std::string& out, std::string_view text) {
  // Nearly all text goes as it is; a loop without a way out looks at many bytes at a time. What is
  // not ASCII is below 0 as a signed number.
  bool all_plain = true;
  for (char c : text) all_plain &= static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\';
  if (!all_plain) return write_with_escapes(out, text);
  const std::size_t before = out.size();
  const std::size_t after = before + text.size() + 2;
  out.resize_and_overwrite(after, [&](char* all, std::size_t) {
    all[before] = all[after - 1] = '"';
    text.copy(all + before + 1, text.size());
    return after;
  });
}

void write_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    throw Error(Code::internal, "The answer could not be written.")
        .detail("a number to be written as JSON is not finite");
  }
  const bool whole = std::trunc(number) == number;
  if (whole && std::abs(number) <= exact_integer_max && !(number == 0 && std::signbit(number))) {
    const fmt::format_int digits(static_cast<std::int64_t>(number));
    out.append(digits.data(), digits.size());
    return;
  }
  // Beyond 2^53 a whole number keeps its exponent, so that it reads back as the double it is.
  std::array<char, 32> digits;
  char* begin = digits.data();
  char* limit = begin + digits.size();
  const auto result = whole && number != 0
                          ? std::to_chars(begin, limit, number, std::chars_format::scientific)
                          : std::to_chars(begin, limit, number);
  out.append(begin, result.ptr);
}

void write_json(std::string& out, const Type& type, const void* value) {
  write_json(out, type, value, all_fields);
}

void write_json(std::string& out, const Type& type, const void* value, const FieldChoice& choice) {
  switch (type.kind) {
    case Kind::boolean: out += *static_cast<const bool*>(value) ? "true" : "false"; break;
    case Kind::integer: write_integer(out, type, type.load(value)); break;
    case Kind::duration: write_bits(out, type, type.load(value)); break;
    case Kind::number: write_number(out, *static_cast<const double*>(value)); break;
    case Kind::text: write_text(out, *static_cast<const std::string*>(value)); break;
    case Kind::timestamp: write_text(out, to_rfc3339(*static_cast<const Timestamp*>(value))); break;
    case Kind::enumeration: write_enumeration(out, type, type.load(value)); break;
    case Kind::list:
    case Kind::map: write_elements(out, type, value, choice); break;
    case Kind::optional:
    case Kind::nullable: write_optional(out, type, value, choice); break;
    case Kind::object: write_object(out, type, value, choice); break;
    case Kind::value: write_value(out, *static_cast<const Value*>(value)); break;
    case Kind::raw: out += static_cast<const RawJson*>(value)->text; break;
  }
}

}  // namespace antiphon::schema
