#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/clock.h"
#include "engine/trace/context.h"

namespace antiphon::trace {

/// What a span is to its parent; the numbers are those of OTLP.
enum class Kind { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

using Attribute = std::variant<bool, std::int64_t, double, std::string>;

inline constexpr std::size_t attributes_max = 24;        ///< of one span; further ones are counted
inline constexpr std::size_t attribute_bytes_max = 256;  ///< a longer text is cut
inline constexpr std::size_t span_name_bytes_max = 128;

/// A span that is done, as it is exported.
struct SpanRecord {
  Context context;
  SpanId parent;  ///< none for the first of a trace
  std::string name;
  Kind kind = Kind::internal;
  Timestamp start;
  Duration took{};
  std::vector<std::pair<std::string_view, Attribute>> attributes;
  std::uint32_t attributes_dropped = 0;
  std::string failure;  ///< kind of failure; empty: it went well
};

/// A timed piece of work in a trace. It ends with its scope. Where nobody records the trace it
/// costs a copy of its parent's context. One thread at a time.
///
///   trace::Span span(call.trace(), "search director.library");
///   clips = co_await library.search(query, call.below(span));
///   span.set("antiphon.search.results", clips.size());
class Span {
 public:
  /// In no trace.
  Span() = default;
  /// @param begun  when it began, if not just now
  Span(const Context& parent, std::string_view name, Kind kind = Kind::internal,
       std::optional<Instant> begun = {});
  Span(Span&& other) noexcept = default;
  Span& operator=(Span&& other) noexcept;
  ~Span() { end(); }

  /// For the work below it; its parent's where nobody records.
  const Context& context() const { return context_; }
  bool is_recorded() const { return record_ != nullptr; }

  /// What tells nothing of anybody: counts, outcomes, names of the program's own.
  /// @param key  a constant: "http.response.status_code"
  void set(std::string_view key, std::string_view text);
  void set(std::string_view key, const char* text) { set(key, std::string_view(text)); }
  void set(std::string_view key, bool value) { add(key, value); }
  void set(std::string_view key, std::integral auto number) {
    add(key, static_cast<std::int64_t>(number));
  }
  void set(std::string_view key, double number) { add(key, number); }
  void rename(std::string_view name);
  /// @param kind_of_failure  "timeout"; never a message, which may quote somebody
  void fail(std::string_view kind_of_failure);

  /// Hands it to the tracer, once.
  /// @param ended  when it ended, if not just now
  void end(std::optional<Instant> ended = {});

 private:
  struct Open;
  struct Drop {
    void operator()(Open* open) const;
  };
  void add(std::string_view key, Attribute value);

  Context context_;
  std::unique_ptr<Open, Drop> record_;
};

}  // namespace antiphon::trace
