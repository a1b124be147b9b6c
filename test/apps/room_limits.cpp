#include "apps/director/chart/chart.h"
#include "apps/director/overlay/overlay.h"
#include "apps/director/take/script.h"
#include "apps/director/take/take_state.h"
#include "engine/app/idempotency.h"
#include "engine/app/limits.h"
#include "engine/app/waterfall.h"
#include "engine/async/pool.h"
#include "engine/eval/dataset.h"
#include "engine/identity/identity.h"
#include "engine/identity/limits.h"
#include "engine/identity/sign_in_codes.h"
#include "engine/identity/token_cache.h"
#include "engine/log/line.h"
#include "engine/log/logger.h"
#include "engine/metrics/registry.h"
#include "engine/otlp/exporter.h"
#include "engine/schema/fields.h"
#include "engine/schema/json.h"
#include "engine/schema/limits.h"
#include "engine/search/document.h"
#include "engine/search/vectors.h"
#include "engine/speech/embedded_recogniser.h"
#include "engine/speech/media.h"
#include "engine/speech/recogniser.h"
#include "engine/speech/result_queue.h"
#include "engine/speech/voice_activity.h"
#include "engine/speech/wav_header.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/jobs.h"
#include "engine/store/limits.h"
#include "engine/text/words.h"
#include "engine/trace/context.h"
#include "engine/trace/span.h"
#include "engine/trace/stages.h"
#include "engine/trace/tracer.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection input_limits() {
  schema::ParseOptions json;
  return {
      .title = "Input and access",
      .limits = {
          {"json.bytes_max", in_bytes(json.bytes_max),
           "where the body's own limit is not lower; 413", "Json.SizeValuesAndErrorsAreBounded"},
          {"json.depth_max", digits(json.depth_max), "400, rule `depth`",
           "Json.NestingIsAllowedToTheLimitAndRefusedBeyond"},
          {"json.values_max", digits(json.values_max), "400", "Json.SizeValuesAndErrorsAreBounded"},
          {"json.errors_max", digits(json.errors_max), "further broken fields are not listed",
           "Json.SizeValuesAndErrorsAreBounded"},
          {"schema.chosen_fields_max", digits(schema::chosen_fields_max),
           "names in `fields=`; 400, rule `max_items`", "Fields.are_limited"},
          {"schema.chosen_depth_max", digits(schema::chosen_depth_max),
           "dots in such a name; 400, rule `depth`", "Fields.are_limited"},
          {"schema.secret_file_bytes_max", in_bytes(schema::secret_file_bytes_max),
           "of a file that a `…_file` key names; the server does not start",
           "Config.UnusableSecretFilesAreToldWithoutTheirContent"},
          {"app.key_bytes_max", in_bytes(app::Idempotency::key_bytes_max),
           "of an Idempotency-Key; 400", "IdempotencyTest.refuses_keys_of_wrong_form"},
          {"app.check_time_max", in_time(app::check_time_max),
           "for a part of the server to answer `/health` and `/ready`; then it is down",
           "Health.a_database_that_says_nothing_is_down_after_a_short_time"},
          {"app.turns_per_session_max", digits(app::Waterfalls::Limits{}.turns_per_session_max),
           "of a waterfall; older ones are counted",
           "Waterfalls.keep_the_newest_turns_of_a_session_and_count_the_others"},
          {"app.turns_max", digits(app::Waterfalls::Limits{}.turns_max),
           "of all waterfalls of a core; a session's go",
           "Waterfalls.let_the_session_go_that_has_been_without_a_turn_for_longest"},
          {"async.queue_max", digits(Pool::Options{}.queue_max),
           "closures that wait for a pool of threads; `unavailable`",
           "AsyncTest.a_full_pool_refuses_and_the_waiter_leaves_at_its_deadline"},
          {"identity.name_characters_max", digits(identity::name_characters_max),
           "of a tenant's name; `invalid`", "IdentityTest.names_of_tenants_are_checked_and_unique"},
          {"identity.anonymous_lifetime_max", in_time(identity::Identity::anonymous_lifetime_max),
           "of a guest's token; `invalid`", "identity.flow"},
          {"identity.key_name_characters_max", digits(identity::key_name_characters_max),
           "of the name of a machine's key; 400", "ApiKeyTest.names_and_permissions_have_limits"},
          {"identity.key_permissions_max", digits(identity::key_permissions_max),
           "of a machine's key; 400", "ApiKeyTest.names_and_permissions_have_limits"},
          {"identity.keys_max", digits(identity::keys_max), "that a tenant has; `conflict`",
           "ApiKeyTest.a_tenant_has_so_many"},
          {"identity.codes_max", digits(identity::SignInCodes::codes_max),
           "sign-in links that wait; the oldest goes",
           "SignInCodesTest.so_many_wait_and_the_oldest_goes"},
          {"identity.tokens_max", digits(identity::TokenCache::tokens_max),
           "known without a look-up; then all are forgotten",
           "TokenCacheTest.holds_so_many_and_no_more"},
      }};
}

