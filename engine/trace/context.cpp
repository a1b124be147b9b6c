#include "engine/trace/context.h"

#include <algorithm>

#include "engine/base/encoding.h"

namespace antiphon::trace {
namespace {

// version "-" trace-id "-" parent-id "-" trace-flags, of 2, 32, 16 and 2 digits
constexpr std::size_t header_bytes = 55;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

std::string make_id(std::size_t bytes, Random& random) {
  std::array<char, 16> drawn{};
  std::span id = std::span(drawn).first(bytes);
  while (std::ranges::all_of(id, [](char c) { return c == 0; })) {
    random.fill(std::as_writable_bytes(id));
  }
  return to_hex({id.data(), id.size()});
}

}  // namespace

Context make_context(Random& random) { return {make_id(16, random), make_id(8, random), false}; }

Context make_child(const Context& parent, Random& random) {
  return {parent.trace_id, make_id(8, random), parent.sampled};
}

std::optional<Context> parse_traceparent(std::string_view header) {
  if (header.size() < header_bytes) return std::nullopt;
  if (header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  std::string_view version = header.substr(0, 2);
  std::string_view trace_id = header.substr(3, 32);
  std::string_view span_id = header.substr(36, 16);
  std::string_view flags = header.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_hex(flags)) return std::nullopt;
  if (!is_id(trace_id) || !is_id(span_id)) return std::nullopt;
  // A later version may add fields, each after a hyphen; 00 may not.
  bool has_more = header.size() > header_bytes;
  if (has_more && (version == "00" || header[header_bytes] != '-')) return std::nullopt;
  int low_digit = flags[1] <= '9' ? flags[1] - '0' : flags[1] - 'a' + 10;
  return Context{std::string(trace_id), std::string(span_id), (low_digit & 1) != 0};
}

std::string to_traceparent(const Context& context) {
  return fmt::format("00-{}-{}-{}", context.trace_id, context.span_id,
                     context.sampled ? "01" : "00");
}

Context continue_trace(std::optional<std::string_view> traceparent, Random& random) {
  if (traceparent) {
    if (auto parent = parse_traceparent(*traceparent)) return make_child(*parent, random);
  }
  return make_context(random);
}

}  // namespace antiphon::trace
