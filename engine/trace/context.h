#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/random.h"

namespace antiphon::trace {

/// Where a piece of work stands in a trace. Source: W3C Trace Context, Recommendation of 2021.
struct Context {
  std::string trace_id;  ///< 32 lower-case hexadecimal digits, not all zero
  std::string span_id;   ///< 16 of them, not all zero
  bool sampled = false;  ///< the caller may have recorded it

  friend bool operator==(const Context&, const Context&) = default;
};

/// A new trace, not sampled.
Context make_context(Random& random);

/// The next piece of work in the same trace: same trace id, new span id.
Context make_child(const Context& parent, Random& random);

/// Reads a `traceparent` header. Nothing for anything but its exact form; versions above 00 are
/// read by the rules that 00 sets for them.
std::optional<Context> parse_traceparent(std::string_view header);

/// Version 00: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".
std::string to_traceparent(const Context& context);

/// What a request is served under: a child of the caller's trace, or a new one where the header is
/// missing or broken.
Context continue_trace(std::optional<std::string_view> traceparent, Random& random);

}  // namespace antiphon::trace
