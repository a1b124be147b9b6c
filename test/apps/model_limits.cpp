#include "engine/model/limits.h"
#include "engine/model/provider_stream.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection model_limits() {
  return {
      .title = "Models",
      .text = "Of what providers of models answer; the times of an exchange are settings of each.",
      .limits = {
          {"model.answer_bytes_max", in_bytes(model::answer_bytes_max),
           "of an answer in one piece, or a list of models; `malformed`",
           "OpenAiWire.an_answer_in_one_piece_is_bounded"},
          {"model.vectors_bytes_max", in_bytes(model::vectors_bytes_max),
           "of an answer with vectors; `malformed`", "EmbedderTest.an_answer_is_bounded"},
          {"model.error_bytes_max", in_bytes(model::error_bytes_max),
           "of the body of an error; what follows is not read",
           "ChatModelTest.of_an_error_so_much_is_read_in_so_much_time"},
          {"model.error_body_time", in_time(model::error_body_time),
           "for that body; then what has come counts",
           "ChatModelTest.of_an_error_so_much_is_read_in_so_much_time"},
          {"model.error_text_bytes_max", in_bytes(model::error_text_bytes_max),
           "of what a provider says of an error, in messages; cut",
           "Redaction.is_one_bounded_line_of_text"},
          {"model.tool_calls_max", digits(model::tool_calls_max),
           "of one answer; what goes beyond is skipped and counted as malformed",
           "OpenAiWire.tool_calls_are_so_many_at_most"},
          {"model.embedding_texts_max", digits(model::embedding_texts_max),
           "of one question for vectors; `bad_request`", "EmbedderTest.texts_are_so_many_at_most"},
          {"model.model_pages_max", digits(model::model_pages_max),
           "of a provider's list of models; the rest is not read",
           "ChatModelTest.a_list_of_models_has_so_many_pages"},
          {"model.tail_time", in_time(model::tail_time),
           "for what may follow the end of an answer; then it is whole without",
           "ChatModelTest.what_follows_the_end_has_so_much_time"},
          {"model.ending_time", in_time(model::ending_time),
           "for a body to end behind its last mark; then its connection is closed",
           "ChatModelTest.what_follows_the_end_has_so_much_time"},
      }};
}

}  // namespace antiphon::apps_test
