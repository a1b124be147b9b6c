#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/random.h"

namespace antiphon::trace {

class Tracer;

/// An id of lower-case hexadecimal digits, kept in place; none, or not all zero.
template <std::size_t digits>
class Id {
 public:
  Id() = default;
  /// @param text  of exactly so many digits
  explicit Id(std::string_view text) { text.copy(digits_.data(), digits); }

  std::string_view text() const { return {digits_.data(), is_none() ? 0 : digits}; }
  operator std::string_view() const { return text(); }
  bool is_none() const { return digits_[0] == '\0'; }

  friend bool operator==(const Id&, const Id&) = default;
  friend bool operator==(const Id& id, std::string_view text) { return id.text() == text; }

 private:
  std::array<char, digits> digits_{};
};

using TraceId = Id<32>;
using SpanId = Id<16>;

/// Where a piece of work stands in a trace; a plain value that is copied freely.
/// Source: W3C Trace Context, Recommendation of 2021.
struct Context {
  TraceId trace_id;      ///< none: in no trace
  SpanId span_id;        ///< of the work itself; none before a trace's first span
  bool sampled = false;  ///< whether its spans are wanted, here and elsewhere
  std::shared_ptr<const std::string> state;  ///< `tracestate` of others, passed on; null for none
  Tracer* tracer = nullptr;                  ///< where spans are kept; null: nobody keeps them

  /// Whether spans below it are kept.
  bool is_recorded() const { return tracer != nullptr && sampled; }

  friend bool operator==(const Context& a, const Context& b) {
    return a.trace_id == b.trace_id && a.span_id == b.span_id && a.sampled == b.sampled;
  }
};

TraceId make_trace_id(Random& random);
SpanId make_span_id(Random& random);

/// A new trace that nobody records.
Context make_context(Random& random);

/// Reads a `traceparent` header. Nothing for anything but its exact form; versions above 00 are
/// read by the rules that 00 sets for them.
std::optional<Context> parse_traceparent(std::string_view header);

/// Version 00: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".
std::string to_traceparent(const Context& context);

inline constexpr std::size_t tracestate_bytes_max = 512;
inline constexpr std::size_t tracestate_members_max = 32;

/// Reads `tracestate`: "vendor=value,tenant@vendor=value". Blank members go; of a longer one the
/// last members go. Null when it is empty or broken, as no part of a broken one is to be used.
std::shared_ptr<const std::string> parse_tracestate(std::string_view header);

/// What a request is served under: the caller's trace, or a new one where the header is missing or
/// broken.
/// @param tracer  null: nobody records
Context continue_trace(std::optional<std::string_view> traceparent,
                       std::optional<std::string_view> tracestate, Tracer* tracer, Random& random);

/// A new trace of our own making.
/// @param tracer  decides whether it is recorded; null: nobody records
Context begin_trace(Tracer* tracer, Random& random);

}  // namespace antiphon::trace
