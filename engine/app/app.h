#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/app/commands.h"
#include "engine/app/replay.h"
#include "engine/app/services.h"
#include "engine/base/embedded.h"
#include "engine/eval/evaluation.h"
#include "engine/live/event.h"
#include "engine/store/migration.h"
#include "engine/store/tx.h"

namespace antiphon::app {

/// An app on one core. Made when the server starts; goes after its live sessions and jobs have
/// ended.
class App {
 public:
  virtual ~App() = default;

  /// Declares every route, live handler and job of the app, once.
  virtual void mount(Services& services) = 0;

  /// Called on every core after all is mounted and migrated, before the first request.
  virtual Task<> start() { co_return; }

  /// Waited for, some seconds at most, before the server says that it serves: what a first visitor
  /// would miss.
  virtual Task<> ready() { co_return; }
};

/// What is known of an app without running it: what the server mounts, migrates and documents.
struct AppInfo {
  std::string_view name;     ///< "director"; path segment, configuration section, migration set
  std::string_view summary;  ///< one line
  std::span<const EmbeddedFile> migrations;
  std::vector<std::span<const store::Statement>> statements;  ///< all its SQL, for the tests of it
  std::vector<const live::EventType*> events;
  std::vector<std::string_view> permissions;        ///< all that its routes name
  std::vector<std::string_view> guest_permissions;  ///< those of an anonymous session token
  std::unique_ptr<App> (*make)(Services& services) = nullptr;
  AddCommands add_commands = nullptr;  ///< its verbs on the command line; may be none
  MakeHandler (*replay)(const ReplayStage& stage) = nullptr;  ///< `antiphon replay`; may be none
  std::vector<const eval::Evaluation*> evaluations = {};      ///< `antiphon eval NAME`
};

/// The engine's migrations, then those of each app: what a database of this program needs.
std::vector<store::MigrationSet> migration_sets(std::span<const AppInfo* const> apps);

}  // namespace antiphon::app
