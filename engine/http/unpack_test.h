#pragma once

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "engine/http/compress.h"

namespace antiphon::http {

inline constexpr std::size_t unpacked_bytes_max = std::size_t{4} << 20;

/// What a client can read of the bytes it has; the end need not have come.
struct Gunzipped {
  std::string text;
  bool is_whole = false;  ///< the last byte of the body has come
};

inline Gunzipped gunzip(std::string_view packed) {
  Gunzipped out{.text = std::string(unpacked_bytes_max, '\0')};
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.text.data());
  stream.avail_out = static_cast<uInt>(out.text.size());
  int result = inflate(&stream, Z_SYNC_FLUSH);
  EXPECT_TRUE(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) << result;
  out.text.resize(stream.total_out);
  out.is_whole = result == Z_STREAM_END;
  inflateEnd(&stream);
  return out;
}

inline std::string unbrotli(std::string_view packed) {
  std::string out(unpacked_bytes_max, '\0');
  BrotliDecoderState* state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
  std::size_t left = packed.size();
  std::size_t room = out.size();
  const auto* next = reinterpret_cast<const std::uint8_t*>(packed.data());
  auto* into = reinterpret_cast<std::uint8_t*>(out.data());
  auto result = BrotliDecoderDecompressStream(state, &left, &next, &room, &into, nullptr);
  EXPECT_NE(result, BROTLI_DECODER_RESULT_ERROR);
  BrotliDecoderDestroyInstance(state);
  out.resize(out.size() - room);
  return out;
}

inline std::string unpack(Coding coding, std::string_view packed) {
  switch (coding) {
    case Coding::gzip: return gunzip(packed).text;
    case Coding::brotli: return unbrotli(packed);
    default: return std::string(packed);
  }
}

}  // namespace antiphon::http
