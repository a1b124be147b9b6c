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
  EXPECT_GT(registry.gauge(process_resident_memory).value(), 1e6);
  EXPECT_GE(registry.gauge(process_threads).value(), 1);
  double files = registry.gauge(process_open_files).value();
  int opened[10];
  for (int& file : opened) file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  process.sample();
  EXPECT_EQ(registry.gauge(process_open_files).value(), files + 10);
  for (int file : opened) ::close(file);
  auto processor = registry.counter(process_processor_time);
  double before = processor.value();
  while (processor.value() == before) process.sample();  // looking takes processor time
  EXPECT_LT(processor.value(), before + 60);
}

}  // namespace
}  // namespace antiphon::metrics
