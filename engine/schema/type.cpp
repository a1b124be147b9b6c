#include "engine/schema/type.h"

#include <cctype>

#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/schema/json.h"
#include "engine/schema/type_of.h"

namespace antiphon::schema {

namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 3986, 3: a scheme, a colon, and nothing that has to be escaped.
bool is_uri(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) return false;
  const auto scheme = text.substr(0, colon);
  const bool scheme_holds =
      is_letter(scheme.front()) && std::ranges::all_of(scheme, [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
      });
  return scheme_holds && std::ranges::all_of(text, [](char c) {
           return c > ' ' && c < 0x7f &&
                  std::string_view("<>\"\\^`{|}").find(c) == std::string_view::npos;
         });
}

// RFC 5646, 2.1 by form only: letters first, then subtags of 1 to 8 letters or digits.
bool is_language_tag(std::string_view text) {
  bool first = true;
  while (true) {
    const auto dash = text.find('-');
    const auto tag = text.substr(0, dash);
    const bool length_holds =
        first ? tag.size() >= 2 && tag.size() <= 3 : !tag.empty() && tag.size() <= 8;
    const bool letters_hold =
        std::ranges::all_of(tag, [&](char c) { return is_letter(c) || (!first && is_digit(c)); });
    if (!length_holds || !letters_hold) return false;
    if (dash == std::string_view::npos) return true;
    text.remove_prefix(dash + 1);
    first = false;
  }
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t from, std::size_t count) {
    int sum = 0;
    for (char c : text.substr(from, count)) sum = is_digit(c) && sum >= 0 ? sum * 10 + c - '0' : -1;
    return sum;
  };
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  return year >= 0 && month > 0 && day > 0 &&
         std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
             .ok();
}

}  // namespace

const Field* Type::find(std::string_view field_name) const {
  const auto found = std::ranges::find(fields, field_name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

const EnumValue* Type::find_value(std::string_view value_name) const {
  const auto found = std::ranges::find(values, value_name, &EnumValue::name);
  return found == values.end() ? nullptr : &*found;
}

const std::string& name_of_value(const Type& type, std::uint64_t number) {
  const auto found = std::ranges::find(type.values, number, &EnumValue::number);
  ENSURE(found != type.values.end(), "every value of an enumeration is described");
  return found->name;
}

std::uint64_t value_of_name(const Type& type, std::string_view name) {
  const EnumValue* value = type.find_value(name);
  if (value) return value->number;
  throw Error(Code::internal, "What is stored cannot be read.")
      .detail(fmt::format("{} is no {}", name, type.name));
}

const Type& bare(const Type& type) {
  const bool wraps = type.kind == Kind::optional || type.kind == Kind::nullable;
  return wraps ? bare(type.element()) : type;
}

bool may_travel_as_text(const Type& type, const Constraints& constraints) {
  if (type.kind != Kind::integer) return false;
  const double lowest = constraints.min.value_or(static_cast<double>(type.lowest));
  const double highest = constraints.max.value_or(static_cast<double>(type.highest));
  return lowest < -exact_integer_max || highest > exact_integer_max;
}

Attribute min(double lowest) {
  return [=](Field& field) { field.constraints.min = lowest; };
}
Attribute max(double highest) {
  return [=](Field& field) { field.constraints.max = highest; };
}
Attribute min_length(std::size_t code_points) {
  return [=](Field& field) { field.constraints.length_min = code_points; };
}
Attribute max_length(std::size_t code_points) {
  return [=](Field& field) { field.constraints.length_max = code_points; };
}
Attribute min_items(std::size_t count) {
  return [=](Field& field) { field.constraints.items_min = count; };
}
Attribute max_items(std::size_t count) {
  return [=](Field& field) { field.constraints.items_max = count; };
}
Attribute one_of(std::vector<std::string> texts) {
  return [texts = std::move(texts)](Field& field) { field.constraints.one_of = texts; };
}
Attribute unit(std::string name) {
  return [name = std::move(name)](Field& field) { field.constraints.unit = name; };
}
Attribute environment(std::string variable) {
  return [variable = std::move(variable)](Field& field) { field.environment = variable; };
}
Attribute each(std::vector<Attribute> attributes) {
  return [attributes = std::move(attributes)](Field& field) {
    Field element;
    for (const Attribute& attribute : attributes) attribute(element);
    field.constraints.each = std::make_shared<const Constraints>(std::move(element.constraints));
  };
}
Attribute format(Format format) {
  return [format = std::move(format)](Field& field) { field.constraints.format = format; };
}
Attribute id(std::string prefix) {
  std::string right = prefix + "_ and 26 characters";
  return format({"id", [prefix](std::string_view text) { return is_id(text, prefix); }, right});
}

void defaulted(Field& field) { field.presence = Presence::defaulted; }
void secret(Field& field) { field.constraints.secret = true; }

void uri(Field& field) {
  field.constraints.format = {"uri", is_uri, "an absolute URI, as in https://example.org/path"};
}
void language_tag(Field& field) {
  field.constraints.format = {"bcp47", is_language_tag,
                              "a language tag, as in \"en\" or \"sv-SE\""};
}
void date(Field& field) {
  field.constraints.format = {"date", is_date, "a date, as in \"2026-03-01\""};
}

Type detail::make_plain(Kind kind) {
  Type type;
  type.kind = kind;
  return type;
}

Type::Type() = default;
Type::Type(Type&&) noexcept = default;
Type::~Type() = default;

Field& add_field(Type& object, std::string_view name, std::string_view doc, TypeOf type,
                 std::size_t offset) {
  ENSURE(object.find(name) == nullptr, "a field is described once");
  Field& field = object.fields.emplace_back();
  field.name = name;
  field.doc = doc;
  field.type = type;
  field.offset = offset;
  write_text(field.key, field.name);
  field.key += ':';
  return field;
}

}  // namespace antiphon::schema
