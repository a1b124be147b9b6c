#include "engine/front/audio_routes.h"
#include "engine/front/chat_question.h"
#include "engine/front/front.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection front_limits() {
  return {
      .title = "OpenAI's clients",
      .limits = {
          {"front.chat_body_bytes_max", in_bytes(front::chat_body_bytes_max),
           "of a question, its history included; 413",
           "ChatFrontTest.a_body_that_is_no_question_is_refused_in_openais_shape"},
          {"front.messages_max", digits(front::messages_max), "of a question; 400",
           "ChatQuestionTest.holds_so_many_messages_tools_and_stops"},
          {"front.chat_tools_max", digits(front::chat_tools_max), "that it offers; 400",
           "ChatQuestionTest.holds_so_many_messages_tools_and_stops"},
          {"front.stop_texts_max", digits(front::stop_texts_max), "at which an answer may end; 400",
           "ChatQuestionTest.holds_so_many_messages_tools_and_stops"},
          {"front.embedding_body_bytes_max", in_bytes(front::embedding_body_bytes_max),
           "of texts to be made vectors; 413", "EmbeddingFrontTest.so_many_texts_are_taken"},
          {"front.embedding_texts_max", digits(front::embedding_texts_max), "of one request; 400",
           "EmbeddingFrontTest.so_many_texts_are_taken"},
          {"front.transcription_file_bytes_max",
           in_bytes(static_cast<std::size_t>(front::transcription_file_bytes_max)),
           "of a recording; 413", "TranscriptionTest.media_that_is_none_is_refused"},
          {"front.speech_characters_max", digits(front::speech_characters_max),
           "of a text to be said; 400",
           "SpeechFrontTest.E38_what_cannot_be_honoured_is_refused_by_its_name"},
      }};
}

}  // namespace antiphon::apps_test
