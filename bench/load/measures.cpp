#include "bench/load/measures.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace antiphon::bench {

double Latencies::percentile_ms(double part) {
  if (times_.empty()) return 0;
  auto rank = static_cast<std::size_t>(part * static_cast<double>(times_.size()));
  auto place = times_.begin() + static_cast<std::ptrdiff_t>(std::min(rank, times_.size() - 1));
  std::nth_element(times_.begin(), place, times_.end());
  return std::chrono::duration<double, std::milli>(*place).count();
}

std::string Latencies::to_json() {
  return fmt::format(R"({{"p50":{:.3f},"p99":{:.3f},"p999":{:.3f},"max":{:.3f}}})",
                     percentile_ms(0.5), percentile_ms(0.99), percentile_ms(0.999),
                     percentile_ms(1));
}

double resident_kib(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  std::string word;
  while (status >> word) {
    double kib = 0;
    if (word == "VmRSS:" && status >> kib) return kib;
  }
  return 0;
}

// Fields 14 and 15 of /proc/PID/stat (proc(5)); the second one, in parentheses, may hold blanks.
double cpu_seconds(pid_t process) {
  std::ifstream stat(fmt::format("/proc/{}/stat", process));
  std::string text(std::istreambuf_iterator<char>(stat), {});
  std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user_ticks = 0;
  double system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  return (user_ticks + system_ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace antiphon::bench
