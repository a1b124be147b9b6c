#include "server/commands/command_line.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <span>

#include "engine/schema/nearest.h"
#include "server/process.h"

namespace antiphon::server {
namespace {

constexpr int failed = 1;
constexpr int wrong_use = 2;

int report(const Error& error) {
  fmt::print(stderr, "antiphon: {}\n", error.message());
  if (error.fields().size() > 1) {
    for (const FieldError& field : error.fields()) fmt::print(stderr, "  {}\n", field.message);
  }
  return error.code() == Code::invalid ? wrong_use : failed;
}

// CLI11 would only say that a command is missing, not which word is none.
void check_commands(const CLI::App* command, std::span<char*> words) {
  for (const char* word : words) {
    auto known = command->get_subcommands({});
    if (known.empty() || *word == '-') return;
    auto next = std::ranges::find(known, std::string(word), &CLI::App::get_name);
    if (next == known.end()) {
      std::vector<std::string_view> names;
      for (const CLI::App* other : known) names.push_back(other->get_name());
      throw Error(
          Code::invalid,
          fmt::format("\"{}\" is no command of {}; the nearest is \"{}\". --help shows all.", word,
                      command->get_name(), schema::nearest(word, names)));
    }
    command = *next;
  }
}

}  // namespace

int run(int argc, char** argv, std::vector<const app::AppInfo*> apps) {
  CLI::App root("Antiphon: one server for live AI sessions.", "antiphon");
  root.footer("Example: antiphon serve --listen 127.0.0.1:8080 --data ./data");
  root.set_version_flag("--version", std::string(version));
  root.require_subcommand(1);
  CommandLine line{root, std::move(apps)};
  add_serve(line);
  add_config(line);
  add_doctor(line);
  add_migrate(line);
  add_tenant(line);
  add_key(line);
  add_backup(line);
  add_restore(line);
  add_apps(line);
  add_load(line);
  add_eval(line);
  add_replay(line);
  add_speech(line);
  add_testing(line);
  try {
    check_commands(&root, std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error) == 0 ? 0 : wrong_use;
  } catch (const Error& error) {
    return report(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "antiphon: {}\n", error.what());
    return failed;
  }
  return 0;
}

}  // namespace antiphon::server
