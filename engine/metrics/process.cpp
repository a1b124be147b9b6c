#include "engine/metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace antiphon::metrics {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// proc(5), /proc/PID/statm: pages in all, and those in memory.
struct Memory {
  double all_bytes = 0;
  double resident_bytes = 0;
};

std::optional<Memory> memory_of(const std::string& folder) {
  std::ifstream statm(folder + "/statm");
  Memory pages;
  if (!(statm >> pages.all_bytes >> pages.resident_bytes)) return std::nullopt;
  auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  return Memory{pages.all_bytes * page, pages.resident_bytes * page};
}

std::size_t entries_of(const char* folder) {
  std::error_code failure;
  std::filesystem::directory_iterator entries(folder, failure);
  std::size_t count = 0;
  for (auto end = std::filesystem::directory_iterator(); !failure && entries != end;
       entries.increment(failure)) {
    ++count;
  }
  return count;
}

}  // namespace

ProcessMetrics::ProcessMetrics(Registry& registry)
    : resident_bytes_(registry.gauge(process_resident_memory)),
      virtual_bytes_(registry.gauge(process_virtual_memory)),
      open_files_(registry.gauge(process_open_files)),
      open_files_max_(registry.gauge(process_open_files_max)),
      threads_(registry.gauge(process_threads)),
      processor_seconds_(registry.counter(process_processor_time)) {
  registry.gauge(process_start_time)
      .set(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
               .count());
  sample();
}

void ProcessMetrics::sample() {
  if (auto memory = memory_of("/proc/self")) {
    virtual_bytes_.set(memory->all_bytes);
    resident_bytes_.set(memory->resident_bytes);
  }
  if (std::size_t open = entries_of("/proc/self/fd")) {
    open_files_.set(static_cast<double>(open - 1));  // one of them is this look
  }
  if (std::size_t threads = entries_of("/proc/self/task")) {
    threads_.set(static_cast<double>(threads));
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    open_files_max_.set(static_cast<double>(limit.rlim_cur));
  }
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    processor_seconds_.add(seconds(used.ru_utime) + seconds(used.ru_stime) -
                           processor_seconds_.value());
  }
}

double resident_bytes_of(pid_t process) {
  if (process <= 0) return 0;
  auto memory = memory_of(fmt::format("/proc/{}", process));
  return memory ? memory->resident_bytes : 0;
}

}  // namespace antiphon::metrics
