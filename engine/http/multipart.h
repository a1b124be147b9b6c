#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/headers.h"

namespace antiphon::http {

inline constexpr std::size_t parts_max = 100;
inline constexpr std::size_t part_head_bytes_max = 4096;
inline constexpr std::size_t boundary_bytes_max = 70;  ///< RFC 2046, 5.1.1

/// What stands before the content of a part of a form (RFC 7578).
struct PartHead {
  std::string name;
  std::optional<std::string> file_name;  ///< as sent: never a path to write to
  std::string content_type;              ///< "" when not given
};

/// Takes a multipart/form-data body apart as its bytes arrive. Pure: no sockets, no files. Holds
/// no more than what was fed last and the head of one part.
///
///   body     = preamble  delimiter part* "--" epilogue
///   part     = CRLF head CRLF CRLF content delimiter
///   delimiter = CRLF "--" boundary        the first one may stand at the very beginning
class MultipartParser {
 public:
  /// @param content_type  the header: multipart/form-data; boundary=…
  /// @throws Error{Code::unsupported} for another type, Error{Code::invalid} without a boundary
  explicit MultipartParser(std::string_view content_type);

  /// Adds bytes of the body, after next() has asked for more.
  void feed(std::string_view bytes);

  enum class Event {
    more,      ///< feed() or finish() goes on
    part,      ///< a part begins: head()
    content,   ///< bytes of it: content(), until the next call
    part_end,  ///< it is whole
    end        ///< of the form; what follows is dropped
  };
  /// @throws Error{Code::invalid} for a broken body
  Event next();
  /// The body has ended. @throws Error{Code::invalid} when it ended too early
  void finish() const;

  const PartHead& head() const { return head_; }
  std::string_view content() const { return content_; }
  std::size_t held_bytes() const { return buffer_.size(); }

 private:
  enum class State { preamble, delimiter, head, content, end };
  Event skip_preamble();
  Event read_delimiter();
  Event read_head();
  Event read_content();
  void drop(std::size_t bytes);

  std::string delimiter_;
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of the buffer that the last event told
  std::size_t parts_ = 0;
  State state_ = State::preamble;
  PartHead head_;
  std::string_view content_;
};

/// A part of a form that is in memory.
struct Part : PartHead {
  std::string_view content;  ///< into the body that was parsed
};

/// The parts of a body that is in memory, which outlives them: the simple way, which the parser
/// above is compared with. @throws as MultipartParser
std::vector<Part> parse_multipart(std::string_view content_type, std::string_view body);

}  // namespace antiphon::http
