#include "engine/remote_speech/failover_recogniser.h"
#include "engine/remote_speech/http_synthesiser.h"
#include "engine/remote_speech/http_transcriber.h"
#include "engine/remote_speech/server_breaker.h"
#include "engine/remote_speech/sound_reader.h"
#include "engine/remote_speech/transcription_answer.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection speech_server_limits() {
  using namespace remote_speech;
  return {.title = "Speech servers",
          .text = "Of servers that an operator names; the next one is asked.",
          .limits = {
              {"remote_speech.utterances_waiting_max", digits(utterances_waiting_max),
               "utterances of a stream that wait; no more sound is taken",
               "FailoverRecogniserTest.so_many_utterances_wait_then_no_more_sound_is_taken"},
              {"remote_speech.turns_waiting_max", digits(turns_waiting_max),
               "requests that wait for their turn at a server", "TurnsTest.only_so_many_wait"},
              {"remote_speech.retry_after_max", in_time(ServerBreaker::retry_after_max),
               "for which a server may ask to be left alone",
               "ServerBreakerTest.who_asks_to_be_left_alone_is_for_so_long"},
              {"remote_speech.transcription_bytes_max", in_bytes(transcription_bytes_max),
               "of the answer about an utterance",
               "HttpTranscriberTest.an_answer_without_end_is_refused"},
              {"remote_speech.heard_words_max", digits(heard_words_max), "words of an utterance",
               "TranscriptionAnswerTest.more_words_than_anybody_can_say_are_refused"},
              {"remote_speech.spoken_bytes_max", in_bytes(spoken_bytes_max),
               "of the sound of a sentence", "HttpSynthesiserTest.sound_without_end_is_refused"},
              {"remote_speech.wav_head_bytes_max", in_bytes(wav_head_bytes_max),
               "in front of the sound of a WAV file", "WavReaderTest.what_is_no_pcm16_is_refused"},
          }};
}

}  // namespace antiphon::apps_test
