#include <boost/json/basic_parser_impl.hpp>

#include "engine/base/encoding.h"
#include "engine/schema/json_reader.h"

namespace antiphon::schema {

namespace {

using boost::json::error;
using boost::json::error_code;
using Text = boost::json::string_view;

// What Boost.JSON's parser calls. Numbers are taken as text: its own values are off in the last
// digit at times and let 1e400 through as infinity.
struct Handler {
  static constexpr std::size_t max_array_size = no_limit;
  static constexpr std::size_t max_object_size = no_limit;
  static constexpr std::size_t max_string_size = no_limit;
  static constexpr std::size_t max_key_size = no_limit;

  explicit Handler(JsonReader& into) : reader(into) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code& ec) { return go_on(reader.begin_array(), ec); }
  bool on_array_end(std::size_t, error_code& ec) { return go_on(reader.end_array(), ec); }
  bool on_object_begin(error_code& ec) { return go_on(reader.begin_object(), ec); }
  bool on_object_end(std::size_t, error_code& ec) { return go_on(reader.end_object(), ec); }
  bool on_string_part(Text part, std::size_t, error_code&) { return gather(part); }
  bool on_key_part(Text part, std::size_t, error_code&) { return gather(part); }
  bool on_number_part(Text, error_code&) { return true; }
  bool on_string(Text last, std::size_t, error_code& ec) {
    gather(last);
    const bool more = reader.text(gathered);
    gathered.clear();
    return go_on(more, ec);
  }
  bool on_key(Text last, std::size_t, error_code& ec) {
    gather(last);
    const bool more = reader.key(gathered);
    gathered.clear();
    return go_on(more, ec);
  }
  bool on_int64(std::int64_t, Text digits, error_code& ec) { return number(digits, ec); }
  bool on_uint64(std::uint64_t, Text digits, error_code& ec) { return number(digits, ec); }
  bool on_double(double, Text digits, error_code& ec) { return number(digits, ec); }
  bool on_bool(bool value, error_code& ec) { return go_on(reader.boolean(value), ec); }
  bool on_null(error_code& ec) { return go_on(reader.null(), ec); }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }

 private:
  bool gather(Text part) {
    gathered.append(part.data(), part.size());
    return true;
  }
  bool number(Text digits, error_code& ec) {
    return go_on(reader.number({digits.data(), digits.size()}), ec);
  }
  static bool go_on(bool more, error_code& ec) {
    if (!more) ec = error::exception;
    return more;
  }

  JsonReader& reader;
  std::string gathered;
};

// Whether an escaped first half of a surrogate pair ("\\ud83d") stands right before `offset`, where
// the parser says "syntax" when anything but a backslash follows.
bool follows_half_a_pair(std::string_view json, std::size_t offset) {
  const auto escape = json.substr(0, offset).rfind("\\u");
  if (escape == std::string_view::npos || offset - escape > 7 || offset - escape < 6) return false;
  const auto digits = json.substr(escape + 2, 2);
  return (digits[0] | 0x20) == 'd' && std::string_view("89abAB").contains(digits[1]);
}

Broken explain(const error_code& failure, std::string_view json, std::size_t offset,
               const ParseOptions& options) {
  if (failure == error::too_deep) {
    return {"depth", fmt::format("Nested deeper than {} levels.", options.depth_max)};
  }
  if (failure == error::exponent_overflow) {
    return {"range", fmt::format("The number at byte {} is beyond the range of numbers.", offset)};
  }
  if (failure == error::illegal_leading_surrogate || failure == error::illegal_trailing_surrogate ||
      failure == error::expected_utf16_escape || follows_half_a_pair(json, offset)) {
    return {"utf8", fmt::format("Half of a surrogate pair at byte {}.", offset)};
  }
  if (!is_utf8(json)) return {"utf8", fmt::format("Not UTF-8 at byte {}.", offset)};
  if (failure == error::incomplete) return {"syntax", "The JSON ends too early."};
  if (failure == error::extra_data) {
    return {"syntax", fmt::format("More text follows the JSON, from byte {}.", offset)};
  }
  return {"syntax", fmt::format("Not JSON at byte {}.", offset)};
}

// Feeds a value to a reader. @return whether reading may go on
bool feed(const Value& value, JsonReader& reader) {
  if (value.is_null()) return reader.null();
  if (value.is_boolean()) return reader.boolean(value.boolean());
  if (value.is_text()) return reader.text(value.text());
  if (value.is_number()) return reader.number(to_json(value));
  if (value.is_array()) {
    bool more = reader.begin_array();
    for (const Value& item : value.items()) more = more && feed(item, reader);
    return more && reader.end_array();
  }
  bool more = reader.begin_object();
  for (const auto& [key, member] : value.members()) {
    more = more && reader.key(key) && feed(member, reader);
  }
  return more && reader.end_object();
}

}  // namespace

void read_value(const Value& json, const Type& type, void* target, const ParseOptions& options) {
  std::vector<FieldError> errors;
  JsonReader reader({.type = &type, .target = target}, options, errors);
  feed(json, reader);
  if (!errors.empty()) throw Error(std::move(errors));
}

void parse_json(std::string_view json, JsonReader& reader, const ParseOptions& options) {
  if (json.size() > options.bytes_max) {
    throw Error(Code::too_large, fmt::format("Expected at most {} bytes of JSON, found {}.",
                                             options.bytes_max, json.size()));
  }
  boost::json::parse_options strict;
  strict.max_depth = options.depth_max;
  boost::json::basic_parser<Handler> parser(strict, reader);
  error_code failure;
  const std::size_t used = parser.write_some(false, json.data(), json.size(), failure);
  if (!failure && used < json.size()) failure = error::extra_data;
  if (failure && !reader.stopped()) reader.refuse(explain(failure, json, used, options));
}

void parse_json(std::string_view json, const Type& type, void* target, const ParseOptions& options,
                std::vector<FieldError>& errors) {
  JsonReader reader({.type = &type, .target = target}, options, errors);
  parse_json(json, reader, options);
}

void parse_json(std::string_view json, const Type& type, void* target,
                const ParseOptions& options) {
  std::vector<FieldError> errors;
  parse_json(json, type, target, options, errors);
  if (!errors.empty()) throw Error(std::move(errors));
}

}  // namespace antiphon::schema