LimitSection media_limits() {
  auto [length, input, processor, memory, idle, program] = speech::MediaLimits{};
  speech::EmbeddedOptions workers;
  return {.title = "Sound",
          .limits = {
              {"media.length_max", in_time(length), "of the sound of one file",
               "MediaTest.limits_hold"},
              {"media.input_bytes_max", in_bytes(input), "of one file", "MediaTest.limits_hold"},
              {"media.processor_max", in_time(processor), "of the decoder",
               "MediaTest.a_decoder_that_computes_for_too_long_is_ended"},
              {"media.memory_bytes_max", in_bytes(memory), "address space of the decoder",
               "MediaTest.limits_hold"},
              {"media.idle_max", in_time(idle), "without a byte from the decoder",
               "MediaTest.a_decoder_that_gives_nothing_is_ended"},
              {"media.wav_channels_max", digits(speech::wav_channels_max), "of a WAV file",
               "MediaTest.E43_lying_wav_headers_are_refused_with_what_they_claim"},
              {"media.wav_rate_hz_max", digits(speech::wav_rate_hz_max),
               "samples a second of a WAV file",
               "MediaTest.E43_lying_wav_headers_are_refused_with_what_they_claim"},
              {"speech.sample_rate_hz_max", digits(speech::sample_rate_hz_max),
               "of sound that comes in; `invalid`",
               "ScriptedRecogniserTest.refuses_what_it_cannot_hear"},
              {"speech.streams_max", digits(workers.streams_max),
               "that the server hears at once; no further one is heard",
               "EmbeddedRecogniserTest.only_so_many_streams_are_open_at_once"},
              {"speech.answer_max", in_time(workers.answer_max),
               "for a worker to say something; its utterance is lost",
               "EmbeddedRecogniserTest.a_stalled_worker_costs_one_utterance"},
              {"speech.results_max", digits(speech::results_max),
               "of a stream that nobody has fetched; no more sound is taken",
               "ResultQueue.holds_so_many_results_and_takes_no_more_sound"},
              {"speech.utterance_max", in_time(speech::VoiceActivityOptions{}.utterance_max),
               "then an utterance is cut and the next begins",
               "VoiceActivityTest.a_speaker_without_pauses_is_cut_and_no_sound_is_lost"},
          }};
}

