#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/clock.h"
#include "engine/log/line.h"

namespace antiphon::log {

/// Takes one finished line, without its newline, on the log's own thread; may block.
using Sink = std::function<void(std::string_view line)>;

/// Lines that wait for a slow sink. Above it the oldest are dropped and counted: a full pipe must
/// never stop a core.
inline constexpr std::size_t lines_waiting_max = 4'096;

struct Options {
  Level level = Level::info;  ///< entries below are not written
  Form form = Form::text;
  Mask mask = nullptr;  ///< applied to messages and to every text value; thread-safe
  Sink sink = nullptr;  ///< standard error where none is given
};

/// Writes structured lines. A small handle on a shared log: copies and the loggers made by
/// `with_…` write to the same sink, which is drained when the last of them goes. Handed to those
/// who log, never global. Thread-safe; no function throws: what cannot be written is counted.
///
///   log.with_session(session.id).warning("The recogniser is behind.", {{"lag_ms", 480}});
class Logger {
 public:
  /// @param clock  for the time of each line; outlives all handles
  /// @throws std::system_error when the log's thread cannot be started
  explicit Logger(const Clock& clock, Options options = {});

  /// A logger whose lines carry the id, in place of one given before.
  Logger with_trace(std::string_view trace_id) const;
  Logger with_session(std::string_view session_id) const;

  /// @param message  a sentence that stays the same from time to time; what varies goes in fields
  void debug(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
  void info(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
  void warning(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
  void error(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;

  /// Whether entries of this level are written: for what is dear to put together.
  bool writes(Level level) const noexcept;

  /// Lines that were not written since the start.
  std::uint64_t dropped() const noexcept;

 private:
  class Log;
  void write(Level level, std::string_view message,
             std::initializer_list<Field> fields) const noexcept;

  std::shared_ptr<Log> log_;
  std::string trace_id_;
  std::string session_id_;
};

}  // namespace antiphon::log
