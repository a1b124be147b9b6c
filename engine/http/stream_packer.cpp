#include "engine/http/stream_packer.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <array>
#include <cstdlib>

#include "engine/base/error.h"

namespace antiphon::http {
namespace {

// What an encoder has allocated. Each block is headed by its size, as freeing does not tell it.
class Memory {
 public:
  static void* allocate(void* memory, std::size_t bytes) {
    auto* block = static_cast<Head*>(std::malloc(sizeof(Head) + bytes));
    if (!block) return nullptr;
    block->bytes = bytes;
    static_cast<Memory*>(memory)->used_ += bytes;
    return block + 1;
  }
  static void* allocate_items(void* memory, unsigned items, unsigned bytes) {
    return allocate(memory, std::size_t{items} * bytes);
  }
  static void free(void* memory, void* bytes) {
    if (!bytes) return;
    Head* block = static_cast<Head*>(bytes) - 1;
    static_cast<Memory*>(memory)->used_ -= block->bytes;
    std::free(block);
  }
  std::size_t used() const { return used_; }

 private:
  struct alignas(std::max_align_t) Head {
    std::size_t bytes;
  };
  std::size_t used_ = 0;
};

class GzipPacker final : public StreamPacker {
 public:
  GzipPacker() {
    // A window of 8 KiB holds dozens of events, in which nearly all repeats itself; zlib's usual
    // 32 KiB would cost 256 KiB a stream (zconf.h, MAX_MEM_LEVEL).
    constexpr int window_bits_of_gzip = 13 + 16;
    constexpr int memory_level = 5;
    stream_.zalloc = &Memory::allocate_items;
    stream_.zfree = &Memory::free;
    stream_.opaque = &memory_;
    int ready = deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, window_bits_of_gzip, memory_level,
                             Z_DEFAULT_STRATEGY);
    ENSURE(ready == Z_OK, "zlib has no memory");
  }
  ~GzipPacker() override { deflateEnd(&stream_); }

  std::string pack(std::string_view bytes, After after) override {
    int flush = after == After::more ? Z_NO_FLUSH : after == After::flush ? Z_SYNC_FLUSH : Z_FINISH;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    std::array<char, 4096> room;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(room.data());
      stream_.avail_out = static_cast<uInt>(room.size());
      int result = deflate(&stream_, flush);
      // Z_BUF_ERROR: there was nothing left to do, which a full buffer does not tell beforehand.
      ENSURE(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR,
             "deflate takes all that it is given");
      out.append(room.data(), room.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return out;
  }
  std::size_t memory_bytes() const override { return memory_.used(); }

 private:
  Memory memory_;
  z_stream stream_{};
};

class BrotliPacker final : public StreamPacker {
 public:
  BrotliPacker() {
    // Below 2 nothing is found again across a flush; above, the tables double.
    constexpr std::uint32_t quality = 2;
    constexpr std::uint32_t window_bits = 15;
    ENSURE(encoder_, "brotli has memory");
    BrotliEncoderSetParameter(encoder_.get(), BROTLI_PARAM_QUALITY, quality);
    BrotliEncoderSetParameter(encoder_.get(), BROTLI_PARAM_LGWIN, window_bits);
    BrotliEncoderSetParameter(encoder_.get(), BROTLI_PARAM_MODE, BROTLI_MODE_TEXT);
  }

  std::string pack(std::string_view bytes, After after) override {
    BrotliEncoderOperation operation = after == After::more    ? BROTLI_OPERATION_PROCESS
                                       : after == After::flush ? BROTLI_OPERATION_FLUSH
                                                               : BROTLI_OPERATION_FINISH;
    std::string out;
    std::size_t left = bytes.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t no_room = 0;  // it gives its own buffer below
    do {
      ENSURE(BrotliEncoderCompressStream(encoder_.get(), operation, &left, &next, &no_room, nullptr,
                                         nullptr),
             "brotli takes all that it is given");
      std::size_t count = 0;
      const std::uint8_t* given = BrotliEncoderTakeOutput(encoder_.get(), &count);
      out.append(reinterpret_cast<const char*>(given), count);
    } while (left > 0 || BrotliEncoderHasMoreOutput(encoder_.get()));
    return out;
  }
  std::size_t memory_bytes() const override { return memory_.used(); }

 private:
  struct Destroy {
    void operator()(BrotliEncoderState* encoder) const { BrotliEncoderDestroyInstance(encoder); }
  };
  Memory memory_;
  std::unique_ptr<BrotliEncoderState, Destroy> encoder_{
      BrotliEncoderCreateInstance(&Memory::allocate, &Memory::free, &memory_)};
};

}  // namespace

std::unique_ptr<StreamPacker> StreamPacker::make(Coding coding) {
  ENSURE(coding != Coding::identity, "there is something to pack with");
  if (coding == Coding::gzip) return std::make_unique<GzipPacker>();
  return std::make_unique<BrotliPacker>();
}

Coding choose_stream_coding(std::string_view accept_encoding) {
  constexpr std::array lightest_first{Coding::gzip, Coding::brotli};
  return choose_coding(accept_encoding, lightest_first);
}

}  // namespace antiphon::http
