// E-64: however often the processes that work are killed, the effect of each job happens once.
#include <unistd.h>

#include <iostream>

#include "engine/async/child.h"
#include "engine/store/crash_rounds.h"
#include "engine/store/job_rig.h"

namespace antiphon::store {
namespace {

using namespace std::chrono_literals;

constexpr Statement add_effect{"test.add_effect", "INSERT INTO effects (job) VALUES ($1)"};
constexpr Statement select_effects{"test.effects", "SELECT job FROM effects"};
constexpr Statement count_effects{"test.count_effects", "SELECT COUNT(*) FROM effects"};

constexpr int jobs_per_round = 30;
constexpr int workers_per_round = 2;

void say(std::string_view line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(1);
}

// The effect has nothing that would keep it from happening twice but the job itself.
void work_on(JobRunner& working, bool aloud) {
  working.handle("test.work", [aloud](JobContext context) -> Task<> {
    if (aloud) say("begun\n");
    co_await context.complete([id = context.job().id](Tx& tx) { tx.execute(add_effect, id); });
    if (aloud) say("ended\n");
  });
}

const JobRunner::Options hasty{
    .running_max = 4, .lease = 300ms, .poll = 10ms, .back_off = 1ms, .back_off_max = 10ms};

// The program that is killed: started by the test below with the database's URL on the input.
TEST(JobCrashChild, DISABLED_works_until_it_is_killed) {
  std::string url;
  std::cin >> url;
  SystemClock clock;
  SystemRandom random;
  Core core(0, clock);
  auto database = make_database(url);
  Jobs jobs(*database, random);
  JobRunner working(*database, jobs, random, hasty);
  work_on(working, true);
  core.run_until_done(working.run());
}

class JobCrashTest : public testing::JobRig {
 protected:
  Task<> kill_a_worker(std::size_t after_lines) {
    auto child =
        spawn({.program = "/proc/self/exe",
               .arguments = {"--gtest_filter=JobCrashChild.*", "--gtest_also_run_disabled_tests"},
               .pipe_in = true,
               .pipe_out = true,
               .nice = 0});
    co_await child->in().write_all(database_.url() + "\n");
    std::string output;
    std::array<char, 4096> buffer;
    for (bool killed = false;;) {
      std::size_t got = co_await child->out().read_some(buffer);
      if (got == 0) break;
      output.append(buffer.data(), got);
      if (killed || lines_of_work(output) < after_lines) continue;
      child->kill();
      killed = true;
    }
    ExitStatus status = co_await child->wait();
    EXPECT_EQ(status.signal, SIGKILL) << status.text() << output;
  }
  static std::size_t lines_of_work(const std::string& output) {
    std::size_t lines = 0;
    for (std::size_t at = 0; (at = output.find("ended\n", at)) != std::string::npos; ++at) ++lines;
    for (std::size_t at = 0; (at = output.find("begun\n", at)) != std::string::npos; ++at) ++lines;
    return lines;
  }
  Task<> round() {
    for (int i = 0; i < jobs_per_round; ++i) co_await enqueue(patient_job());
    TaskGroup workers([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    for (int i = 0; i < workers_per_round; ++i) {
      workers.spawn(kill_a_worker(1 + chance_.below(jobs_per_round / workers_per_round)));
    }
    co_await workers.join();
  }
  static NewJob patient_job() {
    NewJob added = job();
    added.attempts_max = 1'000'000;
    return added;
  }
  std::map<std::string, int> effects() {
    return run(database_->read(soon(), [](Tx& tx) {
      std::map<std::string, int> times;
      for (Row row : tx.query(select_effects)) ++times[row.text(0)];
      return times;
    }));
  }

  SeededRandom chance_{64};
};
ON_BOTH_DATABASES(JobCrashTest);

TEST_P(JobCrashTest, kill_9_of_workers_repeats_no_effect_and_forgets_none) {
  run(database_->exclusive(
      soon(), [](Tx& tx) { tx.run_script("CREATE TABLE effects (job TEXT NOT NULL)"); }));
  int rounds = testing::crash_rounds() / workers_per_round;
  for (int i = 0; i < rounds; ++i) run(round());

  JobRunner last = runner(hasty);
  work_on(last, false);
  std::size_t jobs = static_cast<std::size_t>(rounds) * jobs_per_round;
  patience_ = clock_.steady() + 300s;
  with(last, [&]() -> Task<> {
    auto count = [](Tx& tx) { return tx.query(count_effects)[0].integer(0); };
    while (co_await database_->read(soon(), count) < std::int64_t(jobs)) co_await nap();
  });
  auto times = effects();
  EXPECT_EQ(times.size(), jobs);
  for (const auto& [id, count] : times) EXPECT_EQ(count, 1) << id;
}

}  // namespace
}  // namespace antiphon::store
