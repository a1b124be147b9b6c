#include "engine/http/request_stages.h"

#include <algorithm>

#include "engine/async/core.h"
#include "engine/trace/stages.h"

namespace antiphon::http {
namespace {

constexpr std::string_view preference = "server-timing";

Instant now() { return Core::here().clock().steady(); }

trace::Stage stage(std::string_view name, Duration took, int times = 1) {
  return {.name = std::string(name),
          .end_ms = std::chrono::duration<double, std::milli>(took).count(),
          .note = times > 1 ? fmt::format("{} times", times) : ""};
}

}  // namespace

std::unique_ptr<RequestStages> begin_stages(const Request& request, Instant began) {
  if (!request.headers.has_token("Prefer", preference)) return nullptr;
  return std::make_unique<RequestStages>(began);
}

StageTiming::StageTiming(RequestStages* stages, std::string_view name)
    : stages_(stages), name_(name) {
  if (stages_) begun_ = now();
}

StageTiming::~StageTiming() {
  if (stages_) stages_->add(name_, now() - begun_);
}

void RequestStages::add(std::string_view name, Duration took) {
  auto sum = std::ranges::find(sums_, name, &Sum::name);
  if (sum == sums_.end()) sum = sums_.insert(sum, {.name = name});
  sum->took += took;
  ++sum->times;
}

void RequestStages::tell(Headers& headers) const {
  std::vector<trace::Stage> all;
  for (const Sum& sum : sums_) all.push_back(stage(sum.name, sum.took, sum.times));
  all.push_back(stage("total", now() - began_));
  headers.set("Server-Timing", trace::to_server_timing(all));
  headers.set("Preference-Applied", preference);
  // A listed origin's page may read them as the browser's own timings (W3C Resource Timing).
  if (const std::string* origin = headers.find("Access-Control-Allow-Origin")) {
    headers.set("Timing-Allow-Origin", *origin);
  }
}

}  // namespace antiphon::http
