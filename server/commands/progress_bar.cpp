#include "server/commands/progress_bar.h"

#include <fmt/core.h>
#include <unistd.h>

namespace antiphon::server {

ProgressBar::ProgressBar(std::string what)
    : what_(std::move(what)), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (is_terminal_ && shown_ >= 0) fmt::print(stderr, "\n");
}

void ProgressBar::show(double share) {
  int percent = static_cast<int>(100 * share);
  if (!is_terminal_) percent -= percent % 10;
  if (percent <= shown_) return;
  shown_ = percent;
  if (is_terminal_) {
    constexpr int width = 40;
    fmt::print(stderr, "\r{} [{:<{}}] {:3} %", what_,
               std::string(static_cast<std::size_t>(percent * width / 100), '#'), width, percent);
  } else {
    fmt::print(stderr, "{} {} %\n", what_, percent);
  }
  std::fflush(stderr);
}

}  // namespace antiphon::server