LimitSection store_limits() {
  store::DatabaseOptions database;
  constexpr const char* too_much_to_keep = "SqlCacheTest.too_large_and_too_much_at_once_is_dropped";
  return {.title = "Store",
          .limits = {
              {"store.queue_max", digits(database.queue_max), "waiting transactions; `unavailable`",
               "DatabaseTest.so_many_transactions_wait_and_the_next_is_refused"},
              {"store.connections_max", digits(database.connections_max),
               "to PostgreSQL; then one waits", "PostgresTest.an_exhausted_pool_says_so"},
              {"store.acquire_max", in_time(database.acquire_max), "for one of them; `unavailable`",
               "PostgresTest.an_exhausted_pool_says_so"},
              {"store.result_rows_max", digits(store::Tx::result_rows_max), "of one query",
               "DatabaseTest.a_query_gives_so_many_rows_and_no_more"},
              {"store.manifest_bytes_max", in_bytes(store::manifest_bytes_max),
               "of a backup; refused", "none yet"},
              {"store.cache_rows_max", digits(store::cache_rows_max),
               "kept in the database; what ends soonest goes",
               "SqlCacheTest.what_ends_soonest_goes_first_when_there_is_too_much"},
              {"store.cache_bytes_max", in_bytes(store::cache_bytes_max), "of all of that",
               "SqlCacheTest.bytes_are_bounded_too_over_all_servers"},
              {"store.cache_entry_bytes_max", in_bytes(store::cache_entry_bytes_max),
               "of one value and its key; it is not kept", too_much_to_keep},
              {"store.cache_key_bytes_max", in_bytes(store::cache_key_bytes_max),
               "of a key; the value is not kept", too_much_to_keep},
              {"store.cache_waiting_bytes_max", in_bytes(store::cache_waiting_bytes_max),
               "that wait to be written; not kept", too_much_to_keep},
              {"jobs.job_payload_bytes_max", in_bytes(store::job_payload_bytes_max), "of one job",
               "JobsTest.refuses_what_breaks_its_limits"},
              {"jobs.job_result_bytes_max", in_bytes(store::job_result_bytes_max), "of one job",
               "JobTurnsTest.too_large_a_result_is_a_failure"},
              {"jobs.job_reason_bytes_max", in_bytes(store::job_reason_bytes_max),
               "of why an attempt failed; cut", "JobsTest.keeps_so_much_of_a_reason_and_no_more"},
              {"jobs.jobs_listed_max", digits(static_cast<std::uint64_t>(store::jobs_listed_max)),
               "of one list", "JobsTest.a_list_gives_so_many_jobs_and_no_more"},
              {"jobs.schedules_fired_max", digits(store::schedules_fired_max),
               "in one transaction; the rest in the next",
               "ScheduleTest.so_many_fire_in_one_transaction_and_the_rest_in_the_next"},
              {"jobs.schedule_rule_bytes_max", in_bytes(store::schedule_rule_bytes_max),
               "of a schedule's rule; `invalid`", "ScheduleRule.what_is_none_is_refused"},
              {"jobs.schedule_every_max", in_time(store::schedule_every_max),
               "between two jobs of a schedule; `invalid`", "ScheduleRule.what_is_none_is_refused"},
              {"blobs.quota_bytes",
               in_bytes(static_cast<std::uint64_t>(store::BlobLedger::Options{}.quota_bytes)),
               "of a tenant without its own; `quota_exceeded`",
               "BlobLedgerTest.a_full_quota_says_limit_and_use"},
          }};
}

LimitSection search_limits() {
  constexpr const char* refused = "Index.refuses_what_it_cannot_hold_and_stays_as_it_was";
  return {
      .title = "Search, text, evaluation",
      .limits = {
          {"search.documents_max", digits(search::documents_max), "of one index; refused",
           "none yet"},
          {"search.document_bytes_max", in_bytes(search::document_bytes_max),
           "of the texts and facets of a document; refused", refused},
          {"search.fields_max", digits(search::fields_max), "of one index; refused",
           "Index.refuses_fields_that_mean_nothing"},
          {"search.facets_max", digits(search::facets_max), "of one document; refused", refused},
          {"search.query_bytes_max", in_bytes(search::query_bytes_max), "refused",
           "Index.bears_empty_huge_and_broken_queries"},
          {"search.query_terms_max", digits(search::query_terms_max),
           "that are looked for; the others are not",
           "Index.looks_at_a_bounded_number_of_terms_and_matches"},
          {"search.hits_max", digits(search::hits_max), "of one search; further ones are left out",
           "Index.gives_so_many_hits_and_no_more"},
          {"search.matches_max", digits(search::matches_max), "that a hit tells",
           "Index.looks_at_a_bounded_number_of_terms_and_matches"},
          {"search.vector_dimensions_max", digits(search::vector_dimensions_max), "refused",
           "Vectors.refuses_what_is_no_vector_of_its_kind"},
          {"text.text_bytes_max", in_bytes(text::text_bytes_max),
           "that is split into words; refused", "Words.have_a_limit"},
          {"text.word_bytes_max", in_bytes(text::word_bytes_max), "a longer one is none",
           "Words.pass_over_runs_that_are_no_words"},
          {"eval.set_bytes_max", in_bytes(eval::set_bytes_max), "of a labelled set; refused",
           "EvalSet.has_a_largest_size"},
          {"eval.cases_max", digits(eval::cases_max), "of a labelled set; refused",
           "EvalSet.has_so_many_cases_and_tags_and_no_more"},
          {"eval.tags_max", digits(eval::tags_max), "of a case; refused",
           "EvalSet.has_so_many_cases_and_tags_and_no_more"},
      }};
}

