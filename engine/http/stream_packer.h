#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/http/compress.h"

namespace antiphon::http {

/// Packs a body whose end is not known yet, piece by piece. What it has given is always enough to
/// read all that it was given: each piece is flushed.
class StreamPacker {
 public:
  /// @param coding  gzip or brotli
  static std::unique_ptr<StreamPacker> make(Coding coding);
  virtual ~StreamPacker() = default;

  enum class After {
    more,   ///< the piece goes on: what is given may keep some of it back
    flush,  ///< the piece ends here
    end     ///< the body ends here
  };
  /// What to send of it now; may be nothing before the piece ends.
  virtual std::string pack(std::string_view bytes, After after) = 0;

  /// What the encoder holds, at most packer_bytes_max.
  virtual std::size_t memory_bytes() const = 0;
};

/// What a client gets of a body that comes as a stream. Where it takes both equally that is gzip,
/// which here holds less than an eighth of brotli's memory for as long as the stream lasts.
Coding choose_stream_coding(std::string_view accept_encoding);

/// A large piece is packed so many bytes at a time, so that a core is not held up.
inline constexpr std::size_t packed_slice_bytes = std::size_t{32} << 10;
/// What one encoder holds, by the window that it is made with.
inline constexpr std::size_t packer_bytes_max = std::size_t{768} << 10;

}  // namespace antiphon::http
