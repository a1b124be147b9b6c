#include "engine/trace/span.h"

#include "engine/trace/tracer.h"

namespace antiphon::trace {
namespace {

// Cut between characters, so that it stays UTF-8.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

struct Span::Open {
  SpanRecord record;
  Instant begun;
};

void Span::Drop::operator()(Open* open) const { delete open; }

Span::Span(const Context& parent, std::string_view name, Kind kind, std::optional<Instant> begun)
    : context_(parent) {
  if (!parent.is_recorded()) return;
  context_.span_id = make_span_id(parent.tracer->random());
  record_.reset(new Open{.record = {.context = context_,
                                    .parent = parent.span_id,
                                    .name = std::string(cut(name, span_name_bytes_max)),
                                    .kind = kind},
                         .begun = begun.value_or(parent.tracer->clock().steady())});
}

Span& Span::operator=(Span&& other) noexcept {
  if (this == &other) return *this;
  end();
  context_ = std::move(other.context_);
  record_ = std::move(other.record_);
  return *this;
}

void Span::set(std::string_view key, std::string_view text) {
  if (record_) add(key, std::string(cut(text, attribute_bytes_max)));
}

void Span::add(std::string_view key, Attribute value) {
  if (!record_) return;
  SpanRecord& record = record_->record;
  if (record.attributes.size() == attributes_max) {
    ++record.attributes_dropped;
    return;
  }
  record.attributes.emplace_back(key, std::move(value));
}

void Span::rename(std::string_view name) {
  if (record_) record_->record.name = cut(name, span_name_bytes_max);
}

void Span::fail(std::string_view kind_of_failure) {
  if (record_) record_->record.failure = cut(kind_of_failure, attribute_bytes_max);
}

void Span::end(std::optional<Instant> ended) {
  if (!record_) return;
  auto open = std::move(record_);
  Tracer& tracer = *context_.tracer;
  // Spans are measured by the clock that never jumps, and placed by the one that others read too.
  Instant now = tracer.clock().steady();
  SpanRecord& record = open->record;
  record.took = std::max(Duration::zero(), ended.value_or(now) - open->begun);
  record.start =
      tracer.clock().now() - std::chrono::duration_cast<Timestamp::duration>(now - open->begun);
  tracer.keep(std::move(record));
}

}  // namespace antiphon::trace
