#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "apps/director/director.h"
#include "engine/http/limits.h"
#include "engine/http/problem.h"
#include "engine/live/close_code.h"
#include "engine/live/engine_events.h"
#include "engine/live/limits.h"
#include "engine/schema/json.h"
#include "engine/socketio/limits.h"
#include "engine/speech/embedded_options.h"
#include "engine/speech/embedded_synthesiser.h"
#include "engine/speech/media.h"
#include "engine/speech/spoken_text.h"
#include "engine/speech/voice_activity.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/jobs.h"
#include "server/handover.h"
#include "server/inherited_sockets.h"
#include "test/apps/files.h"

// Tables that people wrote, with the code's values in them.

namespace antiphon::apps_test {
namespace {

using Rows = std::map<std::string, std::vector<std::string>>;

// The first cell of each row, and `count` cells behind it; what follows is for the reader alone.
Rows table_of(const std::string& path, std::size_t count) {
  Rows table;
  for (std::vector<std::string>& row : rows_of(read_file(path))) {
    auto last = row.begin() + static_cast<std::ptrdiff_t>(std::min(row.size(), count + 1));
    table[row[0]] = {row.begin() + 1, last};
  }
  return table;
}

// One line for each row that the page lacks, has wrong, or has for nothing.
std::vector<std::string> differences(const Rows& page, const Rows& code) {
  std::vector<std::string> lines;
  for (const auto& [name, values] : code) {
    auto row = page.find(name);
    if (row != page.end() && row->second == values) continue;
    lines.push_back(fmt::format("{} is {}", name, fmt::join(values, ", ")));
  }
  for (const auto& [name, values] : page) {
    if (!code.contains(name)) lines.push_back(name + " is not in the code");
  }
  return lines;
}

std::string digits(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string bytes(std::uint64_t size) {
  constexpr std::uint64_t unit = 1024;
  if (size % (unit * unit) == 0) return fmt::format("{} MiB", size / (unit * unit));
  if (size % unit == 0) return fmt::format("{} KiB", size / unit);
  return digits(size) + " B";
}

std::string time(Duration duration) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  if (ms % 3'600'000 == 0) return fmt::format("{} h", ms / 3'600'000);
  if (ms % 60'000 == 0) return fmt::format("{} min", ms / 60'000);
  if (ms % 1000 == 0) return fmt::format("{} s", ms / 1000);
  return fmt::format("{} ms", ms);
}

// Structured bindings name every member: with one more limit this does not compile until the limit
// stands here, and so in the table.

void add_http(Rows& limits) {
  auto [connections, handshake_time, handshakes, head_time, head, target, headers, body, body_time,
        rate, skipped, write_time, idle_time, silent_time, requests] = http::Limits{};
  limits["http.connections_max"] = {digits(connections)};
  limits["http.handshake_time"] = {time(handshake_time)};
  limits["http.handshakes_max"] = {digits(handshakes)};
  limits["http.head_time"] = {time(head_time)};
  limits["http.head_bytes_max"] = {bytes(head)};
  limits["http.target_bytes_max"] = {bytes(target)};
  limits["http.header_count_max"] = {digits(headers)};
  limits["http.body_bytes_max"] = {bytes(body)};
  limits["http.body_time"] = {time(body_time)};
  limits["http.body_bytes_per_second_min"] = {bytes(rate)};
  limits["http.skipped_body_bytes_max"] = {bytes(skipped)};
  limits["http.write_time"] = {time(write_time)};
  limits["http.idle_time"] = {time(idle_time)};
  limits["http.silent_time_at_stop"] = {time(silent_time)};
  limits["http.requests_per_connection_max"] = {digits(requests)};
}

void add_live(Rows& limits) {
  auto [sessions, tenant_sessions, principal_connections, tenant_connections, message, hello, ping,
        silence, idle, stall, behind, close, stop_close, tail, inputs, log] = live::Limits{};
  limits["live.sessions_per_core_max"] = {digits(sessions)};
  limits["live.sessions_per_tenant_max"] = {digits(tenant_sessions)};
  limits["live.connections_per_principal_max"] = {digits(principal_connections)};
  limits["live.connections_per_tenant_max"] = {digits(tenant_connections)};
  limits["live.message_bytes_max"] = {bytes(message)};
  limits["live.hello_timeout"] = {time(hello)};
  limits["live.ping_interval"] = {time(ping)};
  limits["live.silence_timeout"] = {time(silence)};
  limits["live.idle_timeout"] = {time(idle)};
  limits["live.stall_timeout"] = {time(stall)};
  limits["live.behind_timeout"] = {time(behind)};
  limits["live.close_timeout"] = {time(close)};
  limits["live.stop_close_timeout"] = {time(stop_close)};
  auto [tail_events, tail_bytes] = tail;
  limits["live.tail.events_max"] = {digits(tail_events)};
  limits["live.tail.bytes_max"] = {bytes(tail_bytes)};
  auto [messages, audio_ms, ids] = inputs;
  limits["live.inputs.messages_max"] = {digits(messages)};
  limits["live.inputs.audio_ms_max"] = {time(std::chrono::milliseconds(audio_ms))};
  limits["live.inputs.remembered_ids"] = {digits(ids)};
  auto [segment, total, age, unwritten] = log;
  limits["live.log.segment_bytes"] = {bytes(segment)};
  limits["live.log.total_bytes_max"] = {bytes(total)};
  limits["live.log.age_max"] = {time(age)};
  limits["live.log.unwritten_bytes_max"] = {bytes(unwritten)};
}

void add_socketio(Rows& limits) {
  auto [ping, pong, upgrade, connect, payload, packets, attachments, space, buffered, acks, spaces,
        rooms, clients, inputs] = socketio::Limits{};
  limits["socketio.ping_interval"] = {time(ping)};
  limits["socketio.ping_timeout"] = {time(pong)};
  limits["socketio.upgrade_timeout"] = {time(upgrade)};
  limits["socketio.connect_timeout"] = {time(connect)};
  limits["socketio.payload_bytes_max"] = {bytes(payload)};
  limits["socketio.payload_packets_max"] = {digits(packets)};
  limits["socketio.attachments_max"] = {digits(attachments)};
  limits["socketio.space_bytes_max"] = {bytes(space)};
  limits["socketio.buffered_bytes_max"] = {bytes(buffered)};
  limits["socketio.pending_acks_max"] = {digits(acks)};
  limits["socketio.spaces_max"] = {digits(spaces)};
  limits["socketio.rooms_max"] = {digits(rooms)};
  limits["socketio.clients_per_core_max"] = {digits(clients)};
  limits["socketio.waiting_inputs_max"] = {digits(inputs)};
}

void add_inputs(Rows& limits) {
  schema::ParseOptions json;
  limits["json.bytes_max"] = {bytes(json.bytes_max)};
  limits["json.depth_max"] = {digits(json.depth_max)};
  limits["json.values_max"] = {digits(json.values_max)};
  limits["json.errors_max"] = {digits(json.errors_max)};
  auto [length, input, processor, memory, idle, program] = speech::MediaLimits{};
  limits["media.length_max"] = {time(length)};
  limits["media.input_bytes_max"] = {bytes(input)};
  limits["media.processor_max"] = {time(processor)};
  limits["media.memory_bytes_max"] = {bytes(memory)};
  limits["media.idle_max"] = {time(idle)};
  limits["speech.utterance_max"] = {time(speech::VoiceActivityOptions{}.utterance_max)};
  auto [program_name, speaking, of_sentence, of_program, silent] =
      speech::EmbeddedSynthesiserOptions{};
  limits["speech.streams_max"] = {digits(speech::EmbeddedOptions{}.streams_max)};
  limits["speech.start_max"] = {time(speech::EmbeddedOptions{}.start_max)};
  limits["speech.answer_max"] = {time(speech::EmbeddedOptions{}.answer_max)};
  limits["speech.pace_max"] = {fmt::format("{}", speech::EmbeddedOptions{}.pace_max)};
  limits["speech.hang_over_max"] = {time(speech::HangOver{}.most)};
  limits["speech.text_bytes_max"] = {bytes(speech::spoken_text_bytes_max)};
  limits["speech.sentence_bytes_max"] = {digits(speech::spoken_sentence_bytes_max) + " B"};
  limits["speech.speaking_max"] = {digits(speaking)};
  limits["speech.speaking_processor_max"] = {time(of_sentence)};
  limits["speech.speaking_memory_bytes_max"] = {bytes(of_program)};
  limits["speech.speaking_idle_max"] = {time(silent)};
  limits["store.queue_max"] = {digits(store::DatabaseOptions{}.queue_max)};
  limits["store.result_rows_max"] = {digits(store::Tx::result_rows_max)};
  limits["jobs.payload_bytes_max"] = {bytes(store::job_payload_bytes_max)};
  limits["jobs.result_bytes_max"] = {bytes(store::job_result_bytes_max)};
  limits["blobs.quota_bytes"] = {
      bytes(static_cast<std::uint64_t>(store::BlobLedger::Options{}.quota_bytes))};
  limits["jobs.listed_max"] = {digits(static_cast<std::uint64_t>(store::jobs_listed_max))};
}

void add_handover(Rows& limits) {
  auto [offer, hold, margin, serving] = server::HandoverLimits{};
  limits["handover.offer"] = {time(offer)};
  limits["handover.hold"] = {time(hold)};
  limits["handover.margin"] = {time(margin)};
  limits["handover.serving"] = {time(serving)};
  limits["handover.sockets_max"] = {digits(server::inherited_sockets_max)};
}

TEST(TablesTest, limits_are_those_of_the_code) {
  Rows limits;
  add_handover(limits);
  add_http(limits);
  add_live(limits);
  add_socketio(limits);
  add_inputs(limits);
  EXPECT_EQ(differences(table_of("docs/limits.md", 1), limits), std::vector<std::string>{});
}

TEST(TablesTest, errors_are_those_of_the_code) {
  Rows errors;
  for (int i = 0; i <= static_cast<int>(Code::internal); ++i) {
    auto code = static_cast<Code>(i);
    errors[std::string(to_text(code))] = {std::to_string(http::status_of(code)),
                                          std::to_string(static_cast<int>(live::close_code(code)))};
  }
  EXPECT_EQ(differences(table_of("docs/errors.md", 2), errors), std::vector<std::string>{});
}

TEST(TablesTest, events_of_the_director_are_in_its_readme) {
  std::string table = live::event_table(director::info().events);
  EXPECT_TRUE(read_file("apps/director/README.md").contains(table))
      << "apps/director/README.md must have this table:\n"
      << table;
}

TEST(TablesTest, errors_of_a_take_are_in_the_directors_readme) {
  std::set<std::string> told;
  const std::regex call("tell_error\\(\\s*\"(\\w+)\"");
  for (const std::string& path : sources_of({"apps/director/take"})) {
    std::string text = read_file(path);
    for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
      told.insert((*at)[1]);
    }
  }
  std::string readme = read_file("apps/director/README.md");
  ASSERT_FALSE(told.empty()) << "errors are told in another way than looked for";
  for (const std::string& code : told) {
    EXPECT_TRUE(readme.contains("| `" + code + "` |")) << code << " has no row";
  }
}

}  // namespace
}  // namespace antiphon::apps_test
