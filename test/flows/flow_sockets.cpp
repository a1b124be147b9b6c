// The part of a run that has to do with sockets.

#include "engine/async/call.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "test/flows/flow_run.h"

namespace antiphon::testing {
namespace {

constexpr std::string_view protocol_header = "Sec-WebSocket-Protocol";

std::string shown(const live::Incoming& frame) {
  return frame.kind == live::Opcode::binary ? "hex " + to_hex(frame.payload) : frame.payload;
}

// Whether `frame` is as expected; else why not.
std::optional<std::string> mismatch(const ReceiveFrame& expected, const live::Incoming& frame,
                                    Captures& captures) {
  if (!expected.json) return fmt::format("expected close {}", expected.close_code);
  if (frame.kind != live::Opcode::text) return "expected text";
  return expected.json->mismatch(schema::parse_value(frame.payload), captures);
}

}  // namespace

Task<> FlowRun::act(const OpenSocket& step, Instant deadline) {
  Socket& socket = sockets_[step.socket];
  co_await cut(socket);
  socket = {.target = substitute(step.target, captures_), .headers = headers(step.headers)};
  if (!step.refused) {
    co_await connect(socket, deadline);
    co_return;
  }
  http::ClientRequest request{
      .endpoint = server_->endpoint(), .target = socket.target, .headers = socket.headers};
  request.headers.set("Connection", "Upgrade");
  request.headers.set("Upgrade", "websocket");
  request.headers.set("Sec-WebSocket-Version", "13");
  request.headers.set("Sec-WebSocket-Key", to_base64("sixteen bytes..."));
  auto upgraded = co_await http_.upgrade(std::move(request), deadline);
  check(*step.refused, upgraded.answer);
}

Task<> FlowRun::connect(Socket& socket, Instant deadline) {
  live::WebSocketTarget target{.endpoint = server_->endpoint(),
                               .path = socket.target,
                               .protocol = std::string(socket.headers.get(protocol_header)),
                               .headers = socket.headers};
  socket.connection = co_await live::connect_websocket(http_, random_, std::move(target), deadline);
}

Task<> FlowRun::cut(Socket& socket) {
  if (!socket.connection) co_return;
  socket.connection->cut();
  co_await socket.connection->finish();
  socket.connection.reset();
}

Task<> FlowRun::act(const CutSocket& step, Instant) { return cut(sockets_.at(step.socket)); }

Task<> FlowRun::act(const ResumeSocket& step, Instant deadline) {
  Socket& socket = sockets_.at(step.socket);
  co_await cut(socket);
  co_await connect(socket, deadline);
  socket.connection->send(live::Opcode::text,
                          fmt::format(R"({{"type":"hello","resumeFrom":{{"epoch":{},"seq":{}}}}})",
                                      socket.epoch, socket.seq));
}

Task<> FlowRun::act(const SendFrame& step, Instant) {
  auto& connection = sockets_.at(step.socket).connection;
  if (!connection) throw differs("the socket is not open");
  switch (step.kind) {
    case SendFrame::Kind::text:
      connection->send(live::Opcode::text, substitute(step.bytes, captures_));
      break;
    case SendFrame::Kind::binary: connection->send(live::Opcode::binary, step.bytes); break;
    case SendFrame::Kind::close:
      connection->close(static_cast<live::CloseCode>(std::stoi(step.bytes)), "");
      break;
  }
  co_await connection->drained(0);
}

Task<> FlowRun::act(const ReceiveFrame& step, Instant) {
  Socket& socket = sockets_.at(step.socket);
  if (!socket.connection) throw differs("the socket is not open");
  auto trouble = [&](std::string_view wrong, std::string_view came) {
    return differs(fmt::format("{}\nin {}", wrong, came));
  };
  for (;;) {
    auto frame = co_await socket.connection->receive();
    if (!frame) {
      auto end = socket.connection->end().value_or(live::WebSocket::End{});
      std::string came = fmt::format("close {} \"{}\"", static_cast<int>(end.code), end.reason);
      bool is_right = !step.json && static_cast<int>(end.code) == step.close_code &&
                      (!step.close_reason || match_text(*step.close_reason, end.reason, captures_));
      if (!is_right) throw trouble("another end was expected", came);
      co_return;
    }
    if (frame->kind == live::Opcode::text) {
      auto value = schema::parse_value(frame->payload);
      if (auto* seq = value.find("seq")) socket.seq = seq->unsigned_integer();
      if (auto* epoch = value.find("epoch")) socket.epoch = epoch->unsigned_integer();
    }
    auto wrong = mismatch(step, *frame, captures_);
    if (!wrong) co_return;
    if (!step.skipping) throw trouble(*wrong, shown(*frame));
    passed_over_ += "\n  " + shown(*frame);
  }
}

}  // namespace antiphon::testing
