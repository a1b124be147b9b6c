#include "engine/gateway/gateway.h"

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

}  // namespace antiphon::gateway
