#include "engine/live/inputs.h"

#include <algorithm>

#include "engine/base/error.h"

namespace antiphon::live {
namespace {

constexpr unsigned audio_rate_lowest = 8'000;
constexpr unsigned audio_rate_highest = 48'000;

}  // namespace

Inputs::Added Inputs::add(Message message, const void* sender) {
  if (messages_ >= limits_.messages_max) return Added::full;
  if (!message.id.empty() && !remember(message.id)) return Added::seen_before;
  ++messages_;
  items_.push_back(Letter{std::move(message), sender});
  return Added::yes;
}

void Inputs::add(Work work) { items_.push_back(std::move(work)); }

void Inputs::add_audio(std::span<const std::int16_t> samples, std::uint64_t offset) {
  std::uint64_t end = offset + samples.size();
  if (end <= received_samples_) return;
  if (offset < received_samples_) {
    samples = samples.subspan(static_cast<std::size_t>(received_samples_ - offset));
    offset = received_samples_;
  }
  if (offset > received_samples_) add_gap({received_samples_, offset - received_samples_, false});
  received_samples_ = end;
  waiting_samples_ += samples.size();
  items_.push_back(Sound{{samples.begin(), samples.end()}, offset});
  std::size_t samples_max = limits_.audio_ms_max * audio_rate_ / 1000;
  while (waiting_samples_ > samples_max) drop_oldest_sound();
}

void Inputs::drop_oldest_sound() {
  std::size_t oldest = 0;
  while (!std::holds_alternative<Sound>(items_[oldest])) ++oldest;
  const Sound& sound = std::get<Sound>(items_[oldest]);
  waiting_samples_ -= sound.samples.size();
  add_gap({sound.offset, sound.samples.size(), true});
  items_[oldest] = std::monostate();
}

void Inputs::add_gap(Gap gap) {
  if (!gaps_.empty()) {
    Gap& last = gaps_.back();
    if (last.overflow == gap.overflow && last.offset + last.samples == gap.offset) {
      last.samples += gap.samples;
      return;
    }
  }
  gaps_.push_back(gap);
}

Inputs::Item Inputs::take() {
  Item item = items_.pop_front();
  if (std::holds_alternative<Letter>(item)) --messages_;
  if (auto* sound = std::get_if<Sound>(&item)) waiting_samples_ -= sound->samples.size();
  return item;
}

void Inputs::set_audio_rate(unsigned rate) {
  if (rate < audio_rate_lowest || rate > audio_rate_highest) {
    throw Error(Code::invalid, fmt::format("The audio rate is {} a second; it must be {} to {}.",
                                           rate, audio_rate_lowest, audio_rate_highest));
  }
  if (rate_is_fixed_ && rate != audio_rate_) {
    throw Error(Code::invalid, fmt::format("This session's audio rate is {}; it cannot become {}.",
                                           audio_rate_, rate));
  }
  audio_rate_ = rate;
  rate_is_fixed_ = true;
}

void Inputs::restore_audio(std::uint64_t samples, unsigned rate) {
  rate_is_fixed_ = rate != audio_rate_;
  audio_rate_ = rate;
  received_samples_ = samples;
}

// Few enough to be compared one by one, which takes less memory than a table.
bool Inputs::remember(const std::string& id) {
  if (std::ranges::find(seen_, id) != seen_.end()) return false;
  if (seen_.size() < limits_.remembered_ids) {
    seen_.push_back(id);
  } else {
    seen_[oldest_seen_] = id;
    oldest_seen_ = (oldest_seen_ + 1) % seen_.size();
  }
  return true;
}

std::vector<std::string> Inputs::seen_ids() const {
  std::vector<std::string> ids = seen_;
  std::ranges::rotate(ids, ids.begin() + static_cast<std::ptrdiff_t>(oldest_seen_));
  return ids;
}

void Inputs::park() {
  if (items_.empty()) items_.clear();
  seen_.shrink_to_fit();
}

}  // namespace antiphon::live
