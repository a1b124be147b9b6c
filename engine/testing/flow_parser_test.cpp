#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/testing/flow.h"

namespace antiphon::testing {
namespace {

std::string failure(std::string_view text) {
  try {
    parse_flow(text, "bad.flow");
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

template <class T>
const T& action(const Flow& flow, std::size_t step) {
  return std::get<T>(flow.steps.at(step).action);
}

TEST(FlowParser, reads_requests_with_headers_and_continuations) {
  Flow flow = parse_flow(R"(# What it shows.
program antiphon-example
arguments --log-level debug

as tenant riverside
POST /api/v1/things {"a": 1,
    "b": 2}
    Origin: https://example.org
expect 201 {"id": "$id",
    ...}
    Location: /api/v1/things/$id
)",
                         "good.flow");
  EXPECT_EQ(flow.program, "antiphon-example");
  EXPECT_EQ(flow.arguments, (std::vector<std::string>{"--log-level", "debug"}));
  EXPECT_EQ(flow.tenants(), std::vector<std::string>{"riverside"});
  const auto& request = action<SendRequest>(flow, 1);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, R"({"a": 1, "b": 2})");
  EXPECT_EQ(request.headers.at(0).name, "Origin");
  EXPECT_EQ(request.answer.status, 201);
  EXPECT_TRUE(request.answer.json);
  EXPECT_EQ(request.answer.headers.at(0).text, "/api/v1/things/$id");
  EXPECT_EQ(flow.steps.at(1).line, 6);
}

TEST(FlowParser, reads_sockets) {
  Flow flow = parse_flow(R"(socket a /ws
a> {"type":"hello"}
a< {"type":"welcome",...}
a<~ close 1012 "restart*"
a> hex 00ff
a> close 1000
cut a
resume a
socket b /ws
expect 403 {...}
restart kill
)",
                         "good.flow");
  EXPECT_FALSE(action<OpenSocket>(flow, 0).refused);
  EXPECT_EQ(action<SendFrame>(flow, 1).bytes, R"({"type":"hello"})");
  EXPECT_FALSE(action<ReceiveFrame>(flow, 2).skipping);
  EXPECT_EQ(action<ReceiveFrame>(flow, 3).close_code, 1012);
  EXPECT_TRUE(action<ReceiveFrame>(flow, 3).skipping);
  EXPECT_EQ(action<SendFrame>(flow, 4).bytes, std::string("\0\xff", 2));
  EXPECT_EQ(action<SendFrame>(flow, 5).kind, SendFrame::Kind::close);
  EXPECT_EQ(action<OpenSocket>(flow, 8).refused->status, 403);
  EXPECT_TRUE(action<RestartServer>(flow, 9).kill);
}

TEST(FlowParser, reads_commands_and_files) {
  Flow flow = parse_flow(R"(file bad.toml
    [server]
    listen = "x"
deadline 500
run A=1 antiphon config show --config "$data/b c.toml"
exits 2
    stderr: *unknown*
raw "GET / HTTP/1.0\r\n\r\n"
expect 400 text "*"
wait GET /ready
expect 200
)",
                         "good.flow");
  EXPECT_EQ(action<WriteFile>(flow, 0).text, "[server]\nlisten = \"x\"\n");
  const auto& run = action<RunCommand>(flow, 1);
  EXPECT_EQ(run.environment, std::vector<std::string>{"A=1"});
  EXPECT_EQ(run.arguments.back(), "$data/b c.toml");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(flow.steps.at(1).deadline, std::chrono::milliseconds(500));
  EXPECT_EQ(action<SendRaw>(flow, 2).bytes, "GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(action<SendRequest>(flow, 3).repeated);
}

TEST(FlowParser, names_file_and_line_of_what_is_wrong) {
  EXPECT_EQ(failure("as owner\n\ngoto 3\n"), "bad.flow:3: \"goto\" is no step of a flow");
  EXPECT_EQ(failure("  as owner\n"), "bad.flow:1: an indented line belongs to a step before it");
  EXPECT_EQ(failure("GET /\n"), "bad.flow:1: nothing is expected of this step");
  EXPECT_EQ(failure("GET /\nGET /\nexpect 200\n"),
            "bad.flow:2: nothing is expected of the step before");
  EXPECT_EQ(failure("expect 200\n"), "bad.flow:1: expect follows a request, raw or socket");
  EXPECT_EQ(failure("exits 0\n"), "bad.flow:1: exits follows run");
  EXPECT_EQ(failure("a> {}\n"), "bad.flow:1: there is no socket \"a\"");
  EXPECT_EQ(failure("socket a /ws\na<< {}\n"), "bad.flow:2: \"<<\" should be one of >, <, <~");
  EXPECT_EQ(failure("restart soon\n"), "bad.flow:1: \"soon\" should be one of term, kill");
  EXPECT_EQ(failure("GET x\nexpect 200\n"), "bad.flow:1: \"x\": a target begins with / or $name");
  EXPECT_EQ(failure("GET /\nexpect 2000\n"),
            "bad.flow:2: \"2000\" should be a number from 100 to 599");
  EXPECT_EQ(failure("GET /\nexpect 200 {\"a\"}\n"),
            "bad.flow:2: pattern, column 5: a colon is missing after the name");
  EXPECT_EQ(failure("as tenant\n"), "bad.flow:1: as tenant NAME: the name is missing");
  EXPECT_EQ(failure("as owner\nprogram x\n"), "bad.flow:2: program stands before the first step");
  EXPECT_NE(failure("raw x\nexpect 400\n"), "");
  EXPECT_NE(failure("run A=1\nexits 0\n"), "");
  EXPECT_NE(failure("socket a /ws\na> hex 0\n"), "");
}

}  // namespace
}  // namespace antiphon::testing
