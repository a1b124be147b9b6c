#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/app/app.h"
#include "engine/gateway/gateway.h"
#include "engine/schema/config.h"
#include "server/config.h"

namespace antiphon::server {

/// The models that are set up, reached from one core: made, used and destroyed there.
class ReachedModels {
 public:
  virtual ~ReachedModels() = default;
  virtual gateway::Gateway& gateway() = 0;
  /// Ends what is under way; before it goes.
  virtual Task<> stop() = 0;
};
/// Null where no models are set up. @throws Error{fields} for settings that are wrong
using ReachModels = std::function<std::unique_ptr<ReachedModels>()>;
/// Those of antiphon.toml and the environment.
std::unique_ptr<ReachedModels> reach_set_models();

/// The recognisers of antiphon.toml and the environment, each for itself, reached from one core:
/// made, used and destroyed there.
class ReachedRecognisers {
 public:
  /// @param wanted  their names; empty: all
  /// @throws Error{Code::invalid} for a name that is none; Error{fields} for wrong settings
  explicit ReachedRecognisers(const std::vector<std::string>& wanted);
  ~ReachedRecognisers();

  std::vector<eval::Run::NamedRecogniser> all() const;
  /// Ends what is under way; before it goes.
  Task<> stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// What the program can do, command by command. Each adds its subcommand with a worked example and
/// does its work in the callback, throwing Error when it fails.
struct CommandLine {
  CLI::App& root;
  std::vector<const app::AppInfo*> apps;
  ReachModels reach_models = reach_set_models;  ///< for `eval`; null: there are no models
};

void add_serve(CommandLine line);
void add_config(CommandLine line);
/// `antiphon doctor`: what is wrong, and how to mend it.
void add_doctor(CommandLine line);
void add_migrate(CommandLine line);
void add_tenant(CommandLine line);
/// `antiphon key …`: what machines sign in with.
void add_key(CommandLine line);
void add_backup(CommandLine line);
void add_restore(CommandLine line);
/// The verb groups of the apps: `antiphon director …`.
void add_apps(CommandLine line);
void add_load(CommandLine line);
void add_eval(CommandLine line);
void add_replay(CommandLine line);
/// `antiphon speech …`: the embedded recogniser and synthesiser alone.
void add_speech(CommandLine line);
void add_testing(CommandLine line);
/// `antiphon testing simulate`, below the others.
void add_simulate(CLI::App& testing, const std::vector<const app::AppInfo*>& apps);

/// The whole program for these apps: parses, runs one command, says what went wrong.
/// @return exit code: 0 done, 1 failed, 2 wrong use
int run(int argc, char** argv, std::vector<const app::AppInfo*> apps);

/// Runs `action` with a server: app::CommandContext says with which.
void with_server(const std::vector<const app::AppInfo*>& apps, const app::ServerChoice& choice,
                 const std::function<Task<>(app::ReachedServer)>& action);

/// The settings without flags: antiphon.toml where there is one, and the environment.
/// @throws Error{fields} with everything that is wrong
schema::Config<Settings> load_settings();

/// The settings of a command: `--config FILE` and one flag for every key, `--listen` and the like
/// for those of the server without its name. Read when the command runs.
class SettingsFlags {
 public:
  explicit SettingsFlags(CLI::App& command);

  /// All layers together. @throws Error{fields} with everything that is wrong
  schema::Config<Settings> load() const;

 private:
  void add(CLI::App& command, const std::string& flag, const std::string& names,
           const std::string& doc);

  std::string config_file_;
  std::map<std::string, std::string> values_;  // by flag
  std::map<std::string, CLI::Option*> options_;
};

}  // namespace antiphon::server
