// `antiphon backup` and `antiphon restore` (E-65).

#include "engine/store/backup.h"

#include <fmt/core.h>

#include "server/commands/command_line.h"
#include "server/commands/progress_bar.h"
#include "server/data_folder.h"
#include "server/process.h"

namespace antiphon::server {
namespace {

namespace fs = std::filesystem;

store::BackupProgress shown_by(ProgressBar& bar) {
  return [&bar](std::uint64_t done, std::uint64_t total) {
    bar.show(total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total));
  };
}

std::uint64_t bytes_of(const store::BackupManifest& manifest) {
  std::uint64_t bytes = manifest.database ? manifest.database->bytes : 0;
  for (const store::Blob& blob : manifest.blobs) bytes += blob.bytes;
  return bytes;
}

void say_what_to_do_with_postgresql() {
  fmt::print(
      "the database is PostgreSQL and is not in the backup: run pg_dump (and pg_restore) for it, "
      "before the backup\n");
}

void back_up(const Settings& settings, const fs::path& target) {
  constexpr std::string_view sqlite = "sqlite:";
  fs::path data = settings.server.data;
  if (!fs::is_directory(data)) {
    throw Error(Code::not_found, fmt::format("There is no data folder {}.", data.string()));
  }
  const std::string& url = settings.store.database_url;
  store::BackupSource source{.database = data / "antiphon.sqlite", .blobs = data / "blobs"};
  if (url.starts_with(sqlite)) {
    source.database = url.substr(sqlite.size());
  } else if (!url.empty()) {
    source.database.reset();
  }
  store::BackupReport report;
  {
    ProgressBar bar("backup");
    report = store::make_backup(source, target, SystemClock().now(), shown_by(bar));
  }
  if (!source.database) say_what_to_do_with_postgresql();
  fmt::print("{} holds {}{} blobs, {} of them new; {} bytes\n", target.string(),
             source.database ? "the database and " : "", report.manifest.blobs.size(),
             report.blobs_copied, bytes_of(report.manifest));
  if (report.missing.empty()) return;
  throw Error(Code::unavailable,
              fmt::format("{} blobs that the database uses are not in the data folder, nor in the "
                          "backup; the first is {}.",
                          report.missing.size(), report.missing[0]));
}

void check(const fs::path& backup, const std::vector<store::MigrationSet>& sets) {
  std::vector<std::string> problems;
  {
    ProgressBar bar("check");
    problems = store::check_backup(backup, sets, shown_by(bar));
  }
  for (const std::string& problem : problems) fmt::print("{}\n", problem);
  if (!problems.empty()) {
    throw Error(Code::unprocessable, fmt::format("The backup {} is not good.", backup.string()));
  }
  fmt::print("{} is whole\n", backup.string());
}

void restore(const fs::path& backup, const fs::path& data, bool force,
             const std::vector<store::MigrationSet>& sets) {
  if (auto holder = holder_of(data)) {
    throw Error(Code::conflict, fmt::format("The data folder {} is held by process {}; stop that "
                                            "one first.",
                                            data.string(), holder->process));
  }
  fs::path aside;
  {
    ProgressBar bar("restore");
    aside = store::restore_backup(backup, data, force, SystemClock().now(), sets, shown_by(bar));
  }
  if (!aside.empty()) fmt::print("what was there is now {}\n", aside.string());
  if (!fs::exists(data / "antiphon.sqlite")) say_what_to_do_with_postgresql();
  fmt::print("{} is restored\n", data.string());
}

}  // namespace

void add_backup(CommandLine line) {
  CLI::App* command = line.root.add_subcommand(
      "backup", "Copy database and blobs to a folder, while the server runs");
  command->footer(
      "Example: antiphon backup /mnt/backup --data ./data\n"
      "         antiphon restore /mnt/backup --check\n"
      "Again to the same folder, it copies only blobs that are new. Logs of live sessions and\n"
      "antiphon.toml are not part of it.");
  auto target = std::make_shared<std::string>();
  command->add_option("folder", *target, "Where to; empty, or a backup from before")->required();
  auto flags = std::make_shared<SettingsFlags>(*command);
  command->callback([flags, target] { back_up(flags->load().values, *target); });
}

void add_restore(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("restore", "Make a data folder of a backup");
  command->footer(
      "Example: antiphon restore /mnt/backup --data ./data\n"
      "         antiphon restore /mnt/backup --check");
  auto backup = std::make_shared<std::string>();
  auto only_check = std::make_shared<bool>(false);
  auto force = std::make_shared<bool>(false);
  command->add_option("folder", *backup, "The backup")->required();
  command->add_flag("--check", *only_check, "Read every byte and restore nothing");
  command->add_flag("--force", *force, "Move aside what the data folder holds");
  auto flags = std::make_shared<SettingsFlags>(*command);
  command->callback([=, apps = line.apps] {
    if (*only_check) {
      check(*backup, app::migration_sets(apps));
    } else {
      restore(*backup, flags->load().values.server.data, *force, app::migration_sets(apps));
    }
  });
}

}  // namespace antiphon::server
