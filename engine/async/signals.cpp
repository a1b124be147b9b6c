#include "engine/async/signals.h"

#include <boost/asio/signal_set.hpp>

#include "engine/async/core.h"

namespace antiphon {

Task<int> wait_for_signal(std::vector<int> signals) {
  boost::asio::signal_set set(Core::here().executor());
  for (int signal : signals) set.add(signal);
  co_return co_await set.async_wait(boost::asio::use_awaitable);
}

}  // namespace antiphon
