#include "engine/log/logger.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

namespace antiphon::log {
namespace {

void write_to_stderr(std::string_view line) {
  std::string bytes = fmt::format("{}\n", line);
  std::string_view rest = bytes;
  while (!rest.empty()) {
    ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // nobody reads any more, and there is nobody to tell
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Runs on the pool's one thread, so it needs no lock. Lines come finished: no pattern is applied.
class LineSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit LineSink(Sink sink) : sink_(std::move(sink)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    sink_({message.payload.data(), message.payload.size()});
  }
  void flush_() override {}

  Sink sink_;
};

}  // namespace

class Logger::Log {
 public:
  Log(const Clock& clock, Options options)
      : clock_(clock),
        options_(std::move(options)),
        pool_(std::make_shared<spdlog::details::thread_pool>(lines_waiting_max, 1)),
        logger_(std::make_shared<spdlog::async_logger>(
            "antiphon",
            std::make_shared<LineSink>(options_.sink ? options_.sink : Sink(write_to_stderr)),
            pool_, spdlog::async_overflow_policy::overrun_oldest)) {
    // A sink that throws loses its line; spdlog's own handler would print to standard error.
    logger_->set_error_handler([this](const std::string&) { ++failed_; });
  }

  bool writes(Level level) const { return level >= options_.level; }

  void write(Entry entry) {
    entry.time = clock_.now();
    std::string line = to_line(entry, options_.form, options_.mask);
    logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

  void count_failure() { ++failed_; }
  std::uint64_t dropped() const { return failed_ + pool_->overrun_counter(); }

 private:
  const Clock& clock_;
  const Options options_;
  std::atomic<std::uint64_t> failed_ = 0;
  // Declared before the logger and so destroyed after it: its end writes what still waits.
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

Logger::Logger(const Clock& clock, Options options)
    : log_(std::make_shared<Log>(clock, std::move(options))) {}

Logger Logger::with_trace(std::string_view trace_id) const {
  Logger logger = *this;
  logger.trace_id_ = trace_id;
  return logger;
}

Logger Logger::with_session(std::string_view session_id) const {
  Logger logger = *this;
  logger.session_id_ = session_id;
  return logger;
}

void Logger::debug(std::string_view message, std::initializer_list<Field> fields) const noexcept {
  write(Level::debug, message, fields);
}

void Logger::info(std::string_view message, std::initializer_list<Field> fields) const noexcept {
  write(Level::info, message, fields);
}

void Logger::warning(std::string_view message, std::initializer_list<Field> fields) const noexcept {
  write(Level::warning, message, fields);
}

void Logger::error(std::string_view message, std::initializer_list<Field> fields) const noexcept {
  write(Level::error, message, fields);
}

bool Logger::writes(Level level) const noexcept { return log_->writes(level); }

std::uint64_t Logger::dropped() const noexcept { return log_->dropped(); }

void Logger::write(Level level, std::string_view message,
                   std::initializer_list<Field> fields) const noexcept {
  if (!log_->writes(level)) return;
  try {
    log_->write({.time = {},
                 .level = level,
                 .message = message,
                 .trace_id = trace_id_,
                 .session_id = session_id_,
                 .fields = {fields.begin(), fields.size()}});
  } catch (...) {
    log_->count_failure();
  }
}

}  // namespace antiphon::log
