#include "apps/director/import/import_command.h"

#include <CLI/CLI.hpp>

#include "apps/director/import/import_client.h"
#include "engine/base/error.h"

namespace antiphon::director {

void add_import_command(CLI::App& verbs, app::CommandContext context) {
  CLI::App* import =
      verbs.add_subcommand("import", "Bring a folder or a list of clips into the library");
  import->footer(
      "Example: antiphon director import holiday.csv --data ./antiphon-data\n"
      "The list is CSV, whose first line names its columns (file, title, description, tags, topic, "
      "sentiment,\nlicence, attribution), or one JSON object a line (.jsonl). Run again, it goes "
      "on where it was.");
  auto source = std::make_shared<std::string>();
  auto choice = std::make_shared<app::ServerChoice>();
  import->add_option("FOLDER|LIST", *source, "Folder with films and pictures, or a list")
      ->required()
      ->check(CLI::ExistingPath);
  import->add_option("--data", choice->data, "Folder of a server on this machine, or of a new one");
  import->add_option("--server", choice->url,
                     "A server's URL; its token comes from ANTIPHON_TOKEN");
  import->callback([source, choice, context = std::move(context)] {
    // A folder that goes with the command would take the clips along.
    if (choice->data.empty() && choice->url.empty()) {
      throw Error(Code::invalid,
                  "Say into which library: --data FOLDER on this machine, or --server URL.");
    }
    context.with_server(*choice, [source](app::ReachedServer server) -> Task<> {
      ImportClient client(std::move(server), *source, stdout);
      co_await client.run();
    });
  });
}

}  // namespace antiphon::director
