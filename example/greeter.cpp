// A sixth app, whole: a table, a skill, a route, a job and a live handler. HACKING.md walks through
// it. `antiphon-example serve` runs it.

#include "engine/app/live_routes.h"
#include "server/commands/command_line.h"

namespace antiphon::greeter {

std::span<const EmbeddedFile> migrations();  // migrations/*.sql, put in by the build

namespace {

// What goes in and out, described once.

struct Guest {
  std::string name;
};
auto describe(schema::Tag<Guest>) {
  return schema::object<Guest>("Guest", "Somebody who comes in")
      .field("name", &Guest::name, "What to call them", schema::min_length(1),
             schema::max_length(40));
}

struct Greeting {
  std::string text;
};
auto describe(schema::Tag<Greeting>) {
  return schema::object<Greeting>("Greeting", "What they are told")
      .field("text", &Greeting::text, "A sentence");
}

// The table, by its statements.

constexpr store::Statement count_visit{
    "greeter.count_visit",
    "INSERT INTO greeter_guests (tenant_id, name, visits) VALUES ($1, $2, 1) "
    "ON CONFLICT (tenant_id, name) DO UPDATE SET visits = greeter_guests.visits + 1"};
constexpr store::Statement statements[] = {count_visit};

// The live handler: greets whoever is named to it.

const live::EventType greeted{.name = "greeted",
                              .lane = live::Lane::final,
                              .body = &schema::of<Greeting>,
                              .doc = "A greeting."};

using GreetSkill = skill::Skill<Guest, Greeting>;

class Door final : public live::Handler {
 public:
  Door(live::Session& session, const GreetSkill& greet) : session_(session), greet_(greet) {}

  void on_message(const live::Message& message) override {
    session_.emit(greeted, greet_.rules(message.read<Guest>()));
  }

 private:
  live::Session& session_;
  const GreetSkill& greet_;
};

class Greeter final : public app::App {
 public:
  explicit Greeter(app::Services& services) : services_(services) {}

  void mount(app::Services&) override {
    services_.router.add({.method = http::Method::post,
                          .path = "/api/v1/greeter/greetings",
                          .permission = "greeter:greeting:create",
                          .rate = http::RateClass::create,
                          .summary = "Greet a guest"},
                         this, &Greeter::greet);
    services_.router.add({.method = http::Method::post,
                          .path = "/api/v1/greeter/sessions",
                          .permission = "greeter:greeting:create",
                          .rate = http::RateClass::create,
                          .summary = "Stand at the door"},
                         this, &Greeter::open_door);
    services_.live.add({.name = "greeter", .events = {&greeted}, .make = [this](auto& session) {
                          return std::make_unique<Door>(session, greet_);
                        }});
    app::mount_live(
        services_,
        {.app = "greeter", .path = "/ws/greeter", .permission = "greeter:greeting:create"});
    if (services_.job_runner) {
      services_.job_runner->handle("greeter.count", [this](store::JobContext job) -> Task<> {
        return count(std::move(job));
      });
    }
  }

 private:
  // The route: asks the skill, and has the visit counted later.
  Task<Greeting> greet(Call call, Guest guest) {
    auto answer = co_await services_.skills.run(&greet_, guest, call);
    http::keep_answer(call, answer.value);
    co_await services_.database.write(call, [this, tenant = call.tenant(), guest](store::Tx& tx) {
      services_.jobs.enqueue(
          tx, {.tenant = tenant, .kind = "greeter.count", .payload = schema::to_json(guest)});
    });
    co_return answer.value;
  }

  Task<Greeting> open_door(Call call) {
    auto session = services_.live.open("greeter", call.tenant(), call.principal().id);
    co_return Greeting{"/ws/greeter?sessionId=" + session->id()};
  }

  // The job.
  Task<> count(store::JobContext job) {
    auto guest = schema::parse<Guest>(job.job().payload);
    co_await services_.database.write(job.call(),
                                      [tenant = job.call().tenant(), guest](store::Tx& tx) {
                                        tx.execute(count_visit, tenant, guest.name);
                                      });
  }

  app::Services& services_;
  GreetSkill greet_{.name = "greeter.greet", .rules = [](const Guest& guest) {
                      return Greeting{"Welcome, " + guest.name + "."};
                    }};
};

const app::AppInfo info{.name = "greeter",
                        .summary = "Greets whoever comes in.",
                        .migrations = migrations(),
                        .statements = {statements},
                        .events = {&greeted},
                        .permissions = {"greeter:greeting:create"},
                        .make = [](app::Services& services) -> std::unique_ptr<app::App> {
                          return std::make_unique<Greeter>(services);
                        }};

}  // namespace
}  // namespace antiphon::greeter

int main(int argc, char** argv) {
  return antiphon::server::run(argc, argv, {&antiphon::greeter::info});
}
