// The server under test: the whole program with one small app, so that a benchmark meets everything
// that a request, a row or a live event meets (gate, tokens, metrics, event log), and nothing of
// the shipped apps. `antiphon-bench serve` runs it.

#include "bench/server/bench_live.h"
#include "engine/app/app.h"
#include "engine/base/ids.h"
#include "engine/live/connection.h"
#include "server/commands/command_line.h"

namespace antiphon::bench {

std::span<const EmbeddedFile> migrations();  // migrations/*.sql, put in by the build

namespace {

constexpr std::string_view permission = "bench:run";

struct Line {
  std::int64_t number = 0;
  std::string name;
  double price = 0;
  bool in_stock = false;
};
auto describe(schema::Tag<Line>) {
  return schema::object<Line>("Line", "A line of the document")
      .field("number", &Line::number, "From 1")
      .field("name", &Line::name, "What it is")
      .field("price", &Line::price, "What it costs")
      .field("inStock", &Line::in_stock, "Whether it is there");
}

struct Document {
  std::string title;
  std::vector<Line> lines;
};
auto describe(schema::Tag<Document>) {
  return schema::object<Document>("Document", "About 1 KiB of JSON")
      .field("title", &Document::title, "Its title")
      .field("lines", &Document::lines, "What stands in it");
}

Document make_document() {
  Document document{.title = "A price list of thirteen lines", .lines = {}};
  for (int i = 1; i <= 13; ++i) {
    document.lines.push_back({.number = i,
                              .name = fmt::format("Article number {:03} of the list", i),
                              .price = 10 + i * 1.25,
                              .in_stock = i % 3 != 0});
  }
  return document;
}

struct NewNote {
  std::string text;
};
auto describe(schema::Tag<NewNote>) {
  return schema::object<NewNote>("NewNote", "A note to keep")
      .field("text", &NewNote::text, "What it says", schema::min_length(1),
             schema::max_length(1000));
}

struct Note {
  std::string id;
  std::string text;
  Timestamp created_at;
};
auto describe(schema::Tag<Note>) {
  return schema::object<Note>("Note", "A note that is kept")
      .field("id", &Note::id, "Its id")
      .field("text", &Note::text, "What it says")
      .field("createdAt", &Note::created_at, "When it was written");
}

constexpr store::Statement insert_note{
    "bench.insert_note",
    "INSERT INTO bench_notes (tenant_id, id, author, text, created_at) "
    "VALUES ($1, $2, $3, $4, $5)"};
constexpr store::Statement statements[] = {insert_note};

class Bench final : public app::App {
 public:
  explicit Bench(app::Services& services) : services_(services) {}

  void mount(app::Services&) override {
    services_.router.add({.path = "/api/v1/bench/document",
                          .permission = std::string(permission),
                          .summary = "About 1 KiB of JSON"},
                         this, &Bench::show_document);
    services_.router.add({.method = http::Method::post,
                          .path = "/api/v1/bench/notes",
                          .permission = std::string(permission),
                          .rate = http::RateClass::create,
                          .summary = "Keep a note"},
                         this, &Bench::keep_note);
    services_.live.add(live_app());
    services_.router.add({.path = "/ws/bench",
                          .permission = std::string(permission),
                          .rate = http::RateClass::live,
                          .summary = "A live session, antiphon.v1"},
                         this, &Bench::attach);
  }

 private:
  Task<Document> show_document(Call) { co_return document_; }

  Task<http::Created<Note>> keep_note(Call call, NewNote input) {
    Note note{.id = make_id("note", services_.random),
              .text = std::move(input.text),
              .created_at = call.now()};
    co_await services_.database.write(
        call, [note, tenant = call.tenant(), author = call.principal().id](store::Tx& tx) {
          tx.execute(insert_note, tenant, note.id, author, note.text, note.created_at);
        });
    std::string location = "/api/v1/bench/notes/" + note.id;
    co_return http::Created<Note>{std::move(note), std::move(location)};
  }

  // Opens a session for each client that names none. All guests read all sessions: one guest may
  // not have a thousand connections.
  Task<> attach(Call call, http::Request request, http::Takeover takeover) {
    auto principal = std::make_shared<const Principal>(call.principal());
    std::string session_id;
    for (const auto& [name, value] : http::parse_query(request.query)) {
      if (name == "sessionId") session_id = value;
    }
    co_await live::serve_websocket(services_.sessions, route_, std::move(request), takeover,
                                   std::move(principal), session_id);
  }

  app::Services& services_;
  live::LiveRoute route_{
      .app = "bench",
      .permission = std::string(permission),
      .opens_sessions = true,
      .may_attach = [](const Principal&, const live::SessionOwner&) { return true; }};
  Document document_ = make_document();
};

const app::AppInfo info{.name = "bench",
                        .summary = "What the benchmarks talk to.",
                        .migrations = migrations(),
                        .statements = {statements},
                        .events = live_events(),
                        .permissions = {permission},
                        .guest_permissions = {permission},
                        .make = [](app::Services& services) -> std::unique_ptr<app::App> {
                          return std::make_unique<Bench>(services);
                        }};

}  // namespace
}  // namespace antiphon::bench

int main(int argc, char** argv) {
  return antiphon::server::run(argc, argv, {&antiphon::bench::info});
}
