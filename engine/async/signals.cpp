#include "engine/async/signals.h"

#include <boost/asio/signal_set.hpp>

#include "engine/async/core.h"

namespace antiphon {

struct Signals::Set {
  boost::asio::signal_set signals{Core::here().executor()};
};

Signals::Signals(const std::vector<int>& numbers) : set_(std::make_unique<Set>()) {
  for (int number : numbers) set_->signals.add(number);
}

Signals::~Signals() = default;

Task<int> Signals::next() { return set_->signals.async_wait(boost::asio::use_awaitable); }

}  // namespace antiphon
