#include "engine/otlp/sample_test.h"

#include <boost/system/system_error.hpp>

#include "engine/async/core.h"
#include "engine/base/error.h"
#include "engine/testing/memory_stream.h"

namespace antiphon::otlp {
namespace {

void expect(bool is_so, std::string_view what) {
  if (!is_so) throw Error(Code::invalid, std::string(what));
}

bool is_hex(const std::string& text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_number(const schema::Value& value) {
  return value.is_text() && !value.text().empty() &&
         value.text().find_first_not_of("0123456789") == std::string::npos;
}

// The keys that the protobuf messages have, so that a slip of the pen is no silent loss.
void expect_keys(const schema::Value& value, const std::set<std::string>& known) {
  for (const auto& member : value.members()) {
    expect(known.contains(member.key), "unknown field " + member.key);
  }
}

void check_attributes(const schema::Value& attributes) {
  for (const schema::Value& attribute : attributes.items()) {
    expect_keys(attribute, {"key", "value"});
    expect(!attribute.at("/key").text().empty(), "an attribute without a key");
    const auto& members = attribute.at("/value").members();
    expect(members.size() == 1, "a value is one of its kinds");
    const auto& [kind, held] = members[0];
    bool is_right =
        (kind == "stringValue" && held.is_text()) || (kind == "boolValue" && held.is_boolean()) ||
        (kind == "doubleValue" && held.is_number()) || (kind == "intValue" && held.is_text());
    expect(is_right, "a value of kind " + kind);
  }
}

ReadSpan read_span(const schema::Value& span) {
  expect_keys(
      span, {"traceId", "spanId", "parentSpanId", "traceState", "name", "kind", "startTimeUnixNano",
             "endTimeUnixNano", "attributes", "droppedAttributesCount", "status"});
  ReadSpan read{.name = span.at("/name").text(),
                .trace_id = span.at("/traceId").text(),
                .span_id = span.at("/spanId").text()};
  if (const auto* parent = span.find("parentSpanId")) read.parent_id = parent->text();
  expect(is_hex(read.trace_id, 32) && is_hex(read.span_id, 16), "ids are hexadecimal");
  expect(read.parent_id.empty() || is_hex(read.parent_id, 16), "a parent's id is hexadecimal");
  expect(span.at("/kind").integer() >= 1 && span.at("/kind").integer() <= 5, "a kind is 1 to 5");
  expect(is_number(span.at("/startTimeUnixNano")) && is_number(span.at("/endTimeUnixNano")),
         "times are texts of nanoseconds");
  expect(std::stoull(span.at("/startTimeUnixNano").text()) <=
             std::stoull(span.at("/endTimeUnixNano").text()),
         "a span ends after its beginning");
  check_attributes(span.at("/attributes"));
  if (const auto* status = span.find("status")) {
    expect(status->at("/code").integer() == 2, "a status that is told is an error");
  }
  return read;
}

}  // namespace

Task<std::unique_ptr<Stream>> ScriptedCollector::connect(Endpoint endpoint, Instant) {
  if (!script.empty() && script.front().kind == Reply::Kind::refuse) {
    script.pop_front();
    requests_at.push_back(Core::here().clock().steady());
    throw Error(Code::unavailable, endpoint.text() + " refuses connections.");
  }
  auto [near, far] = testing::memory_streams();
  servers_.spawn(serve(std::move(far)));
  co_return std::move(near);
}

Task<> ScriptedCollector::stop() {
  servers_.cancel();
  co_await servers_.join();
}

Reply ScriptedCollector::next_reply() {
  if (script.empty()) return answer(200, "{}");
  Reply reply = std::move(script.front());
  script.pop_front();
  return reply;
}

Task<> ScriptedCollector::serve(std::shared_ptr<Stream> stream) {
  std::string received;
  std::array<char, 4096> piece;
  for (;;) {
    std::size_t end = 0;
    std::size_t length = 0;
    for (;;) {
      end = received.find("\r\n\r\n");
      if (end != std::string::npos) {
        std::size_t at = received.find("Content-Length: ");
        length = at < end ? std::stoul(received.substr(at + 16)) : 0;
        if (received.size() >= end + 4 + length) break;
      }
      std::size_t count = co_await stream->read_some(piece);
      if (count == 0) co_return;
      received.append(piece.data(), count);
    }
    std::string head = received.substr(0, end + 2);
    std::string body = received.substr(end + 4, length);
    received.erase(0, end + 4 + length);
    requests_at.push_back(Core::here().clock().steady());
    heads.push_back(head);
    bodies.push_back(body);
    Reply reply = next_reply();
    try {
      auto brought = read(head, body);
      if (reply.kind == Reply::Kind::answer && reply.text.starts_with("HTTP/1.1 2")) {
        spans.insert(spans.end(), brought.begin(), brought.end());
      }
    } catch (const Error& error) {
      complaints.push_back(error.message());
      reply = answer(400, R"({"code":3,"message":"malformed"})");
    }
    if (reply.kind == Reply::Kind::cut) co_return stream->close();
    if (reply.kind == Reply::Kind::stall) co_await sleep_for(std::chrono::hours(24));
    co_await stream->write_all(reply.text);
    if (reply.text.contains("Connection: close")) co_return stream->close();
  }
}

std::vector<ReadSpan> ScriptedCollector::read(const std::string& head, const std::string& body) {
  expect(head.starts_with("POST " + base_path + "/v1/traces HTTP/1.1\r\n"), "another path");
  expect(head.contains("\r\nContent-Type: application/json\r\n"), "another type");
  schema::Value request = schema::parse_value(body);
  expect_keys(request, {"resourceSpans"});
  std::vector<ReadSpan> read;
  for (const schema::Value& of_resource : request.at("/resourceSpans").items()) {
    expect_keys(of_resource, {"resource", "scopeSpans"});
    check_attributes(of_resource.at("/resource/attributes"));
    for (const schema::Value& of_scope : of_resource.at("/scopeSpans").items()) {
      expect_keys(of_scope, {"scope", "spans"});
      expect_keys(of_scope.at("/scope"), {"name", "version"});
      for (const schema::Value& span : of_scope.at("/spans").items()) {
        read.push_back(read_span(span));
      }
    }
  }
  expect(!read.empty(), "no span at all");
  return read;
}

}  // namespace antiphon::otlp
