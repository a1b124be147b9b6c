#include "engine/base/encoding.h"
#include "engine/store/job_runner.h"

namespace antiphon::store {

void JobContext::result(std::string json) {
  if (json.size() > job_result_bytes_max) {
    throw Error(Code::too_large, fmt::format("A job's result has at most {} bytes; this has {}.",
                                             job_result_bytes_max, json.size()));
  }
  if (!is_utf8(json) || json.contains('\0')) {
    throw Error(Code::invalid, "A job's result is JSON in UTF-8.");
  }
  report_->result = std::move(json);
}

Task<> JobContext::complete(std::function<void(Tx&)> effect) {
  co_await database_.write(
      Due(call_), [lease = lease_, result = report_->result, effect = std::move(effect)](Tx& tx) {
        effect(tx);
        if (!finish_job(tx, lease, result)) {
          throw Error(Code::conflict, "Another runner has the job, or it was cancelled.");
        }
      });
  report_->is_completed = true;
}

}  // namespace antiphon::store
