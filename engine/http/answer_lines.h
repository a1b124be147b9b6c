#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/http/client.h"

namespace antiphon::http {

inline constexpr std::size_t line_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t event_bytes_max = std::size_t{4} << 20;

/// Takes lines out of bytes as they arrive; a line ends with LF, CRLF or CR. Pure.
class LineSplitter {
 public:
  void feed(std::string_view bytes);
  /// Nothing more will come: what is left is the last line.
  void end() { has_ended_ = true; }
  /// The next whole line, without its end; nothing when more has to come, or all was given.
  /// @throws Error{Code::too_large} beyond `line_bytes_max`
  std::optional<std::string> next();

 private:
  std::string buffer_;
  std::size_t searched_ = 0;
  bool skips_newline_ = false;  // the line before ended with CR, so an LF now belongs to it
  bool has_ended_ = false;
};

/// One event of a text/event-stream.
struct ServerEvent {
  std::string name;  ///< of `event:`; "" for none
  std::string data;  ///< the `data:` lines, joined by LF
  std::string id;    ///< of the last `id:`
};

/// Makes events of lines (HTML, 9.2.6). An event that is not ended by an empty line is dropped.
class EventAssembler {
 public:
  /// The event that this line ends, if it does. @throws Error{Code::too_large}
  std::optional<ServerEvent> add(std::string_view line);

 private:
  ServerEvent event_;
  bool has_data_ = false;
  bool is_first_ = true;
};

/// The lines of an answer (NDJSON and the like) as they arrive.
class AnswerLines {
 public:
  using Line = std::expected<std::optional<std::string>, ClientFailure>;
  explicit AnswerLines(std::unique_ptr<ClientAnswer> answer) : answer_(std::move(answer)) {}
  /// Nothing at the end; a failure where the answer was cut.
  Task<Line> next();

 private:
  std::unique_ptr<ClientAnswer> answer_;
  LineSplitter splitter_;
  bool has_ended_ = false;
};

/// The events of an answer of text/event-stream as they arrive.
class AnswerEvents {
 public:
  using Event = std::expected<std::optional<ServerEvent>, ClientFailure>;
  explicit AnswerEvents(std::unique_ptr<ClientAnswer> answer) : lines_(std::move(answer)) {}
  /// As AnswerLines::next.
  Task<Event> next();

 private:
  AnswerLines lines_;
  EventAssembler assembler_;
};

}  // namespace antiphon::http
