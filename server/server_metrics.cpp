#include "server/server_metrics.h"

#include "engine/app/turn_metrics.h"
#include "engine/async/pool_metrics.h"
#include "engine/front/front_metrics.h"
#include "engine/gateway/gateway_metrics.h"
#include "engine/http/http_metrics.h"
#include "engine/live/live_metrics.h"
#include "engine/metrics/process.h"
#include "engine/otlp/otlp_metrics.h"
#include "engine/remote_speech/remote_speech_metrics.h"
#include "engine/skill/skill_metrics.h"
#include "engine/speech/speech_metrics.h"
#include "engine/store/store_metrics.h"

namespace antiphon::server {

std::vector<const metrics::MetricInfo*> all_metrics() {
  std::vector<const metrics::MetricInfo*> all{&build_metric, &loop_lateness_metric,
                                              &log_lost_metric, &certificate_metric};
  auto add = [&](std::span<const metrics::MetricInfo* const> some) {
    all.insert(all.end(), some.begin(), some.end());
  };
  add(http::http_metrics);
  add(live::live_metrics);
  add(app::turn_metrics);
  add(gateway::gateway_metrics);
  add(skill::skill_metrics);
  add(front::front_metrics);
  add(speech::speech_metrics);
  add(remote_speech::remote_speech_metrics);
  add(store::store_metrics);
  add(pool_metrics);
  add(otlp::otlp_metrics);
  add(metrics::process_metrics);
  return all;
}

}  // namespace antiphon::server
