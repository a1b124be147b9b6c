#include "engine/gateway/turn_queue.h"

#include <algorithm>

namespace antiphon::gateway {

TurnQueue::Pushed TurnQueue::push(Priority priority, std::string_view tenant, Ticket ticket) {
  Pushed pushed;
  if (size_ >= waiting_most_) {
    pushed.displaced = make_room(priority, tenant);
    if (!pushed.displaced) return pushed;
    --size_;
  }
  Lines& lines = lines_of(priority);
  auto line = find(lines, tenant);
  if (line == lines.end()) line = lines.insert(lines.end(), {std::string(tenant), {}});
  line->tickets.push_back(ticket);
  ++size_;
  pushed.is_in = true;
  return pushed;
}

std::optional<TurnQueue::Ticket> TurnQueue::pop() {
  for (Lines& lines : lines_) {
    if (lines.empty()) continue;
    auto line = lines.begin();
    Ticket ticket = line->tickets.front();
    line->tickets.pop_front();
    --size_;
    if (line->tickets.empty()) {
      lines.erase(line);
    } else {
      lines.splice(lines.end(), lines, line);
    }
    return ticket;
  }
  return std::nullopt;
}

bool TurnQueue::remove(Priority priority, std::string_view tenant, Ticket ticket) {
  Lines& lines = lines_of(priority);
  auto line = find(lines, tenant);
  if (line == lines.end() || std::erase(line->tickets, ticket) == 0) return false;
  if (line->tickets.empty()) lines.erase(line);
  --size_;
  return true;
}

std::size_t TurnQueue::ahead_of(Priority priority) const {
  std::size_t ahead = 0;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(priority); ++i) {
    for (const Line& line : lines_[i]) ahead += line.tickets.size();
  }
  return ahead;
}

TurnQueue::Lines::iterator TurnQueue::find(Lines& lines, std::string_view tenant) {
  return std::ranges::find(lines, tenant, &Line::tenant);
}

std::optional<TurnQueue::Ticket> TurnQueue::make_room(Priority priority, std::string_view tenant) {
  auto length = [](const Line& line) { return line.tickets.size(); };
  Lines& batch = lines_of(Priority::batch);
  if (priority == Priority::live && !batch.empty()) {
    return take_newest(batch, std::ranges::max_element(batch, {}, length));
  }
  Lines& lines = lines_of(priority);
  if (lines.empty()) return std::nullopt;
  auto own = find(lines, tenant);
  std::size_t with_it = (own == lines.end() ? 0 : own->tickets.size()) + 1;
  auto longest = std::ranges::max_element(lines, {}, length);
  if (longest->tickets.size() <= with_it) return std::nullopt;
  return take_newest(lines, longest);
}

TurnQueue::Ticket TurnQueue::take_newest(Lines& lines, Lines::iterator line) {
  Ticket ticket = line->tickets.back();
  line->tickets.pop_back();
  if (line->tickets.empty()) lines.erase(line);
  return ticket;
}

}  // namespace antiphon::gateway
