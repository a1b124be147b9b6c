#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "engine/http/message.h"

namespace antiphon::http {

/// A file that is open for reading. Blocks: used on a pool's thread or for small files.
class OpenFile {
 public:
  /// Null when there is no such regular file or it may not be read.
  static std::shared_ptr<const OpenFile> open(const std::filesystem::path& path);
  ~OpenFile();

  std::uint64_t size() const { return size_; }
  /// An entity tag of size and time of change, with its quotes.
  const std::string& etag() const { return etag_; }
  /// @throws Error{Code::internal} when the file has become shorter
  std::string read(std::uint64_t offset, std::size_t count) const;

 private:
  OpenFile(int descriptor, std::uint64_t size, std::string etag)
      : descriptor_(descriptor), size_(size), etag_(std::move(etag)) {}

  int descriptor_;
  std::uint64_t size_;
  std::string etag_;
};

/// Which part of a file, or of bytes like one, answers a request, and how.
struct FileAnswer {
  int status = 200;  ///< 200, 206, 304, 412 or 416
  Headers headers;
  std::uint64_t offset = 0;
  std::uint64_t count = 0;
};

/// Answers If-Match, If-None-Match, Range and If-Range (RFC 9110, 13 and 14). More than one range
/// gives the whole file, which is always allowed. Nothing has a Last-Modified, so that conditions
/// on time count as not sent (13.1.3). @param etag  strong, with its quotes
FileAnswer answer_file(const Request& request, std::uint64_t size, const std::string& etag);
/// The same into the response that has the headers of the whole; what describes its bytes goes
/// where none are sent.
FileAnswer answer_part(const Request& request, std::uint64_t size, const std::string& etag,
                       Response& response);

}  // namespace antiphon::http
