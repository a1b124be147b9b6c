#include <fmt/core.h>

#include "server/commands/command_line.h"

namespace antiphon::server {

void add_config(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("config", "Look at the settings");
  command->require_subcommand(1);
  command->footer("Example: antiphon config show --data ./data");
  CLI::App* show =
      command->add_subcommand("show", "Print every setting and where it came from; secrets masked");
  show->footer("Example: ANTIPHON_SERVER_CORES=2 antiphon config show");
  auto flags = std::make_shared<SettingsFlags>(*show);
  show->callback([flags] { fmt::print("{}", schema::show_config(flags->load().settings)); });
}

}  // namespace antiphon::server
