#pragma once

#include <mutex>
#include <set>

#include "engine/http/gate.h"
#include "engine/log/logger.h"
#include "engine/store/database.h"

namespace antiphon::app {

/// Lets a request that is sent again under the same Idempotency-Key take effect once (E-13):
///
///   the key is new              the handler runs; a success is kept for `store::once_kept`
///   same request, was answered  the kept answer, with `Idempotent-Replayed: true`
///   another request             422
///   its twin is under way       409 with Retry-After
///   took effect, answer lost    409: the handler ended between its write and its answer
///
/// A key belongs to tenant, principal and route. A failure keeps nothing, so that the same key can
/// be tried again; what was written before it keeps the key. One for a process; thread-safe.
class Idempotency {
 public:
  Idempotency(store::Database& database, log::Logger& log) : database_(database), log_(log) {}

  /// Runs the handler unless an answer is kept. Without a key, or for nobody's tenant, runs it.
  /// @throws Error as above; what the handler throws
  Task<http::Response> run(const http::RouteInfo& route, Call call, const http::Request& request,
                           const http::Handle& handle);

  /// Takes away what has become too old; gives how many keys.
  Task<std::int64_t> forget(std::vector<std::string> tenants, Timestamp now, Instant deadline);

  static constexpr std::size_t key_bytes_max = 200;

 private:
  class UnderWay;
  Task<http::Response> run_once(Call call, http::Request request, const http::Handle* handle,
                                Once once);
  Task<> keep(Call call, std::shared_ptr<Once> once, const http::Response* response);

  store::Database& database_;
  log::Logger& log_;
  std::mutex mutex_;
  std::set<std::string> under_way_;
};

}  // namespace antiphon::app
