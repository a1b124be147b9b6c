// `antiphon replay`: a recorded session runs again, and gives the same events (E-24).

#include <fmt/core.h>

#include "engine/record/difference.h"
#include "engine/record/replayed_recogniser.h"
#include "engine/record/share.h"
#include "engine/schema/json.h"
#include "engine/speech/embedded_recogniser.h"
#include "server/commands/command_line.h"
#include "server/commands/progress_bar.h"
#include "server/commands/replay_report.h"
#include "server/process.h"

namespace antiphon::server {
namespace {

struct ReplayFlags {
  std::string file;
  std::string speed = "max";
  std::string key_file;
  std::string share_to;
  bool list = false;
  bool events = false;
  bool json = false;
};

/// Where recordings and their key are, and how they are replayed.
struct Place {
  Settings settings;
  std::vector<const app::AppInfo*> apps;
  std::filesystem::path folder;
  std::filesystem::path key_file;

  std::function<record::RecordKey()> key() const {
    return [file = key_file] { return record::load_key(file); };
  }
};

Place place_of(Settings settings, std::vector<const app::AppInfo*> apps, const ReplayFlags& flags) {
  auto [folder, key_file] = record_places(settings.record, settings.server.data);
  if (!flags.key_file.empty()) key_file = flags.key_file;
  return {std::move(settings), std::move(apps), std::move(folder), std::move(key_file)};
}

// A file, or the id of a session of the data folder.
std::filesystem::path find(const Place& place, const std::string& named) {
  auto recorded = record::record_path(place.folder, named);
  std::error_code failure;
  bool is_session = !std::filesystem::exists(named, failure) && named.starts_with("ses_");
  return is_session ? recorded : std::filesystem::path(named);
}

void print_events(record::Recording& recording) {
  while (auto entry = recording.next()) {
    if (auto* event = std::get_if<record::EventTold>(&*entry)) fmt::print("{}\n", event->json);
  }
}

const app::AppInfo& app_of(const Place& place, const record::Header& header) {
  for (const app::AppInfo* info : place.apps) {
    if (info->name == header.app && info->replay) return *info;
  }
  throw Error(
      Code::unsupported,
      fmt::format("The recording is of \"{}\", which this program cannot replay.", header.app));
}

void check_whole(const record::Header& header) {
  if (!header.is_shared) return;
  throw Error(Code::unsupported,
              "This copy was made to be given away: without its sound and what was said it cannot "
              "be replayed. --events shows what is left of it.");
}

Task<record::Replayed> replay_again(const Place& place, std::filesystem::path file,
                                    record::ReplayOptions options) {
  record::Recording scanned(file, place.key());
  check_whole(scanned.header());
  const app::AppInfo& info = app_of(place, scanned.header());
  const SpeechSettings& speech = place.settings.speech;
  speech::EmbeddedRecogniser embedded({.program = speech.program, .model_directory = speech.model});
  record::ReplayedRecogniser recogniser(embedded, record::marks_in(scanned));
  TaskGroup tasks([](const std::exception_ptr&) {});
  log::Logger log(Core::here().clock(), {.level = log::Level::error});
  SystemRandom random;
  record::Recording recording(file, place.key());
  record::Replayer replayer(recording, info.replay({.settings = recording.header().settings,
                                                    .recogniser = recogniser,
                                                    .tasks = tasks,
                                                    .log = log,
                                                    .random = random,
                                                    .shipped_folder = shipped_folder}));
  auto replayed = co_await replayer.run(std::move(options));
  co_await tasks.stop();
  co_return replayed;
}

ReplayReport replay(const Place& place, const std::filesystem::path& file,
                    const ReplayFlags& flags) {
  bool is_real = flags.speed == "real";
  std::optional<ProgressBar> bar;
  record::ReplayOptions options{.at_real_speed = is_real};
  if (is_real) {
    options.on_event = [](std::string_view json) {
      fmt::print("{}\n", json);
      std::fflush(stdout);
    };
  } else {
    bar.emplace("replay");
    options.on_progress = [&bar](double share) { bar->show(share); };
  }
  SystemClock clock;
  Core core(0, clock);
  Instant begun = clock.steady();
  auto replayed = core.run_until_done(replay_again(place, file, std::move(options)));
  bar.reset();
  record::Recording recording(file, place.key());
  return make_report(replayed, recording, clock.steady() - begun,
                     replay_ingredients(place.settings));
}

void run(const Place& place, const ReplayFlags& flags) {
  if (flags.list) return list_recordings(place.folder, place.key(), flags.json);
  if (flags.file.empty()) {
    throw Error(Code::invalid, "Name a recording, or --list those of the data folder.");
  }
  std::filesystem::path file = find(place, flags.file);
  if (flags.events || !flags.share_to.empty()) {
    record::Recording recording(file, place.key());
    if (flags.events) return print_events(recording);
    return record::share(recording, flags.share_to);
  }
  ReplayReport report = replay(place, file, flags);
  if (flags.json) fmt::print("{}\n", schema::to_json(report));
  std::string problem = problem_of(report);
  if (!problem.empty()) throw Error(Code::conflict, problem);
  if (!flags.json) fmt::print("{}\n", to_text(report));
}

}  // namespace

void add_replay(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("replay", "Run a recorded session again");
  command->footer(
      "Example: antiphon replay --data ./data ses_7d0m6c1v4k9q2x8r5t3w0y1z6b\n"
      "Recognition, analysis, search and choice are done again from the sound. The exit code is 1\n"
      "when another event comes out, and the first such event is shown.\n"
      "Example: antiphon replay --data ./data --list\n"
      "Example: antiphon replay --share talk.record --data ./data ses_7d0m6c1v4k9q2x8r5t3w0y1z6b");
  auto flags = std::make_shared<ReplayFlags>();
  command->add_option("FILE", flags->file, "A recording, or the id of its session");
  command->add_option("--speed", flags->speed, "real: at the pace of the session, showing events")
      ->check(CLI::IsMember({"real", "max"}))
      ->capture_default_str();
  command->add_option("--key-file", flags->key_file,
                      "The key of the server that recorded; else that of the data folder");
  command->add_flag("--list", flags->list, "Show the recordings of the data folder");
  command->add_flag("--events", flags->events, "Print the recorded events and replay nothing");
  command->add_option("--share", flags->share_to,
                      "Write a copy there that may be given away: no sound, no names, no words");
  command->add_flag("--json", flags->json, "Print the report as JSON");
  auto settings = std::make_shared<SettingsFlags>(*command);
  command->callback([flags, settings, apps = line.apps] {
    run(place_of(settings->load().values, apps, *flags), *flags);
  });
}

}  // namespace antiphon::server
