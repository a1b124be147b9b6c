// `antiphon director …`

#include <CLI/CLI.hpp>

#include "apps/director/director.h"
#include "apps/director/import/import_command.h"
#include "apps/director/take/take_client.h"
#include "engine/base/error.h"

namespace antiphon::director {

void add_commands(CLI::App& verbs, app::CommandContext context) {
  verbs.footer(
      "Examples: antiphon director take speech.wav\n"
      "          antiphon director import holiday.csv --data ./antiphon-data");
  add_import_command(verbs, context);
  CLI::App* take = verbs.add_subcommand("take", "Run a recording through a take and print events");
  take->footer(
      "Example: antiphon director take speech.wav --realtime\n"
      "Without --server, the server that holds the folder of --data is asked; where there is none, "
      "the take\nruns in this process.");
  auto options = std::make_shared<TakeOptions>();
  auto choice = std::make_shared<app::ServerChoice>();
  take->add_option("FILE", options->file, "Sound or film in any format ffmpeg reads")->required();
  take->add_flag("--realtime", options->realtime, "Send it as fast as it was spoken");
  take->add_flag("--json", options->json, "Print one event a line, as JSON");
  CLI::Option* consent =
      take->add_flag("--consent", options->consent, "Everybody who is heard agrees");
  take->add_flag("--record", options->record,
                 "Record the take, for antiphon replay; the server allows it with record.enabled")
      ->needs(consent);
  take->add_option("--language", options->language, "Language of the speech (en)");
  take->add_option("--data", choice->data, "Folder of a server on this machine, or of a new one");
  take->add_option("--server", choice->url, "A server's URL; its token comes from ANTIPHON_TOKEN");
  take->callback([options, choice, context = std::move(context)] {
    if (options->record && choice->data.empty() && choice->url.empty()) {
      throw Error(Code::invalid,
                  "A recording needs a folder that stays: name one with --data, or a --server.");
    }
    context.with_server(*choice, [options](app::ReachedServer server) -> Task<> {
      TakeClient client(std::move(server), *options, stdout);
      co_await client.run();
    });
  });
}

}  // namespace antiphon::director
