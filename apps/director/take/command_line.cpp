// `antiphon director …`

#include <CLI/CLI.hpp>

#include "apps/director/director.h"
#include "apps/director/import/import_client.h"
#include "apps/director/take/take_client.h"

namespace antiphon::director {

namespace {

void add_import(CLI::App& verbs, app::CommandContext context) {
  CLI::App* import =
      verbs.add_subcommand("import", "Bring a folder or a list of clips into the library");
  import->footer(
      "Example: antiphon director import holiday.csv --data ./antiphon-data\n"
      "The list is CSV, whose first line names its columns (file, title, description, tags, topic, "
      "sentiment,\nlicence, attribution), or one JSON object a line (.jsonl). Run again, it goes "
      "on "
      "where it was.");
  auto source = std::make_shared<std::string>();
  auto choice = std::make_shared<app::ServerChoice>();
  import->add_option("FOLDER|LIST", *source, "Folder with films and pictures, or a list")
      ->required()
      ->check(CLI::ExistingPath);
  import->add_option("--data", choice->data, "Folder of a server on this machine, or of a new one");
  import->add_option("--server", choice->url,
                     "A server's URL; its token comes from ANTIPHON_TOKEN");
  import->callback([source, choice, context = std::move(context)] {
    context.with_server(*choice, [source](app::ReachedServer server) -> Task<> {
      ImportClient client(std::move(server), *source, stdout);
      co_await client.run();
    });
  });
}

}  // namespace

void add_commands(CLI::App& verbs, app::CommandContext context) {
  verbs.footer(
      "Examples: antiphon director take speech.wav\n"
      "          antiphon director import holiday.csv");
  add_import(verbs, context);
  CLI::App* take = verbs.add_subcommand("take", "Run a recording through a take and print events");
  take->footer(
      "Example: antiphon director take speech.wav --realtime\n"
      "Without --server, the server that holds the folder of --data is asked; where there is "
      "none,\n"
      "the take runs in this process.");
  auto options = std::make_shared<TakeOptions>();
  auto choice = std::make_shared<app::ServerChoice>();
  take->add_option("FILE", options->file, "Sound or film in any format ffmpeg reads")->required();
  take->add_flag("--realtime", options->realtime, "Send it as fast as it was spoken");
  take->add_flag("--json", options->json, "Print one event a line, as JSON");
  take->add_option("--language", options->language, "Language of the speech (en)");
  take->add_option("--data", choice->data, "Folder of a server on this machine, or of a new one");
  take->add_option("--server", choice->url, "A server's URL; its token comes from ANTIPHON_TOKEN");
  take->callback([options, choice, context = std::move(context)] {
    context.with_server(*choice, [options](app::ReachedServer server) -> Task<> {
      TakeClient client(std::move(server), *options, stdout);
      co_await client.run();
    });
  });
}

}  // namespace antiphon::director
