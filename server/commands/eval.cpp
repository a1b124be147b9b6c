// `antiphon eval`: answers compared with labelled sets (E-37).

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <fstream>
#include <iterator>

#include "engine/schema/json.h"
#include "engine/speech/speech_evaluation.h"
#include "server/commands/command_line.h"
#include "server/commands/progress_bar.h"
#include "server/process.h"

namespace antiphon::server {
namespace {

/// Those of the engine itself; an app's stand in its info().
std::vector<const eval::Evaluation*> engine_evaluations() { return {&speech::evaluate_speech}; }

struct EvalOptions {
  std::string set;
  std::vector<std::string> aims;
  std::vector<std::string> models;
  std::vector<std::string> recognisers;
  ReachModels reach_models;
  std::size_t misses_max = 10;
  bool checks = false;
  bool json = false;
};

std::string read_set(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Error(Code::invalid, "The set " + file.string() + " cannot be read.");
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::filesystem::path shipped_sets() {
  std::string folder = shipped_folder("eval");
  if (folder.empty()) {
    throw Error(Code::unavailable,
                "The shipped sets are not beside the program: build the target programs.");
  }
  return folder;
}

// Models and recognisers are reached on the core that the evaluation runs on, and let go there.
Task<eval::Report> run_with_others(const eval::Evaluation* evaluation, eval::Run run,
                                   EvalOptions options) {
  std::unique_ptr<ReachedModels> models = options.reach_models ? options.reach_models() : nullptr;
  std::optional<ReachedRecognisers> recognisers;
  if (evaluation->asks_recognisers) recognisers.emplace(options.recognisers);
  if (models) run.gateway = &models->gateway();
  if (recognisers) run.recognisers = recognisers->all();
  auto outcome = std::make_shared<Outcome<eval::Report>>();
  co_await settle(evaluation->run(std::move(run)), outcome);
  if (models) co_await models->stop();
  if (recognisers) co_await recognisers->stop();
  co_return outcome->take();
}

eval::Report run_evaluation(const eval::Evaluation& evaluation, const EvalOptions& options) {
  std::filesystem::path shipped = shipped_sets();
  std::filesystem::path file = options.set.empty() ? shipped / std::string(evaluation.shipped_set)
                                                   : std::filesystem::path(options.set);
  ProgressBar bar("eval");
  auto show = [&bar](std::size_t done, std::size_t all) {
    bar.show(all == 0 ? 1 : static_cast<double>(done) / static_cast<double>(all));
  };
  SystemClock clock;
  Core core(0, clock);
  eval::Run run{.set_name = file.filename().string(),
                .set = read_set(file),
                .shipped = shipped,
                .share = shipped.parent_path(),
                .models = options.models,
                .progress = show};
  eval::Report report = core.run_until_done(run_with_others(&evaluation, std::move(run), options));
  for (const std::string& aim : options.aims) eval::set_aim(report, aim);
  return report;
}

void evaluate(const eval::Evaluation& evaluation, const EvalOptions& options) {
  eval::Report report = run_evaluation(evaluation, options);
  fmt::print("{}", options.json ? schema::to_json(report) + "\n"
                                : eval::to_table(report, options.misses_max));
  std::fflush(stdout);
  std::vector<std::string> missed = eval::unreached(report);
  if (missed.empty() || (!options.checks && options.aims.empty())) return;
  throw Error(Code::unprocessable,
              fmt::format("Not every aim is reached: {}.", fmt::join(missed, "; ")));
}

void add_evaluation(CLI::App& eval, const eval::Evaluation& evaluation,
                    const ReachModels& reach_models) {
  CLI::App* command =
      eval.add_subcommand(std::string(evaluation.name), std::string(evaluation.summary));
  command->footer(fmt::format("Example: antiphon eval {} --check", evaluation.name));
  auto options = std::make_shared<EvalOptions>();
  options->reach_models = reach_models;
  command->add_option("--set", options->set,
                      "Another set: JSON Lines with input, expected and tags");
  command
      ->add_option("--aim", options->aims,
                   "FIGURE=NUMBER in place of its own aim; the exit code is 1 below an aim")
      ->take_all();
  if (evaluation.asks_models) {
    command
        ->add_option("--model", options->models,
                     "Ask this model, group or tier beside the rules; without it all models")
        ->take_all();
  }
  if (evaluation.asks_recognisers) {
    command
        ->add_option("--recogniser", options->recognisers,
                     "Ask this one of [[speech.recognisers]] beside the embedded one; without it "
                     "all")
        ->take_all();
  }
  command->add_option("--misses", options->misses_max, "Show so many cases that went wrong")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_flag("--check", options->checks, "Exit code 1 when an aim is not reached");
  command->add_flag("--json", options->json, "Print the report as JSON, with every miss");
  command->callback([&evaluation, options] { evaluate(evaluation, *options); });
}

}  // namespace

void add_eval(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("eval", "Compare answers with a labelled set");
  command->require_subcommand(1);
  command->footer(
      "Example: antiphon eval director.retrieve --set my_queries.jsonl\n"
      "A line of a set: {\"input\":…,\"expected\":…,\"tags\":[…]}; engine/eval/README.md says "
      "more.");
  for (const eval::Evaluation* evaluation : engine_evaluations()) {
    add_evaluation(*command, *evaluation, line.reach_models);
  }
  for (const app::AppInfo* info : line.apps) {
    for (const eval::Evaluation* evaluation : info->evaluations) {
      add_evaluation(*command, *evaluation, line.reach_models);
    }
  }
}

}  // namespace antiphon::server
