#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "engine/gateway/gateway.h"

namespace antiphon::gateway {

/// Who waits for a place at an instance: live before batch, tenants by turns, each tenant's in the
/// order of coming; bounded (E-32). Plain state; whoever waits is a number.
class TurnQueue {
 public:
  using Ticket = std::uint64_t;

  explicit TurnQueue(std::size_t waiting_most) : waiting_most_(waiting_most) {}

  struct Pushed {
    bool is_in = false;
    std::optional<Ticket> displaced = {};  ///< had to leave for it
  };
  /// When it is full, the newest of batch leaves for one of live; and the newest of the tenant that
  /// has the most for one of a tenant that has fewer even with it.
  Pushed push(Priority priority, std::string_view tenant, Ticket ticket);
  /// Whose turn it is; gone from the queue. Nothing: nobody waits.
  std::optional<Ticket> pop();
  /// Whether it was there.
  bool remove(Priority priority, std::string_view tenant, Ticket ticket);

  std::size_t size() const { return size_; }
  /// How many have their turn before one of this priority who comes now, at most.
  std::size_t ahead_of(Priority priority) const;

 private:
  struct Line {
    std::string tenant;
    std::list<Ticket> tickets;  // never empty
  };
  // Lines by turns: the first is next, and goes to the end with what is left of it.
  using Lines = std::list<Line>;

  Lines& lines_of(Priority priority) { return lines_[static_cast<std::size_t>(priority)]; }
  static Lines::iterator find(Lines& lines, std::string_view tenant);
  std::optional<Ticket> make_room(Priority priority, std::string_view tenant);
  static Ticket take_newest(Lines& lines, Lines::iterator line);

  std::size_t waiting_most_;
  std::size_t size_ = 0;
  std::array<Lines, 2> lines_;
};

}  // namespace antiphon::gateway
