#include "engine/http/answer_lines.h"
#include "engine/http/body_decoder.h"
#include "engine/http/client_exchange.h"
#include "engine/http/compress.h"
#include "engine/http/kept_answer.h"
#include "engine/http/limits.h"
#include "engine/http/multipart.h"
#include "engine/http/reply.h"
#include "engine/http/retry_after.h"
#include "engine/http/static_folder.h"
#include "engine/http/stream_packer.h"
#include "engine/http/upload.h"
#include "test/apps/limits.h"

// Structured bindings name every member: with one more limit this does not compile until the limit
// stands here, and so in the table.

namespace antiphon::apps_test {

namespace {

// Of what is in a body.
std::vector<Limit> content_limits() {
  return {
      {"http.boundary_bytes_max", in_bytes(http::boundary_bytes_max), "of a form; 400",
       "Multipart.refuses_broken_bodies"},
      {"http.parts_max", digits(http::parts_max), "of a form; 400",
       "Multipart.refuses_broken_bodies"},
      {"http.part_head_bytes_max", in_bytes(http::part_head_bytes_max), "of a part of a form; 400",
       "Multipart.streams_the_same_at_every_cut"},
      {"http.form_field_bytes_max", in_bytes(http::form_field_bytes_max),
       "of a text of a form; 413", "FormTest.says_which_limit_was_passed"},
      {"http.form_fields_bytes_max", in_bytes(http::form_fields_bytes_max),
       "of all texts of a form; 413", "FormTest.says_which_limit_was_passed"},
      {"http.upload_piece_bytes", in_bytes(http::upload_piece_bytes),
       "of an upload in memory; then written", "FormTest.holds_one_piece_of_a_gigabyte"},
      {"http.kept_body_bytes_max", in_bytes(http::kept_body_bytes_max),
       "of an answer that is kept for its Idempotency-Key; a larger one is not given again",
       "KeptAnswer.is_no_larger_than_what_is_stored_with_a_write"},
      {"http.compressed_bytes_min", in_bytes(http::compressed_bytes_min),
       "a shorter text is sent plain",
       "LimitsTest.a_text_is_packed_unless_that_gains_nothing_or_holds_up_the_core"},
      {"http.compressed_bytes_max", in_bytes(http::compressed_bytes_max),
       "a longer text is sent plain",
       "LimitsTest.a_text_is_packed_unless_that_gains_nothing_or_holds_up_the_core"},
      {"http.packer_bytes_max", in_bytes(http::packer_bytes_max),
       "of memory for compressing one of them", "StreamPackers.hold_the_same_however_much_comes"},
      {"http.files_max", digits(http::StaticFolder::Options{}.files_max),
       "of a folder of pages; the server does not start",
       "StaticFolderLimits.a_folder_of_too_many_files_is_a_fault_of_the_installation"},
  };
}

}  // namespace

LimitSection http_limits() {
  auto [connections, handshake_time, handshakes, head_time, head, target, headers, body, body_time,
        rate, skipped, write_time, idle_time, silent_time, requests, packed_streams, linger_time,
        linger] = http::Limits{};
  LimitSection section{
      .title = "HTTP",
      .limits = {
          {"http.connections_max", digits(connections), "of one core; 503",
           "ServerTest.above_the_connection_limit_the_answer_is_503"},
          {"http.handshake_time", in_time(handshake_time), "for a TLS handshake; closed",
           "TlsServerTest.a_silent_handshake_is_cut_and_one_too_many_is_not_begun"},
          {"http.handshakes_max", digits(handshakes),
           "TLS handshakes under way on one core; closed",
           "TlsServerTest.a_silent_handshake_is_cut_and_one_too_many_is_not_begun"},
          {"http.head_time", in_time(head_time),
           "from a request's first byte to the end of its head; 408",
           "ConnectionTest.a_head_that_comes_too_slowly_gives_408"},
          {"http.head_bytes_max", in_bytes(head), "request line and headers; 431", "Http/Refusals"},
          {"http.target_bytes_max", in_bytes(target), "414", "Http/Refusals"},
          {"http.header_count_max", digits(headers), "431", "Http/Refusals"},
          {"http.query_parameters_max", digits(http::query_parameters_max), "of one query; 400",
           "LimitsTest.a_list_gives_so_many_items_and_takes_so_many_parameters"},
          {"http.page_items_max", digits(http::page_items_max), "of one page of a list; 400",
           "LimitsTest.a_list_gives_so_many_items_and_takes_so_many_parameters"},
          {"http.body_bytes_max", in_bytes(body), "where a route states no other; 413",
           "ConnectionTest.a_large_body_is_refused_while_it_comes"},
          {"http.body_time", in_time(body_time), "before the rate below counts; 408",
           "ConnectionTest.a_body_that_comes_too_slowly_gives_408"},
          {"http.body_bytes_per_second_min", in_bytes(rate), "on average over the body; 408",
           "ConnectionTest.a_body_at_the_minimum_rate_may_take_long"},
          {"http.line_bytes_max", in_bytes(http::BodyDecoder::line_bytes_max),
           "of a chunk's size with its extensions, and of a trailer; 400",
           "BodyDecoder.lines_and_trailers_have_limits"},
          {"http.trailers_max", digits(http::BodyDecoder::trailers_max), "of one body; 400",
           "BodyDecoder.lines_and_trailers_have_limits"},
          {"http.skipped_body_bytes_max", in_bytes(skipped),
           "of a refused body, read to keep the connection; else closed",
           "ConnectionTest.an_unread_short_body_is_skipped_and_a_long_one_ends_the_connection"},
          {"http.packed_streams_max", digits(packed_streams),
           "streamed answers that one core compresses at a time; then plain",
           "PackedStreamTest.comes_event_by_event_and_ends_with_its_client"},
          {"http.write_time", in_time(write_time), "for the client to take one piece; closed",
           "ConnectionTest.a_client_that_does_not_read_is_cut"},
          {"http.idle_time", in_time(idle_time), "between two requests; closed",
           "ConnectionTest.silent_connections_are_closed_without_a_word"},
          {"http.silent_time_at_stop", in_time(silent_time),
           "for a connection's first request once the server stops; closed",
           "ServerTest.a_silent_connection_is_given_a_short_time_when_it_drains"},
          {"http.requests_per_connection_max", digits(requests), "`Connection: close`",
           "ConnectionTest.takes_no_more_requests_than_the_limit"},
          {"http.linger_time", in_time(linger_time),
           "for what a client still sends when its connection ends; cut",
           "LimitsTest.what_follows_the_last_answer_is_read_for_so_long_and_so_much"},
          {"http.linger_bytes_max", in_bytes(linger), "of that; cut",
           "LimitsTest.what_follows_the_last_answer_is_read_for_so_long_and_so_much"},
      }};
  for (Limit& limit : content_limits()) section.limits.push_back(std::move(limit));
  return section;
}

LimitSection http_client_limits() {
  auto [connect, handshake, send, first_byte, gap, rate, grace, head, body] = http::ClientLimits{};
  auto [kept, connections, acquire, idle, waiting] = http::PoolLimits{};
  constexpr const char* slow = "HttpClientTest.says_where_a_server_is_too_slow";
  return {
      .title = "Asking other servers",
      .text =
          "Of the server as a client: of one exchange where its caller names no other, and of "
          "the pool of each\nserver that is asked, on one core.",
      .limits = {
          {"http.client.connect_time", in_time(connect), "the look-up of the name included",
           "HttpClientTest.a_server_has_so_long_to_take_a_connection"},
          {"http.client.handshake_time", in_time(handshake), "of TLS",
           "HttpClientTest.a_server_has_so_long_to_shake_hands"},
          {"http.client.send_time", in_time(send), "for the other side to take the request",
           "HttpClientTest.a_server_has_so_long_to_take_a_request"},
          {"http.client.first_byte_time", in_time(first_byte), "of the answer", slow},
          {"http.client.gap_time", in_time(gap), "between two reads of the answer", slow},
          {"http.client.bytes_per_second_min", in_bytes(rate), "of the answer, on average", slow},
          {"http.client.rate_grace", in_time(grace), "before that rate counts", slow},
          {"http.client.head_bytes_max", in_bytes(head), "of the answer",
           "HttpClientTest.bounds_what_a_server_sends"},
          {"http.client.body_bytes_max", in_bytes(body), "of the answer",
           "HttpClientTest.bounds_what_a_server_sends"},
          {"http.client.interim_answers_max", digits(http::interim_answers_max),
           "before the answer; then it is none", "HttpClientTest.refuses_what_is_no_answer"},
          {"http.client.line_bytes_max", in_bytes(http::line_bytes_max), "of an NDJSON answer",
           "AnswerLines.have_limits"},
          {"http.client.event_bytes_max", in_bytes(http::event_bytes_max), "of a Server-Sent Event",
           "AnswerLines.have_limits"},
          {"http.client.retry_wait_max", in_time(http::retry_wait_max),
           "that a `Retry-After` may ask for; a longer one counts as this", "retry_after_test"},
          {"http.client.connections_min", digits(kept), "idle ones that are kept for good",
           "HttpClientTest.closes_idle_connections_above_the_minimum"},
          {"http.client.connections_max", digits(connections), "then a request waits",
           "HttpClientTest.says_when_all_connections_are_in_use"},
          {"http.client.acquire_time", in_time(acquire), "for one to become free; `unavailable`",
           "HttpClientTest.says_when_all_connections_are_in_use"},
          {"http.client.waiting_max", digits(waiting), "that wait for one; `unavailable` at once",
           "HttpClientTest.so_many_wait_for_a_connection_and_no_more"},
          {"http.client.idle_time", in_time(idle), "then those above the minimum are closed",
           "HttpClientTest.closes_idle_connections_above_the_minimum"},
          {"http.client.origins_max", digits(http::NetworkHttpClient::origins_max),
           "servers that have connections; `unavailable`",
           "HttpClientTest.so_many_servers_are_connected_to_at_once"},
          {"http.client.addresses_max", digits(http::addresses_max),
           "of one name, tried in turn; the others are not",
           "HttpClientTest.so_many_addresses_of_a_name_are_tried"},
      }};
}

}  // namespace antiphon::apps_test
