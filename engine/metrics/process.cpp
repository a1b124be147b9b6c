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
void sample_memory(const Gauge& all, const Gauge& resident) {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  double resident_pages = 0;
  if (!(statm >> pages >> resident_pages)) return;
  auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  all.set(pages * page);
  resident.set(resident_pages * page);
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
    : resident_bytes_(
          registry.gauge("process_resident_memory_bytes", "Memory of the process in use.")),
      virtual_bytes_(registry.gauge("process_virtual_memory_bytes", "Its address space.")),
      open_files_(registry.gauge("process_open_fds", "Open files and sockets.")),
      open_files_max_(registry.gauge("process_max_fds", "How many there may be.")),
      threads_(registry.gauge("process_threads", "Threads of the process.")),
      processor_seconds_(
          registry.counter("process_cpu_seconds_total", "Processor time, user and system.")) {
  registry.gauge("process_start_time_seconds", "When this began to count, in Unix time.")
      .set(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
               .count());
  sample();
}

void ProcessMetrics::sample() {
  sample_memory(virtual_bytes_, resident_bytes_);
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

}  // namespace antiphon::metrics
