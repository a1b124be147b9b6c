#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/pool.h"
#include "engine/base/random.h"
#include "engine/http/message.h"

namespace antiphon::http {

/// A file of a form that a route takes. A part with another name, or a further one, is refused.
struct UploadRule {
  std::string name = "file";
  std::string doc = {};
  std::uint64_t bytes_max = 0;  ///< of each
  std::size_t count_max = 1;
  bool is_required = true;
};

/// A content under way from a client, or there. It goes with its last owner.
class UploadFile {
 public:
  virtual ~UploadFile() = default;
  /// @throws Error{Code::unavailable} when storage is full or fails
  virtual Task<> append(Instant deadline, std::string piece) = 0;
  /// Bytes [offset, offset + bytes_max), fewer at the end.
  virtual Task<std::string> read(Instant deadline, std::uint64_t offset, std::size_t bytes_max) = 0;
};

/// Where uploads are while their request is served.
class UploadSpace {
 public:
  virtual ~UploadSpace() = default;
  virtual Task<std::shared_ptr<UploadFile>> create(Instant deadline) = 0;
};

/// Files of a folder without a name: nothing of them is left when their request or this process
/// ends, however it ends. Thread-safe.
class DiskUploads final : public UploadSpace {
 public:
  /// Makes the folder and empties it: one process at a time owns it.
  /// @throws Error{Code::unavailable}
  DiskUploads(std::filesystem::path folder, Pool& files, Random& random);
  Task<std::shared_ptr<UploadFile>> create(Instant deadline) override;

 private:
  std::filesystem::path folder_;
  Pool& files_;
  Random& random_;
};

/// One file that was sent.
struct Upload {
  std::string name;          ///< of the part
  std::string file_name;     ///< as sent, "" for none: never a path to write to
  std::string content_type;  ///< as sent: no more than a claim
  std::uint64_t bytes = 0;
  std::shared_ptr<UploadFile> file;

  /// Gives the content piece by piece, empty at its end: what BlobStore::put takes.
  std::function<Task<std::string>()> source(Instant deadline) const;
};

/// What a typed handler gets: Task<Reply>(Call, Input, Uploads).
struct Uploads {
  std::vector<Upload> files;

  /// The first with this name; null when there is none.
  const Upload* find(std::string_view name) const;
};

struct FormField {
  std::string name;
  std::string text;
};

struct Form {
  std::vector<FormField> fields;
  Uploads uploads;
};

inline constexpr std::size_t form_field_bytes_max = std::size_t{64} << 10;    ///< of one text
inline constexpr std::size_t form_fields_bytes_max = std::size_t{256} << 10;  ///< of all texts
/// What is collected of an upload before it is written: all that is in memory of it.
inline constexpr std::size_t upload_piece_bytes = std::size_t{256} << 10;

/// Reads a multipart/form-data body: texts into memory, files into `request.uploads` as they
/// arrive. Which parts are files their names say, by the rules.
/// @throws Error{Code::unsupported} for another type; Error{Code::too_large} beyond a limit;
///         Error{fields} for parts that are missing, unknown or too many; Error{Code::invalid} for
///         a broken body; what reading the body throws
Task<Form> read_form(Request request, std::vector<UploadRule> rules, Instant deadline);

}  // namespace antiphon::http
