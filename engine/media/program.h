#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/call.h"
#include "engine/async/child.h"
#include "engine/async/waiter.h"
#include "engine/base/descriptor.h"
#include "engine/media/limits.h"

namespace antiphon::media {

/// How a program ended.
struct ProgramEnd {
  ExitStatus status;
  std::string complaint;  ///< the beginning of what it wrote to standard error
};

/// What a program has printed on standard output; throwing ends the program.
using OnOutput = std::function<void(std::string_view)>;

/// Runs ffmpeg and ffprobe under limits, a few at a time, in the order they were asked for. Lives
/// on one core.
class Programs {
 public:
  explicit Programs(FilmLimits limits) : limits_(std::move(limits)) {}

  /// Runs a program to its end, within `time_max` once its turn has come.
  /// @param inputs  reach it as descriptors from `first_input` on, in their order
  /// @throws Error{Code::unavailable} when it is not installed; Error{Code::too_large} when it took
  ///         more time than it may; what `on_output` throws
  Task<ProgramEnd> run(std::string program, std::vector<std::string> arguments,
                       std::vector<const Descriptor*> inputs, Duration time_max,
                       OnOutput on_output);

  const FilmLimits& limits() const { return limits_; }

  static constexpr int first_input = 3;

 private:
  class Turn;
  Task<> wait_for_turn();
  void end_turn();

  FilmLimits limits_;
  std::size_t running_ = 0;
  std::deque<Waiter*> waiting_;
};

}  // namespace antiphon::media
