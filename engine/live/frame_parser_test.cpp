#include "engine/live/frame_parser.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace antiphon::live {
namespace {

using Taken = std::expected<std::optional<Incoming>, ProtocolFailure>;

std::string raw(std::initializer_list<int> bytes) {
  std::string text;
  for (int byte : bytes) text += static_cast<char>(byte);
  return text;
}

// A client's frame with a mask of zeros, so that its payload can be read in the test.
std::string frame(int first, std::string_view payload) {
  std::string bytes = raw({first});
  if (payload.size() <= 125) {
    bytes += static_cast<char>(0x80 | payload.size());
  } else {
    bytes += raw({0xfe, static_cast<int>(payload.size() >> 8), static_cast<int>(payload.size())});
  }
  return bytes + raw({0, 0, 0, 0}) + std::string(payload);
}

Taken take(std::string_view bytes, std::size_t message_bytes_max = 1000) {
  FrameParser parser(Role::server, message_bytes_max);
  return parser.take(bytes);
}

void expect_failure(std::string_view bytes, CloseCode code) {
  auto taken = take(bytes);
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, code) << taken.error().why;
}

TEST(FrameParser, reads_what_either_end_builds) {
  SeededRandom random(7);
  for (std::size_t size : {0, 1, 125, 126, 127, 65'535, 65'536, 300'000}) {
    std::string payload(size, 'x');
    for (char& letter : payload) letter = static_cast<char>('a' + random.below(26));
    for (Role role : {Role::server, Role::client}) {
      auto mask = role == Role::server ? std::optional(Mask{1, 2, 3, 4}) : std::nullopt;
      Frames built = make_frame(Opcode::binary, payload, mask);
      FrameParser parser(role, 1 << 20);
      // In pieces of every kind of size, as a network cuts them.
      std::string_view rest = built.wire;
      Taken taken;
      while (!rest.empty()) {
        std::string_view piece = rest.substr(0, 1 + random.below(rest.size()));
        rest.remove_prefix(piece.size());
        taken = parser.take(piece);
        ASSERT_TRUE(taken.has_value()) << taken.error().why;
      }
      ASSERT_TRUE(taken->has_value());
      EXPECT_EQ((**taken).payload, payload);
      EXPECT_EQ((**taken).kind, Opcode::binary);
    }
  }
}

TEST(FrameParser, puts_fragments_together_with_control_frames_between) {
  std::string bytes =
      frame(0x01, "Hel") + frame(0x89, "ping") + frame(0x00, "l") + frame(0x80, "o");
  std::string_view rest = bytes;
  FrameParser parser(Role::server, 1000);
  auto ping = parser.take(rest);
  ASSERT_TRUE(ping && *ping);
  EXPECT_EQ((**ping).kind, Opcode::ping);
  EXPECT_EQ((**ping).payload, "ping");
  auto message = parser.take(rest);
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((**message).payload, "Hello");
  EXPECT_TRUE(rest.empty());
}

// E-23: everything that RFC 6455 forbids has its close code.
TEST(FrameParser, refuses_what_the_protocol_forbids) {
  auto protocol_error = CloseCode::protocol_error;
  for (int bit : {0x40, 0x20, 0x10}) expect_failure(frame(0x81 | bit, "x"), protocol_error);
  for (int opcode : {3, 7, 11, 15}) expect_failure(frame(0x80 | opcode, ""), protocol_error);
  expect_failure(raw({0x81, 0x01, 'x'}), protocol_error);              // not masked
  expect_failure(frame(0x09, ""), protocol_error);                     // fragmented ping
  expect_failure(frame(0x89, std::string(126, 'x')), protocol_error);  // long ping
  expect_failure(frame(0x80, "x"), protocol_error);                    // nothing to continue
  expect_failure(frame(0x01, "a") + frame(0x81, "b"), protocol_error);
  expect_failure(raw({0x82, 0xfe, 0, 5, 0, 0, 0, 0}), protocol_error);  // longer form than needed
  expect_failure(raw({0x82, 0xff, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0}), protocol_error);
  expect_failure(raw({0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), protocol_error);
  expect_failure(frame(0x88, "x"), protocol_error);
  for (int code : {0, 999, 1004, 1005, 1006, 1015, 2000, 5000}) {
    expect_failure(frame(0x88, raw({code >> 8, code & 0xff})), protocol_error);
  }
}

TEST(FrameParser, a_client_refuses_masked_frames) {
  std::string bytes = frame(0x81, "x");
  std::string_view rest = bytes;
  FrameParser parser(Role::client, 1000);
  EXPECT_FALSE(parser.take(rest).has_value());
}

// A lying length is refused by its header: no byte of the payload is waited for.
TEST(FrameParser, refuses_too_long_messages_by_their_header) {
  expect_failure(raw({0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}), CloseCode::too_big);
  std::string half(600, 'x');
  expect_failure(frame(0x02, half) + frame(0x80, half).substr(0, 8), CloseCode::too_big);
  EXPECT_TRUE(take(frame(0x82, std::string(1000, 'x'))).has_value());
}

TEST(FrameParser, text_fails_at_the_first_byte_that_is_none) {
  auto invalid = CloseCode::invalid_payload;
  // The frame says 10 bytes; the third one is already impossible.
  expect_failure(raw({0x81, 0x8a, 0, 0, 0, 0, 'a', 0xce, 0x28}), invalid);
  expect_failure(frame(0x81, "\xed\xa0\x80"), invalid);      // surrogate
  expect_failure(frame(0x81, "\xc0\xaf"), invalid);          // overlong
  expect_failure(frame(0x81, "\xf4\x90\x80\x80"), invalid);  // above U+10FFFF
  expect_failure(frame(0x81, "\xe2\x82"), invalid);          // unfinished
  expect_failure(frame(0x88, raw({0x03, 0xe8, 0xff})), invalid);
  // A character may be cut by a fragment's end.
  EXPECT_TRUE(take(frame(0x01, "\xe2\x82") + frame(0x80, "\xac")).has_value());
  expect_failure(frame(0x01, "\xe2\x82") + frame(0x80, "x"), invalid);
}

TEST(FrameParser, a_close_frame_has_a_code_and_a_reason_or_neither) {
  auto bare = take(frame(0x88, ""));
  ASSERT_TRUE(bare && *bare);
  EXPECT_EQ((**bare).code, CloseCode::no_status);
  auto full = take(frame(0x88, raw({0x0f, 0xa8}) + "slow"));
  ASSERT_TRUE(full && *full);
  EXPECT_EQ((**full).code, CloseCode::slow);
  EXPECT_EQ((**full).payload, "slow");
}

}  // namespace
}  // namespace antiphon::live