LimitSection watching_limits() {
  constexpr const char* bounded = "SpanTest.is_bounded";
  otlp::Exporter::Options exporter;
  return {.title = "Logs, metrics, traces",
          .limits = {
              {"log.value_bytes_max", in_bytes(log::value_bytes_max), "of a field; cut",
               "Log.cuts_long_values_between_characters"},
              {"log.lines_waiting_max", digits(log::lines_waiting_max),
               "for standard error to take them; dropped and counted",
               "Log.drops_and_counts_when_the_sink_is_stuck"},
              {"metrics.series_max", digits(metrics::series_max),
               "of one metric; the rest counts as `other`", "Metrics.label_values_are_bounded"},
              {"metrics.label_bytes_max", in_bytes(metrics::label_bytes_max),
               "of a label's value; it counts as `other`", "Metrics.label_values_are_bounded"},
              {"trace.tracestate_bytes_max", in_bytes(trace::tracestate_bytes_max),
               "of others; the last members go", "Tracestate.is_passed_on_in_its_one_form"},
              {"trace.tracestate_members_max", digits(trace::tracestate_members_max), "the same",
               "Tracestate.is_passed_on_in_its_one_form"},
              {"trace.attributes_max", digits(trace::attributes_max),
               "of a span; the others are counted", bounded},
              {"trace.attribute_bytes_max", in_bytes(trace::attribute_bytes_max), "cut", bounded},
              {"trace.span_name_bytes_max", in_bytes(trace::span_name_bytes_max), "cut", bounded},
              {"trace.stages_max", digits(trace::stages_max), "of a turn; the others are not noted",
               "Stages.are_bounded"},
              {"trace.spans_max", digits(trace::Tracer::Options{}.spans_max),
               "that wait to be exported; dropped and counted",
               "SpanTest.wait_in_a_bounded_queue_and_are_counted_when_they_find_no_room"},
              {"otlp.batch_spans_max", digits(exporter.batch_spans_max), "sent at once",
               "ExporterTest.sends_batches_one_after_the_other"},
              {"otlp.back_off_max", in_time(exporter.back_off_max), "between two attempts",
               "ExporterTest.backs_off_and_gives_up_in_the_end"},
              {"otlp.answer_bytes_max", in_bytes(otlp::answer_bytes_max),
               "of what a collector answers; the rest is not read",
               "ExporterTest.reads_so_much_of_an_answer_and_no_more"},
          }};
}

LimitSection director_limits() {
  return {
      .title = "Director",
      .limits = {
          {"director.sentences_max", digits(director::sentences_max),
           "of a script that is rehearsed; refused", "Script.of_nothing_or_without_end_is_refused"},
          {"director.waiting_max", digits(director::OverlayState::waiting_max),
           "overlays that wait for an approval; the oldest goes",
           "Overlay.an_approval_means_the_newest_choice_and_few_wait"},
          {"director.transcript_max", digits(director::TakeState::transcript_max),
           "utterances of a snapshot; older ones are in the database",
           "TakeStateTest.holds_the_newest_utterances_and_no_more"},
          {"director.chart_points_max", digits(director::chart_points_max),
           "of one chart; none is drawn", "Chart.draws_so_many_points_and_no_more"},
      }};
}

}  // namespace antiphon::apps_test
