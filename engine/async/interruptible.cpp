#include "engine/async/interruptible.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "engine/base/error.h"

namespace antiphon {
namespace asio = boost::asio;

Task<> Interruptible::run(Task<> task) {
  asio::co_spawn(Core::here().executor(), std::move(task),
                 asio::bind_cancellation_slot(signal_.slot(), [this](std::exception_ptr failure) {
                   failure_ = std::move(failure);
                   is_done_ = true;
                   if (ended_.is_waiting()) ended_.wake();
                 }));
  try {
    while (!is_done_) co_await ended_.wait();
  } catch (...) {
    is_cancelled_ = true;
  }
  if (is_cancelled_ && !is_done_) {
    // The task refers to this object: it must have ended before the caller goes on.
    co_await asio::this_coro::reset_cancellation_state();
    signal_.emit(asio::cancellation_type::terminal);
    while (!is_done_) co_await ended_.wait();
  }
  if (failure_) std::rethrow_exception(failure_);
}

void Interruptible::cancel() {
  if (is_done_) return;
  is_cancelled_ = true;
  signal_.emit(asio::cancellation_type::terminal);
}

std::exception_ptr Interruptible::Step::failure() const {
  if (owner_.is_cancelled_) {
    return std::make_exception_ptr(boost::system::system_error(asio::error::operation_aborted));
  }
  return std::make_exception_ptr(
      Error(Code::timeout, "The time for this was over before it was done."));
}

}  // namespace antiphon
