#pragma once

#include <string>

namespace antiphon::server {

/// How far long work is, on standard error: a bar on a terminal, a line for every tenth in a pipe.
class ProgressBar {
 public:
  /// @param what  one word before it: "backup"
  explicit ProgressBar(std::string what);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// @param share  0 to 1; less than before shows nothing
  void show(double share);

 private:
  std::string what_;
  bool is_terminal_;
  int shown_ = -1;  // percent
};

}  // namespace antiphon::server
