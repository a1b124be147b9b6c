#include "engine/async/timers.h"

#include <bit>

namespace antiphon {

/// Owned by its Alarm; linked into the wheel or near_ while it waits.
struct Timers::Entry {
  enum class Place : std::uint8_t { nowhere, near, wheel };

  ~Entry() {
    if (timers) timers->remove(*this);
  }

  Instant when;
  std::uint64_t number = 0;
  std::function<void()> action;
  Timers* timers = nullptr;
  Entry* previous = nullptr;
  Entry* next = nullptr;
  Place place = Place::nowhere;
  std::uint8_t level = 0;
  std::uint8_t slot = 0;
};

bool Timers::InOrder::operator()(const Entry* a, const Entry* b) const {
  return std::pair(a->when, a->number) < std::pair(b->when, b->number);
}

Timers::Timers(std::function<void()> on_earlier) : on_earlier_(std::move(on_earlier)) {}

Timers::~Timers() {
  for (Entry* entry : near_) entry->timers = nullptr;
  for (Level& level : wheel_) {
    for (Entry* entry : level.first) {
      for (; entry; entry = entry->next) entry->timers = nullptr;
    }
  }
}

Timers::Tick Timers::tick_of(Instant when) {
  auto count = when.time_since_epoch().count();
  return count < 0 ? 0 : static_cast<Tick>(count) >> tick_bits;
}

Task<> Timers::until(Instant when) {
  Waiter waiter;
  Alarm alarm = at(when, [&waiter] { waiter.wake(); });
  co_await waiter.wait();
}

Timers::Alarm Timers::at(Instant when, std::function<void()> action) {
  auto entry = std::make_unique<Entry>();
  entry->when = when;
  entry->number = ++added_;
  entry->action = std::move(action);
  entry->timers = this;
  auto before = next();
  insert(*entry);
  ++size_;
  if (!before || when < *before) {
    next_ = when;
    on_earlier_();
  }
  return Alarm(std::move(entry));
}

void Timers::insert(Entry& entry) {
  Tick tick = tick_of(entry.when);
  if (tick <= tick_) {
    entry.place = Entry::Place::near;
    near_.insert(&entry);
    return;
  }
  auto level = static_cast<std::size_t>((std::bit_width(tick ^ tick_) - 1) / level_bits);
  auto slot = static_cast<std::size_t>(tick >> (level * level_bits)) % slots;
  entry.place = Entry::Place::wheel;
  entry.level = static_cast<std::uint8_t>(level);
  entry.slot = static_cast<std::uint8_t>(slot);
  Entry*& first = wheel_[level].first[slot];
  entry.previous = nullptr;
  entry.next = first;
  if (first) first->previous = &entry;
  first = &entry;
  wheel_[level].used |= std::uint64_t{1} << slot;
}

void Timers::unlink(Entry& entry) {
  if (entry.place == Entry::Place::near) {
    near_.erase(&entry);
    return;
  }
  Level& level = wheel_[entry.level];
  if (entry.next) entry.next->previous = entry.previous;
  if (entry.previous) {
    entry.previous->next = entry.next;
    return;
  }
  level.first[entry.slot] = entry.next;
  if (!entry.next) level.used &= ~(std::uint64_t{1} << entry.slot);
}

void Timers::remove(Entry& entry) {
  unlink(entry);
  entry.timers = nullptr;
  --size_;
  if (next_ == entry.when) next_.reset();
}

// Every wait of a lower level is before every one of a higher level, and slots go up in time.
const Timers::Level* Timers::earliest_level() const {
  for (const Level& level : wheel_) {
    if (level.used) return &level;
  }
  return nullptr;
}

// Brings what is due up to `target` into near_, a slot after the other.
void Timers::advance(Tick target) {
  while (const Level* earliest = earliest_level()) {
    auto level = static_cast<int>(earliest - wheel_.data());
    int slot = std::countr_zero(earliest->used);
    int shift = level * level_bits;
    Tick above = tick_ >> (shift + level_bits) << (shift + level_bits);
    Tick begin = above | static_cast<Tick>(slot) << shift;
    if (begin > target) break;
    tick_ = begin;
    Entry* entry = wheel_[static_cast<std::size_t>(level)].first[static_cast<std::size_t>(slot)];
    wheel_[static_cast<std::size_t>(level)].first[static_cast<std::size_t>(slot)] = nullptr;
    wheel_[static_cast<std::size_t>(level)].used &= ~(std::uint64_t{1} << slot);
    while (entry) insert(*std::exchange(entry, entry->next));
  }
  tick_ = std::max(tick_, target);
}

std::optional<Instant> Timers::next() const {
  if (size_ == 0) return std::nullopt;
  if (!next_) next_ = find_next();
  return next_;
}

Instant Timers::find_next() const {
  if (!near_.empty()) return (*near_.begin())->when;
  const Level& level = *earliest_level();
  const Entry* entry = level.first[static_cast<std::size_t>(std::countr_zero(level.used))];
  Instant earliest = entry->when;
  for (; entry; entry = entry->next) earliest = std::min(earliest, entry->when);
  return earliest;
}

void Timers::fire(Instant now) {
  advance(tick_of(now));
  while (!near_.empty() && (*near_.begin())->when <= now) {
    Entry& entry = **near_.begin();
    // The action may drop its own alarm.
    auto action = std::move(entry.action);
    remove(entry);
    action();
  }
}

Timers::Alarm::Alarm() = default;
Timers::Alarm::Alarm(std::unique_ptr<Entry> entry) : entry_(std::move(entry)) {}
Timers::Alarm::Alarm(Alarm&& other) noexcept = default;
Timers::Alarm& Timers::Alarm::operator=(Alarm&& other) noexcept = default;
Timers::Alarm::~Alarm() = default;

}  // namespace antiphon
