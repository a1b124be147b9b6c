// E-100: what the process takes of the machine.
#include "engine/metrics/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace antiphon::metrics {
namespace {

TEST(ProcessMetrics, tell_memory_files_threads_and_processor_time) {
  Registry registry;
  ProcessMetrics process(registry);
  auto gauge = [&](const char* name, const char* help) {
    return registry.gauge(name, help).value();
  };
  EXPECT_GT(gauge("process_resident_memory_bytes", "Memory of the process in use."), 1e6);
  EXPECT_GE(gauge("process_threads", "Threads of the process."), 1);
  double files = gauge("process_open_fds", "Open files and sockets.");
  int opened[10];
  for (int& file : opened) file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  process.sample();
  EXPECT_EQ(gauge("process_open_fds", "Open files and sockets."), files + 10);
  for (int file : opened) ::close(file);
  auto processor =
      registry.counter("process_cpu_seconds_total", "Processor time, user and system.");
  double before = processor.value();
  while (processor.value() == before) process.sample();  // looking takes processor time
  EXPECT_LT(processor.value(), before + 60);
}

}  // namespace
}  // namespace antiphon::metrics
