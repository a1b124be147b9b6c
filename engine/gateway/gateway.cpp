#include "engine/gateway/gateway.h"

#include <cmath>

#include "engine/gateway/flight.h"

namespace antiphon::gateway {

std::string_view to_text(CacheResult result) {
  switch (result) {
    case CacheResult::off: return "off";
    case CacheResult::miss: return "miss";
    case CacheResult::hit: return "hit";
    case CacheResult::stale: return "stale";
    case CacheResult::joined: return "joined";
  }
  return "off";
}

std::string_view to_text(GatewayFailure::Reason reason) {
  using enum GatewayFailure::Reason;
  switch (reason) {
    case invalid: return "invalid";
    case unknown_target: return "unknown_target";
    case unsupported: return "unsupported";
    case budget: return "budget";
    case exhausted: return "exhausted";
    case failed: return "failed";
    case timeout: return "timeout";
  }
  return "failed";
}

namespace {

Code code_of(GatewayFailure::Reason reason) {
  using enum GatewayFailure::Reason;
  switch (reason) {
    case invalid: return Code::invalid;
    case unknown_target: return Code::not_found;
    case unsupported: return Code::unsupported;
    case budget: return Code::quota_exceeded;
    case exhausted: return Code::unavailable;
    case failed: return Code::unavailable;
    case timeout: return Code::timeout;
  }
  return Code::unavailable;
}

}  // namespace

Error error_of(const GatewayFailure& failure) {
  Error error = Error(code_of(failure.reason), failure.message).detail(failure.detail);
  if (!failure.retry_after) return error;
  double seconds = std::chrono::duration<double>(*failure.retry_after).count();
  return std::move(error).retry_after(static_cast<int>(std::ceil(seconds)));
}

}  // namespace antiphon::gateway
