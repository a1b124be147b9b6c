#pragma once

#include <sodium.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/descriptor.h"
#include "engine/record/record_key.h"

namespace antiphon::record {

// A recording on the disk: frames, each sealed by XChaCha20-Poly1305 (libsodium's secretstream),
// so that none can be read, changed, left out or moved without the key.
//
//   file   := magic kind:u8 header:24 frame*        kind: 'S' sealed, 'O' for everybody (open_key)
//   frame  := length:u32 sealed                     little endian; of `sealed`
//
// The last frame is marked as such: a file that was cut off is known by its absence.

inline constexpr std::string_view record_magic = "antiphon record 1\n";
inline constexpr std::size_t frame_bytes_max = std::size_t{64} << 20;  ///< before sealing

/// Writes one recording, from one thread at a time.
class RecordWriter {
 public:
  /// Makes the file, readable by its owner alone.
  /// @param key  nothing: for everybody
  /// @throws Error{Code::unavailable}, Error{Code::conflict} when there is such a file
  RecordWriter(std::filesystem::path file, const std::optional<RecordKey>& key);

  /// Adds a frame. @throws Error{Code::unavailable} when the disk refuses, Error{Code::too_large}
  void write(std::string_view bytes) { write(bytes, false); }
  /// Adds the last frame, and brings all of them to the disk.
  void finish(std::string_view bytes);
  std::uint64_t size() const { return size_; }

 private:
  void write(std::string_view bytes, bool is_last);
  void append(std::string_view bytes);

  std::filesystem::path path_;
  Descriptor file_;
  crypto_secretstream_xchacha20poly1305_state state_;
  std::uint64_t size_ = 0;
};

/// Reads one recording.
class RecordReader {
 public:
  enum class End {
    not_yet,
    whole,   ///< the last frame was read
    cut,     ///< the file ends before it
    changed  ///< what follows was changed, or the key is another one
  };

  /// @param key  asked for when the recording is sealed
  /// @throws Error{Code::not_found}, Error{Code::invalid} for another file; what `key` throws
  RecordReader(const std::filesystem::path& file, const std::function<RecordKey()>& key);

  /// The next frame; nothing at the end, of which end() tells.
  std::optional<std::string> next();
  End end() const { return end_; }
  /// How far it was read.
  std::uint64_t position() const { return position_; }
  std::uint64_t size() const { return size_; }
  bool is_for_everybody() const { return is_open_; }

 private:
  std::optional<std::string> take(std::size_t bytes);

  Descriptor file_;
  crypto_secretstream_xchacha20poly1305_state state_;
  std::uint64_t position_ = 0;
  std::uint64_t size_ = 0;
  bool is_open_ = false;
  End end_ = End::not_yet;
};

}  // namespace antiphon::record
