#include "engine/gateway/embedding_run.h"
#include "engine/gateway/flight.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection gateway_limits() {
  return {.title = "Gateway",
          .limits = {
              {"gateway.answer_bytes_max", in_bytes(gateway::Flight::answer_bytes_max),
               "of an answer; it ends `truncated`",
               "FailingWellTest.no_answer_is_larger_than_any_may_be"},
              {"gateway.texts_max", digits(gateway::EmbeddingRun::texts_max),
               "of one question for vectors; `invalid`",
               "EmbeddingTest.limits_of_money_and_of_texts_hold"},
          }};
}

}  // namespace antiphon::apps_test
