// `antiphon key …`: what machines sign in with.

#include <fmt/core.h>

#include "engine/http/client.h"
#include "engine/identity/key_routes.h"
#include "server/commands/command_line.h"

namespace antiphon::server {
namespace {

constexpr Duration request_time_max = std::chrono::seconds(30);
constexpr const char* keys_path = "/api/v1/identity/keys";

// A server's answer to the owner's command.
Task<std::string> ask(app::ReachedServer server, http::Method method, std::string target,
                      std::string body) {
  http::NetworkHttpClient client(server.network, {.reach = http::Reach::everywhere});
  http::ClientRequest request{.method = method,
                              .endpoint = server.endpoint,
                              .target = std::move(target),
                              .body = std::move(body)};
  request.headers.set("Authorization", "Bearer " + server.token);
  if (!request.body.empty()) request.headers.set("Content-Type", "application/json");
  auto answer =
      co_await client.send(std::move(request), Core::here().clock().steady() + request_time_max);
  co_await client.stop();
  if (answer.status / 100 == 2) co_return answer.body;
  auto problem = schema::parse_value(answer.body, schema::ParseOptions::outside());
  const schema::Value* detail = problem.find("detail");
  throw Error(answer.status == 400 ? Code::invalid : Code::unprocessable,
              detail && detail->is_text() ? detail->text()
                                          : fmt::format("The server says {}.", answer.status));
}

std::string budget_text(double budget) {
  return budget > 0 ? fmt::format("budget {:g}", budget) : "no budget of its own";
}

std::string spent_text(const identity::KeyView& key) {
  return key.budget > 0 ? fmt::format("spent {:g} of budget {:g}", key.spent, key.budget)
                        : fmt::format("spent {:g}, {}", key.spent, budget_text(key.budget));
}

Task<> create(app::ReachedServer server, identity::NewKey wanted) {
  std::string body =
      co_await ask(std::move(server), http::Method::post, keys_path, schema::to_json(wanted));
  auto key = schema::parse<identity::KeyView>(body, schema::ParseOptions::outside());
  fmt::print("key {} \"{}\", {}; it is shown only now: {}\n", key.id, key.name,
             budget_text(key.budget), key.key.value_or(""));
}

Task<> list(app::ReachedServer server) {
  std::string body = co_await ask(std::move(server), http::Method::get, keys_path, "");
  auto found = schema::parse<identity::KeyList>(body, schema::ParseOptions::outside());
  for (const identity::KeyView& key : found.keys) {
    std::string end = key.expires_at ? ", until " + to_rfc3339(*key.expires_at) : "";
    fmt::print("{}  {}  {}{}  {}\n", key.id, key.name, spent_text(key), end,
               fmt::join(key.permissions, " "));
  }
  if (found.keys.empty()) fmt::print("no keys\n");
}

Task<> revoke(app::ReachedServer server, std::string id) {
  co_await ask(std::move(server), http::Method::del, fmt::format("{}/{}", keys_path, id), "");
  fmt::print("revoked {}\n", id);
}

struct Verbs {
  CLI::App& key;
  std::vector<const app::AppInfo*> apps;

  // @param action  what is done with the server that the command names
  template <class Action>
  void on_call(CLI::App* command, Action action) const {
    auto choice = std::make_shared<app::ServerChoice>();
    command->add_option("--data", choice->data, "Folder of a server on this machine");
    command->add_option("--server", choice->url,
                        "A server's URL; its token comes from ANTIPHON_TOKEN");
    command->callback([choice, action, list = apps] {
      // A folder that goes with the command would take its keys along.
      if (choice->data.empty() && choice->url.empty()) {
        throw Error(Code::invalid,
                    "Say whose keys: --data FOLDER on this machine, or --server URL.");
      }
      with_server(list, *choice, action);
    });
  }
};

void add_create(const Verbs& verbs) {
  CLI::App* command = verbs.key.add_subcommand("create", "Make a key");
  command->footer("Example: antiphon key create --name ci --budget 5 --data ./antiphon-data");
  auto wanted = std::make_shared<identity::NewKey>();
  command->add_option("--name", wanted->name, "To know it by")->required();
  command
      ->add_option("--budget", wanted->budget,
                   "What it may cost in all, in the price table's currency; 0: no limit")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--permission", wanted->permissions,
                      "What it may do; without any, what OpenAI's clients do");
  command->add_option_function<std::int64_t>(
      "--days", [wanted](const std::int64_t& days) { wanted->lifetime_days = days; },
      "How long it holds; without it, until it is revoked");
  verbs.on_call(command,
                [wanted](app::ReachedServer server) { return create(std::move(server), *wanted); });
}

}  // namespace

void add_key(CommandLine line) {
  CLI::App* key = line.root.add_subcommand("key", "Keys of machines, for /v1 and more");
  key->require_subcommand(1);
  key->footer("Example: antiphon key create --name ci --budget 5 --data ./antiphon-data");
  Verbs verbs{*key, line.apps};
  add_create(verbs);
  CLI::App* listing = key->add_subcommand("list", "Show all that hold");
  listing->footer("Example: antiphon key list --data ./antiphon-data");
  verbs.on_call(listing, [](app::ReachedServer server) { return list(std::move(server)); });
  CLI::App* revoking = key->add_subcommand("revoke", "End one");
  revoking->footer("Example: antiphon key revoke key_0f3k… --data ./antiphon-data");
  auto id = std::make_shared<std::string>();
  revoking->add_option("id", *id, "Which, as `antiphon key list` shows it")->required();
  verbs.on_call(revoking,
                [id](app::ReachedServer server) { return revoke(std::move(server), *id); });
}

}  // namespace antiphon::server
