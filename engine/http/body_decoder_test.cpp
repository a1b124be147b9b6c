#include "engine/http/body_decoder.h"

#include <gtest/gtest.h>

namespace antiphon::http {
namespace {

struct Result {
  std::string body;
  std::string rest;
  bool is_done = false;
  bool is_refused = false;
};

// Feeds `in` in pieces of `piece_bytes`, with room for `room_bytes` at a time.
Result decode(BodyDecoder decoder, std::string_view in, std::size_t piece_bytes,
              std::size_t room_bytes) {
  Result result;
  std::string out(room_bytes, '\0');
  std::string pending;
  while (!decoder.is_done() && (!in.empty() || !pending.empty())) {
    pending += in.substr(0, piece_bytes);
    in.remove_prefix(std::min(piece_bytes, in.size()));
    auto step = decoder.decode(pending, out);
    if (!step) {
      result.is_refused = true;
      return result;
    }
    result.body.append(out, 0, step->produced);
    pending.erase(0, step->consumed);
    if (in.empty() && step->consumed == 0) break;
  }
  result.rest = pending + std::string(in);
  result.is_done = decoder.is_done();
  return result;
}

Result decode_chunked(std::string_view in) { return decode(BodyDecoder::chunked(), in, 64, 64); }

TEST(BodyDecoder, gives_the_same_for_every_way_of_cutting) {
  std::string_view sent = "5;name=\"v\"\r\nhello\r\n0A\r\n0123456789\r\n000\r\nX: y\r\n\r\nnext";
  for (std::size_t piece = 1; piece < 20; ++piece) {
    for (std::size_t room = 1; room < 20; ++room) {
      Result result = decode(BodyDecoder::chunked(), sent, piece, room);
      EXPECT_TRUE(result.is_done);
      EXPECT_EQ(result.body, "hello0123456789");
      EXPECT_EQ(result.rest, "next");
    }
  }
}

TEST(BodyDecoder, sized_takes_so_many_bytes_and_no_more) {
  Result result = decode(BodyDecoder::sized(5), "hello, next", 3, 2);
  EXPECT_EQ(result.body, "hello");
  EXPECT_EQ(result.rest, ", next");
  EXPECT_TRUE(BodyDecoder::sized(0).is_done());
}

TEST(BodyDecoder, refuses_broken_chunks) {
  for (const char* bad :
       {"x\r\n", "\r\n", "-1\r\n", "+1\r\n", "0x1\r\na", " 1\r\na", "1 \r\na", "1\na\r\n",
        "1\r\nab\r\n", "1\r\na\n", "1\r\n\r\n\r\n\r\n", "8000000000000000\r\n",
        "fffffffffffffffff\r\n", "1\r\r\n", "0\r\nX: y\n\r\n"}) {
    EXPECT_TRUE(decode_chunked(bad).is_refused) << bad;
  }
}

TEST(BodyDecoder, an_unfinished_body_is_not_done) {
  for (const char* cut : {"", "5", "5\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n0\r\n"}) {
    Result result = decode_chunked(cut);
    EXPECT_FALSE(result.is_refused) << cut;
    EXPECT_FALSE(result.is_done) << cut;
  }
}

TEST(BodyDecoder, lines_and_trailers_have_limits) {
  EXPECT_TRUE(decode_chunked("1;" + std::string(BodyDecoder::line_bytes_max, 'x')).is_refused);
  std::string trailers = "0\r\n";
  for (std::size_t i = 0; i <= BodyDecoder::trailers_max; ++i) trailers += "A: b\r\n";
  EXPECT_TRUE(decode_chunked(trailers + "\r\n").is_refused);
}

}  // namespace
}  // namespace antiphon::http
