#include "engine/speech/embedded_synthesiser.h"
#include "engine/speech/spoken_text.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection synthesis_limits() {
  speech::EmbeddedSynthesiserOptions program;
  constexpr const char* refused = "SynthesisTest.what_cannot_be_said_is_told_field_by_field";
  constexpr const char* failing = "SynthesisTest.E42_a_program_that_fails_or_gives_nothing_is_told";
  return {.title = "Spoken answers",
          .limits = {
              {"speech.spoken_text_bytes_max", in_bytes(speech::spoken_text_bytes_max),
               "that is said; `invalid`", refused},
              {"speech.spoken_sentence_bytes_max", in_bytes(speech::spoken_sentence_bytes_max),
               "said in one go; a longer sentence is cut",
               "SpokenText.long_stretches_are_cut_at_commas_blanks_or_anywhere_between_characters"},
              {"speech.speaking_max", digits(program.speaking_max),
               "texts that are said at the same time; `unavailable`",
               "SynthesisTest.E42_so_many_texts_are_spoken_at_once"},
              {"speech.processor_max", in_time(program.processor_max),
               "of the program, for one sentence; `unavailable`", failing},
              {"speech.memory_bytes_max", in_bytes(program.memory_bytes_max),
               "address space of the program; `unavailable`",
               "SynthesisTest.E42_a_program_has_so_much_memory"},
              {"speech.idle_max", in_time(program.idle_max),
               "without a byte from the program; `timeout`", failing},
          }};
}

}  // namespace antiphon::apps_test
