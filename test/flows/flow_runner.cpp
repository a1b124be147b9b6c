// flow_runner --programs FOLDER FILE.flow…
// Runs flows against real servers, one after the other; ends with 1 when one of them fails. With
// ANTIPHON_TEST_DATABASE=postgres each has an empty database of a private PostgreSQL (E-60).

#include <fmt/core.h>

#include <cstdlib>
#include <fstream>

#include "engine/base/error.h"
#include "engine/store/private_postgres.h"
#include "test/flows/flow_run.h"

namespace {

using namespace antiphon;

std::string read_file(const std::string& name) {
  std::ifstream file(name);
  if (!file) throw Error(Code::invalid, name + " cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Takes the wish out of the environment: the programs refuse names of ANTIPHON_ they do not know.
bool wants_postgres() {
  const char* wanted = std::getenv("ANTIPHON_TEST_DATABASE");
  bool wants = wanted != nullptr && std::string_view(wanted) == "postgres";
  ::unsetenv("ANTIPHON_TEST_DATABASE");
  return wants;
}

bool passes(const std::string& file, const std::filesystem::path& programs, bool on_postgres) {
  try {
    testing::Flow flow = testing::parse_flow(read_file(file), file);
    std::string database_url =
        on_postgres ? store::testing::PrivatePostgres::shared().make_database() : "";
    SystemClock clock;
    Core core(0, clock);
    testing::FlowRun run(flow, programs, database_url);
    core.run_until_done(run.run());
    fmt::print("{}: {} steps passed\n", file, flow.steps.size());
    return true;
  } catch (const std::exception& failure) {
    fmt::print("{}\n", failure.what());
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3 || words[0] != "--programs") {
    fmt::print(stderr, "use: flow_runner --programs FOLDER FILE.flow...\n");
    return 2;
  }
  bool on_postgres = wants_postgres();
  bool all_pass = true;
  for (std::size_t i = 2; i < words.size(); ++i) {
    all_pass = passes(words[i], std::filesystem::absolute(words[1]), on_postgres) && all_pass;
  }
  return all_pass ? 0 : 1;
}
