#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/director/library/new_clip.h"
#include "engine/base/error.h"

struct evp_md_ctx_st;

// What the headers of tus 1.0.0 say (https://tus.io/protocols/resumable-upload). Pure.

namespace antiphon::director {

inline constexpr std::string_view tus_version = "1.0.0";
inline constexpr std::string_view tus_extensions =
    "creation,creation-defer-length,creation-with-upload,expiration,termination,checksum";
inline constexpr std::string_view tus_checksums = "sha1,sha256";
inline constexpr std::string_view tus_content_type = "application/offset+octet-stream";
inline constexpr std::size_t tus_metadata_bytes_max = std::size_t{8} << 10;

/// A refusal whose status tus has and our codes have not: 412, 423, 460.
class TusError : public Error {
 public:
  TusError(int status, Code code, std::string message)
      : Error(code, std::move(message)), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

using TusMetadata = std::vector<std::pair<std::string, std::string>>;

/// Reads "filename d29ybGQ=,is_confidential". @throws Error{fields} for broken base64, a name given
/// twice or none, or a value that is no UTF-8
TusMetadata parse_metadata(std::string_view header);

/// What metadata tells of a clip: `filename` and the fields of NewClip; or `import` and `line`, of
/// which line of which import it is the file; or `recording`, of which take it is the recording,
/// and `offsetMs`, where in the take's sound that begins. Other names are the client's own and
/// passed over.
struct ToldUpload {
  NewClip clip;
  std::string file_name;
  std::string import_id;  ///< "" for none
  std::int64_t import_line = 0;
  std::string recorded_take;  ///< "" for none
  std::chrono::milliseconds recording_offset{};
};
/// @throws Error{fields}
ToldUpload read_told(const TusMetadata& metadata);

inline constexpr std::chrono::hours recording_offset_max{24};

/// Reads a count of bytes. @throws Error{Code::invalid} naming the header
std::uint64_t parse_byte_count(std::string_view header, std::string_view text);

enum class ChecksumKind { sha1, sha256 };

/// What the bytes of one request must come to.
struct Checksum {
  ChecksumKind kind = ChecksumKind::sha1;
  std::string digest;
};

/// Reads "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=". @throws Error{Code::invalid}
Checksum parse_checksum(std::string_view header);

/// The digest of what comes in pieces.
class Digest {
 public:
  explicit Digest(ChecksumKind kind);
  void add(std::string_view bytes);
  std::string finish();  ///< once

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace antiphon::director
