#include "engine/trace/context.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "engine/trace/tracer.h"

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

// Drawn anew should it be zero, which is no id.
template <std::size_t digits>
Id<digits> make_id(Random& random) {
  std::array<char, digits / 2> drawn{};
  while (std::ranges::all_of(drawn, [](char c) { return c == 0; })) {
    random.fill(std::as_writable_bytes(std::span(drawn)));
  }
  constexpr std::string_view hex = "0123456789abcdef";
  std::array<char, digits> text;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    auto byte = static_cast<unsigned char>(drawn[i]);
    text[2 * i] = hex[byte >> 4];
    text[2 * i + 1] = hex[byte & 15];
  }
  return Id<digits>(std::string_view(text.data(), digits));
}

bool is_lower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_key(char c) { return is_lower(c) || std::string_view("_-*/@").contains(c); }
bool is_value(char c) { return c >= ' ' && c <= '~' && c != '=' && c != ','; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// tracestate's list-member (3.3.1.3).
bool is_member(std::string_view text) {
  constexpr std::size_t part_bytes_max = 256;
  std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  std::string_view key = text.substr(0, equals);
  std::string_view value = text.substr(equals + 1);
  return !key.empty() && key.size() <= part_bytes_max && is_lower(key[0]) &&
         std::ranges::all_of(key, is_key) && !value.empty() && value.size() <= part_bytes_max &&
         std::ranges::all_of(value, is_value);
}

// What may be cut of a long list (3.3.1.5): first members of over 128 bytes, then the last ones.
void shorten(std::vector<std::string_view>& members) {
  constexpr std::size_t long_bytes = 128;
  auto bytes = [&] {
    std::size_t all = members.empty() ? 0 : members.size() - 1;
    for (std::string_view member : members) all += member.size();
    return all;
  };
  if (bytes() <= tracestate_bytes_max) return;
  std::erase_if(members, [](std::string_view member) { return member.size() > long_bytes; });
  while (bytes() > tracestate_bytes_max) members.pop_back();
}

}  // namespace

TraceId make_trace_id(Random& random) { return make_id<32>(random); }
SpanId make_span_id(Random& random) { return make_id<16>(random); }

Context make_context(Random& random) {
  return {.trace_id = make_trace_id(random), .span_id = make_span_id(random)};
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
  return Context{
      .trace_id = TraceId(trace_id), .span_id = SpanId(span_id), .sampled = (low_digit & 1) != 0};
}

std::string to_traceparent(const Context& context) {
  return fmt::format("00-{}-{}-{}", context.trace_id.text(), context.span_id.text(),
                     context.sampled ? "01" : "00");
}

std::shared_ptr<const std::string> parse_tracestate(std::string_view header) {
  std::vector<std::string_view> members;
  while (!header.empty()) {
    std::size_t comma = header.find(',');
    std::string_view member = trimmed(header.substr(0, comma));
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    if (member.empty()) continue;
    if (!is_member(member) || members.size() == tracestate_members_max) return nullptr;
    members.push_back(member);
  }
  shorten(members);
  if (members.empty()) return nullptr;
  return std::make_shared<const std::string>(fmt::format("{}", fmt::join(members, ",")));
}

Context continue_trace(std::optional<std::string_view> traceparent,
                       std::optional<std::string_view> tracestate, Tracer* tracer, Random& random) {
  auto parent = traceparent ? parse_traceparent(*traceparent) : std::nullopt;
  if (!parent) return begin_trace(tracer, random);
  if (tracestate) parent->state = parse_tracestate(*tracestate);
  parent->tracer = tracer;
  return *std::move(parent);
}

Context begin_trace(Tracer* tracer, Random& random) {
  Context context{.trace_id = make_trace_id(random), .tracer = tracer};
  context.sampled = tracer != nullptr && tracer->samples(context.trace_id);
  // Where spans are kept, the first one draws its own.
  if (!context.sampled) context.span_id = make_span_id(random);
  return context;
}

}  // namespace antiphon::trace
