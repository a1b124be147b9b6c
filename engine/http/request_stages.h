#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/http/message.h"

namespace antiphon::http {

/// How long the stages of one request took. There is one for who asks by `Prefer: server-timing`
/// (RFC 7240); where nobody does, its pointer is null and a stage costs a look at that. Belongs to
/// one core.
///
///   StageTiming stage(stages, "handle");      // ends with its scope
class RequestStages {
 public:
  /// @param began  when the request did
  explicit RequestStages(Instant began) : began_(began) {}

  /// @param name  a constant; what comes several times is added up
  void add(std::string_view name, Duration took);
  /// `Server-Timing` of all that was added, with a `total` until now.
  void tell(Headers& headers) const;

 private:
  struct Sum {
    std::string_view name;
    Duration took{};
    int times = 0;
  };

  Instant began_;
  std::vector<Sum> sums_;
};

/// Null where the request does not ask for them.
std::unique_ptr<RequestStages> begin_stages(const Request& request, Instant began);

/// A stage, from here to the end of the scope.
class [[nodiscard]] StageTiming {
 public:
  /// @param stages  outlive the object; null: nobody asked
  StageTiming(RequestStages* stages, std::string_view name);
  StageTiming(const StageTiming&) = delete;
  StageTiming& operator=(const StageTiming&) = delete;
  ~StageTiming();

 private:
  RequestStages* stages_;
  std::string_view name_;
  Instant begun_;
};

}  // namespace antiphon::http
