#include "engine/trace/tracer.h"

#include <algorithm>
#include <charconv>

namespace antiphon::trace {

Tracer::Tracer(const Clock& clock, Random& random, Options options)
    : clock_(clock), random_(random), options_(std::move(options)) {}

// The last 56 bits of a trace id are random by W3C Trace Context, level 2; OpenTelemetry's
// consistent sampling compares them with a threshold.
bool Tracer::samples(const TraceId& trace_id) const {
  constexpr std::size_t random_digits = 14;
  if (options_.sample_ratio >= 1) return true;
  std::string_view digits = trace_id.text();
  if (digits.size() < random_digits) return false;
  digits.remove_prefix(digits.size() - random_digits);
  std::uint64_t drawn = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), drawn, 16);
  constexpr double all = static_cast<double>(std::uint64_t{1} << (4 * random_digits));
  return drawn >= static_cast<std::uint64_t>((1 - options_.sample_ratio) * all);
}

void Tracer::keep(SpanRecord record) {
  if (options_.mask) {
    record.name = options_.mask(record.name);
    for (auto& [key, value] : record.attributes) {
      if (auto* text = std::get_if<std::string>(&value)) *text = options_.mask(*text);
    }
  }
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    if (spans_.size() >= options_.spans_max) {
      ++dropped_;
      return;
    }
    spans_.push_back(std::move(record));
    if (wake_ && spans_.size() >= wake_at_ && !std::exchange(woken_, true)) wake = wake_;
  }
  if (wake) wake();
}

std::vector<SpanRecord> Tracer::take(std::size_t most) {
  std::lock_guard lock(mutex_);
  auto end = spans_.begin() + static_cast<std::ptrdiff_t>(std::min(most, spans_.size()));
  std::vector<SpanRecord> taken(std::move_iterator(spans_.begin()), std::move_iterator(end));
  spans_.erase(spans_.begin(), end);
  woken_ = false;
  return taken;
}

std::size_t Tracer::waiting() const {
  std::lock_guard lock(mutex_);
  return spans_.size();
}

void Tracer::on_waiting(std::size_t waiting, std::function<void()> action) {
  std::lock_guard lock(mutex_);
  wake_at_ = waiting;
  wake_ = std::move(action);
}

}  // namespace antiphon::trace
