#pragma once

#include "engine/live/connection.h"
#include "engine/live/sample_test.h"

// Clients of one session over streams in memory.

namespace antiphon::live {

using namespace std::chrono_literals;

class ConnectionTest : public ::testing::Test {
 protected:
  Client client(std::string token = "ann") {
    return Client(*rig_, rig_->random, rig_->client_options(*session_, std::move(token)));
  }
  Client client_from(Position position) {
    auto options = rig_->client_options(*session_);
    options.resume_from = position;
    return Client(*rig_, rig_->random, std::move(options));
  }
  // What the server closes a client with that it does not let in.
  CloseCode refusal(Client::Options options) {
    Client refused(*rig_, rig_->random, std::move(options));
    auto connect = [&]() -> Task<> { co_await refused.connect(); };
    EXPECT_THROW(rig_->run(refused.run(connect())), Error);
    return refused.close_code();
  }
  // Sends one raw first frame and gives how the server closes.
  CloseCode close_after(Opcode kind, std::string frame) {
    std::optional<CloseCode> code;
    auto talk = [&]() -> Task<> {
      WebSocketTarget target{.path = "/ws", .protocol = std::string(native_protocol)};
      auto socket = co_await connect_websocket(*rig_, rig_->random, target, Instant::max());
      if (!frame.empty()) socket->send(kind, frame);
      while (co_await socket->receive()) {
      }
      code = socket->end()->code;
      co_await socket->finish();
    };
    rig_->run(talk());
    return code.value();
  }
  void restart(MemoryLogFiles image) {
    session_.reset();
    rig_.reset();
    files_ = std::move(image);
    rig_ = std::make_unique<Rig>(files_, limits_);
  }

  MemoryLogFiles files_;
  Limits limits_ = Rig::small_limits();
  std::unique_ptr<Rig> rig_ = std::make_unique<Rig>(files_, limits_);
  std::shared_ptr<Session> session_ = rig_->open();
};

inline Task<std::string> next_text(Client& client) {
  for (;;) {
    auto frame = co_await client.receive();
    if (!frame) throw Error(Code::gone, "The connection is closed.");
    if (frame->type == "noted" || frame->type == "kept") co_return frame->value.at("/text").text();
  }
}

}  // namespace antiphon::live
