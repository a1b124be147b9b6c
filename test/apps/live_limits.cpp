#include "engine/app/limits.h"
#include "engine/live/limits.h"
#include "engine/live/log_format.h"
#include "engine/live/wire.h"
#include "engine/live/wire_limits.h"
#include "engine/socketio/limits.h"
#include "server/inherited_sockets.h"
#include "server/take_over_protocol.h"
#include "test/apps/limits.h"

// Structured bindings: see http_limits.cpp.

namespace antiphon::apps_test {
namespace {

void add_session_limits(std::vector<Limit>& limits) {
  auto [tail_events, tail_bytes] = live::Limits{}.tail;
  auto [messages, audio_ms, ids] = live::Limits{}.inputs;
  auto [segment, total, age, unwritten] = live::Limits{}.log;
  constexpr const char* segments =
      "EventLog.old_and_surplus_segments_expire_but_never_the_open_one";
  const std::vector<Limit> more = {
      {"live.tail.events_max", digits(tail_events),
       "of a session in memory; older ones come from the log",
       "ConnectionTest.events_older_than_the_memory_are_read_from_the_log"},
      {"live.tail.bytes_max", in_bytes(tail_bytes), "the same in bytes",
       "Tail.keeps_what_was_not_released"},
      {"live.inputs.messages_max", digits(messages),
       "waiting for a session's handler; then refused",
       "SessionTest.full_queues_refuse_messages_and_say_so"},
      {"live.inputs.audio_ms_max", in_time(std::chrono::milliseconds(audio_ms)),
       "of waiting sound; then dropped and told as `audio_gap`",
       "SessionTest.too_much_sound_drops_the_oldest_and_tells_the_gap"},
      {"live.inputs.remembered_ids", digits(ids),
       "of messages, so that one sent again does no harm",
       "Inputs.so_many_message_ids_are_remembered_and_the_oldest_go"},
      {"live.event_bytes_max", in_bytes(live::event_bytes_max),
       "of an event that an app emits; refused",
       "LimitsTest.an_event_beyond_the_limit_is_refused_and_the_session_goes_on"},
      {"live.log.segment_bytes", in_bytes(segment), "of one file of the event log", segments},
      {"live.log.total_bytes_max", in_bytes(total), "per core; then the oldest files go", segments},
      {"live.log.age_max", in_time(age), "then a file goes", segments},
      {"live.log.unwritten_bytes_max", in_bytes(unwritten),
       "while the disk refuses; then events are refused",
       "LimitsTest.while_the_disk_refuses_so_much_is_kept_and_the_rest_refused"},
  };
  limits.insert(limits.end(), more.begin(), more.end());
}

}  // namespace

LimitSection live_limits() {
  auto [sessions, tenant_sessions, principal_connections, tenant_connections, message, hello, ping,
        silence, idle, stall, behind, close, stop_close, tail, inputs, log] = live::Limits{};
  LimitSection section{
      .title = "Live sessions",
      .limits = {
          {"live.sessions_per_core_max", digits(sessions), "no new session: `unavailable`",
           "LimitsTest.a_core_holds_so_many_sessions_and_says_when_to_come_again"},
          {"live.sessions_per_tenant_max", digits(tenant_sessions), "no new session of this tenant",
           "SessionTest.sessions_of_a_tenant_are_limited_exactly"},
          {"live.connections_per_principal_max", digits(principal_connections), "close code 4009",
           "ConnectionTest.connections_of_a_principal_are_limited"},
          {"live.connections_per_tenant_max", digits(tenant_connections), "close code 4009",
           "Admission.counts_exactly_over_random_comings_and_goings"},
          {"live.message_bytes_max", in_bytes(message), "close code 1009", "frame_parser_test"},
          {"live.hello_timeout", in_time(hello), "close code 4001",
           "ConnectionTest.a_client_without_hello_is_closed"},
          {"live.hello_bytes_max", in_bytes(live::hello_bytes_max), "close code 4001",
           "LimitsTest.a_hello_has_a_size"},
          {"app.authenticate_time_max", in_time(app::authenticate_time_max),
           "for a token of a hello to be looked up; close code 1013", "none yet"},
          {"live.message_id_bytes_max", in_bytes(live::message_id_bytes_max),
           "of the id that a client gives a message; `invalid`",
           "LimitsTest.ids_and_jumps_of_sound_have_limits_and_the_connection_stays"},
          {"live.sound_jump_max", in_time(live::sound_jump_max),
           "ahead of the sound that was received; `invalid`",
           "LimitsTest.ids_and_jumps_of_sound_have_limits_and_the_connection_stays"},
          {"live.ping_interval", in_time(ping), "a silent peer is pinged",
           "LimitsTest.a_peer_that_stays_silent_is_dropped"},
          {"live.silence_timeout", in_time(silence), "and dropped, when it stays so",
           "LimitsTest.a_peer_that_stays_silent_is_dropped"},
          {"live.pings_per_second_max", digits(live::pings_per_second_max), "close code 1008",
           "WebSocketTest.a_flood_of_pings_is_refused"},
          {"live.pong_queue_bytes_max", in_bytes(live::pong_queue_bytes_max),
           "waiting to go out; then pings are not answered",
           "WebSocketTest.a_flood_of_pings_is_not_queued"},
          {"live.discarded_bytes_max", in_bytes(live::discarded_bytes_max),
           "read after a broken frame, so that its close code arrives; cut",
           "WebSocketTest.after_a_broken_frame_so_much_is_read_and_no_more"},
          {"live.idle_timeout", in_time(idle),
           "without a message or sound of the client; close code 4010",
           "ConnectionTest.a_client_that_says_nothing_for_long_is_closed"},
          {"live.stall_timeout", in_time(stall), "a client that reads nothing; close code 4008",
           "ConnectionTest.a_slow_reader_is_closed_resumes_and_misses_nothing"},
          {"live.behind_timeout", in_time(behind),
           "for which a reader may be behind what is in memory; close code 4008",
           "LimitsTest.who_stays_behind_the_memory_for_too_long_is_closed"},
          {"live.close_timeout", in_time(close), "for the peer's close frame",
           "WebSocketTest.a_close_without_answer_ends_after_a_while"},
          {"live.stop_close_timeout", in_time(stop_close),
           "for the same when the server stops; cut",
           "ConnectionTest.a_client_that_does_not_answer_is_cut_at_the_deadline"},
      }};
  add_session_limits(section.limits);
  return section;
}

LimitSection socketio_limits() {
  auto [ping, pong, upgrade, connect, payload, packets, attachments, space, buffered, acks, spaces,
        rooms, clients, inputs] = socketio::Limits{};
  constexpr const char* pinged = "EngineSessionTest.the_server_pings_and_wants_an_answer";
  return {
      .title = "Socket.IO",
      .limits = {
          {"socketio.ping_interval", in_time(ping), "the server pings", pinged},
          {"socketio.ping_timeout", in_time(pong), "for the answer; closed", pinged},
          {"socketio.upgrade_timeout", in_time(upgrade),
           "from a probing WebSocket to its upgrade; the probe is dropped",
           "EngineSessionTest.an_unfinished_probe_is_dropped_and_polling_goes_on"},
          {"socketio.connect_timeout", in_time(connect),
           "until the first namespace is connected; closed",
           "ClientTest.who_connects_to_no_namespace_in_time_is_closed"},
          {"socketio.payload_bytes_max", in_bytes(payload),
           "of a POST or a WebSocket message; closed",
           "EngineSessionTest.a_post_that_was_too_large_closes"},
          {"socketio.payload_packets_max", digits(packets), "packets of one POST; closed",
           "EnginePackets.a_payload_has_limits"},
          {"socketio.attachments_max", digits(attachments), "of one packet; closed",
           "Packets.malformed_ones_are_refused_with_the_reason"},
          {"socketio.space_bytes_max", in_bytes(space), "of a namespace's name; closed",
           "Packets.malformed_ones_are_refused_with_the_reason"},
          {"socketio.buffered_bytes_max", in_bytes(buffered), "that wait for one client; closed",
           "EngineSessionTest.who_lets_too_much_wait_is_closed"},
          {"socketio.pending_acks_max", digits(acks),
           "that the server waits for, of one socket; then it asks no more",
           "ClientTest.so_many_acks_are_awaited_and_no_more"},
          {"socketio.spaces_max", digits(spaces), "namespaces of one client; closed",
           "ClientTest.connects_to_so_many_namespaces_and_no_more"},
          {"socketio.rooms_max", digits(rooms), "of one socket; then it joins no more",
           "ClientTest.joins_so_many_rooms_and_no_more"},
          {"socketio.clients_per_core_max", digits(clients), "503",
           "EngineServerTest.a_core_holds_so_many_clients_and_says_when_to_come_again"},
          {"socketio.waiting_inputs_max", digits(inputs),
           "of one socket, on their way to a live session; `unavailable`", "none yet"},
      }};
}

LimitSection take_over_limits() {
  auto [offer, hold, margin, serving] = server::TakeOverLimits{};
  return {.title = "Take-over",
          .text = "See [deploying a new version](deploy.md).",
          .limits = {
              {"take_over.offer", in_time(offer),
               "for the old server's sockets; the new one ends, nothing has changed",
               "TakeOverTest.a_holder_that_hangs_is_given_up"},
              {"take_over.hold", in_time(hold),
               "for the new server's word that it holds them; the old one serves on",
               "TakeOverTest.who_asks_and_does_not_go_on_changes_nothing"},
              {"take_over.margin", in_time(margin),
               "beyond the drain's own time, for the data folder; the new one ends",
               "TakeOverTest.an_old_server_that_does_not_give_up_the_folder_is_given_up"},
              {"take_over.serving", in_time(serving),
               "for the new one to serve; the old one serves again",
               "TakeOverTest.a_new_server_that_never_serves_is_not_waited_for"},
              {"take_over.inherited_sockets_max", digits(server::inherited_sockets_max),
               "listening sockets of one server",
               "InheritedSocketsTest.are_refused_when_the_variables_make_no_sense"},
          }};
}

}  // namespace antiphon::apps_test
