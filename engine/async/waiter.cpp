#include "engine/async/waiter.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "engine/async/core.h"

namespace antiphon {
namespace asio = boost::asio;

Task<> Waiter::wait() {
  if (std::exchange(woken_, false)) co_return;
  co_await asio::async_initiate<decltype(asio::use_awaitable), void(boost::system::error_code)>(
      [this](auto handler) {
        slot_ = asio::get_associated_cancellation_slot(handler);
        if (slot_.is_connected()) {
          slot_.assign(
              [this](asio::cancellation_type) { complete(asio::error::operation_aborted); });
        }
        handler_ = [handler = std::move(handler)](boost::system::error_code error) mutable {
          std::move(handler)(error);
        };
      },
      asio::use_awaitable);
}

void Waiter::wake() {
  if (handler_) {
    complete({});
  } else {
    woken_ = true;
  }
}

void Waiter::complete(boost::system::error_code error) {
  if (!handler_) return;
  // The slot is cleared in the later turn: this may run inside what the slot holds.
  asio::post(Core::here().executor(),
             [handler = std::exchange(handler_, nullptr), slot = slot_, error]() mutable {
               if (slot.is_connected()) slot.clear();
               handler(error);
             });
}

}  // namespace antiphon
