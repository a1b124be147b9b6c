// `antiphon doctor`: looks at all that a server of these settings needs (E-3).

#include <fmt/core.h>

#include "engine/schema/json.h"
#include "server/commands/command_line.h"
#include "server/doctor/examination.h"
#include "server/doctor/settings_check.h"

namespace antiphon::server {
namespace {

struct DoctorOptions {
  std::int64_t seconds = 20;
  bool is_deep = false;
  bool as_json = false;
};

void show_finding(const doctor::Finding& finding) {
  fmt::print("{}", doctor::to_text(finding));
  std::fflush(stdout);
}

// The settings, or why they are not taken.
std::expected<schema::Config<Settings>, doctor::Report> load_or_tell(const SettingsFlags& flags) {
  try {
    return flags.load();
  } catch (const Error& error) {
    return std::unexpected(doctor::make_report(doctor::faults_of(error)));
  }
}

doctor::Report examine(const schema::Config<Settings>& config,
                       const std::vector<const app::AppInfo*>& apps, const DoctorOptions& options,
                       doctor::Examination::Show show) {
  auto is_set = [](const schema::Setting& setting) { return setting.source != "default"; };
  auto keys_set = static_cast<std::size_t>(std::ranges::count_if(config.settings, is_set));
  SystemClock clock;
  SystemNetwork network;
  Core core(0, clock);
  return core.run_until_done([&]() -> Task<doctor::Report> {
    doctor::Examination examination(
        {.settings = config.values, .keys_set = keys_set, .apps = apps, .network = network},
        {.time_max = std::chrono::seconds(options.seconds), .is_deep = options.is_deep},
        std::move(show));
    co_return co_await examination.run();
  }());
}

void run_doctor(const SettingsFlags& flags, const std::vector<const app::AppInfo*>& apps,
                const DoctorOptions& options) {
  doctor::Examination::Show show = show_finding;
  if (options.as_json) show = [](const doctor::Finding&) {};
  doctor::Report report;
  if (auto config = load_or_tell(flags)) {
    report = examine(*config, apps, options, show);
  } else {
    report = std::move(config.error());
    for (const doctor::Finding& finding : report.findings) show(finding);
  }
  if (options.as_json) fmt::print("{}\n", schema::to_json(report));
  std::fflush(stdout);
  std::string summary = doctor::summary_of(report);
  if (!report.is_well) throw Error(Code::unprocessable, summary + ".");
  if (!options.as_json) fmt::print("{}\n", summary);
}

}  // namespace

void add_doctor(CommandLine line) {
  CLI::App* command = line.root.add_subcommand(
      "doctor", "Look whether all that a server needs is there, and say what to do");
  command->footer(
      "Example: antiphon doctor --config antiphon.toml\n"
      "Each model is asked for one token, and each recogniser whether it is ready. The exit code "
      "is 1\nwhen there is a problem; warnings are none.");
  auto flags = std::make_shared<SettingsFlags>(*command);
  auto options = std::make_shared<DoctorOptions>();
  command->add_flag("--deep", options->is_deep,
                    "Also ask models for answers in one piece, by a schema, and with a tool");
  command->add_option("--seconds", options->seconds, "Longest time of one check")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  command->add_flag("--json", options->as_json, "Print what was found as JSON");
  command->callback([flags, options, apps = line.apps] { run_doctor(*flags, apps, *options); });
}

}  // namespace antiphon::server
