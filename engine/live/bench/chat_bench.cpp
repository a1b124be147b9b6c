// What a connection costs at rest, and a frame under load: a chat whose every answer is ten frames
// of about 125 bytes, each an event of a session with the log on. The server is a process of its
// own.

#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/async/child.h"
#include "engine/http/server.h"
#include "engine/live/bench/load_client.h"
#include "engine/live/connection.h"

namespace antiphon::live::bench {
namespace {

using namespace std::chrono_literals;

struct Chunk {
  std::string text;
  bool final = false;
};
auto describe(schema::Tag<Chunk>) {
  return schema::object<Chunk>("Chunk", "A piece of an answer")
      .field("text", &Chunk::text, "Of it")
      .field("final", &Chunk::final, "Whether it is the last");
}
const EventType chunk{.name = "chunk", .lane = Lane::answer, .body = &schema::of<Chunk>};

class Chat final : public Handler {
 public:
  explicit Chat(Session& session) : session_(session) {}
  void on_message(const Message&) override {
    for (int i = 0; i < 10; ++i) {
      session_.emit(chunk, Chunk{"Your bag is on the next flight, and here.", i == 9});
    }
  }

 private:
  Session& session_;
};

LiveRoute chat_route() {
  LiveRoute route{.app = "chat", .permission = "chat:attach", .opens_sessions = true};
  route.authenticate = [](std::string token) -> Task<std::shared_ptr<const Principal>> {
    Principal principal{.kind = Principal::Kind::user, .id = std::move(token), .tenant = "tnt_1"};
    principal.permissions = {"*"};
    co_return std::make_shared<const Principal>(std::move(principal));
  };
  return route;
}

Task<> serve(Live& live) {
  SystemNetwork network;
  SystemRandom random;
  http::OpenGate gate(24h);
  LiveRoute route = chat_route();
  http::Router router;
  router.add({.path = "/live", .permission = std::string(http::public_permission)},
             [&](Call, http::Request request, http::Takeover takeover) {
               return serve_websocket(live, route, std::move(request), takeover, nullptr, "");
             });
  co_await live.start();
  http::Server server(router, gate, random);
  auto listener = network.listen({"127.0.0.1", 0});
  fmt::print("{}\n", listener->local().port);
  std::fflush(stdout);
  server.start(std::move(listener));
  co_await sleep_for(24h);
}

void run_server(const std::string& folder) {
  SystemClock clock;
  SystemRandom random;
  Cores cores(1, clock);
  SystemLogFiles files;
  Pool pool({.name = "files", .threads = 1});
  Live live({cores, files, folder, &pool, random, {}});
  live.at(0).add({.name = "chat", .events = {&chunk}, .make = [](Session& session) {
                    return std::make_unique<Chat>(session);
                  }});
  cores.at(0).run_until_done(serve(live));
}

// This program again, as a server; it ends with this object.
class ServerProcess {
 public:
  ServerProcess() {
    std::string name = std::filesystem::temp_directory_path() / "chat_bench_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    core_.run_until_done(start());
  }
  ~ServerProcess() {
    core_.run_until_done(stop());
    std::filesystem::remove_all(folder_);
  }
  std::uint16_t port() const { return port_; }
  void rest(std::chrono::seconds span) { core_.run_until_done(sleep_for(span)); }
  double cpu_s() const {
    std::ifstream file(fmt::format("/proc/{}/stat", id_));
    std::string field;
    double user = 0;
    double system = 0;
    for (int i = 1; i <= 13; ++i) file >> field;
    file >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  double resident_bytes() const {
    std::ifstream file(fmt::format("/proc/{}/statm", id_));
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }

 private:
  Task<> start() {
    child_ = spawn({.program = "/proc/self/exe",
                    .arguments = {"serve", folder_},
                    .pipe_out = true,
                    .nice = 0});
    id_ = child_->pid();
    std::string line;
    char byte = 0;
    while (co_await child_->out().read_some(std::span(&byte, 1)) == 1 && byte != '\n') line += byte;
    port_ = static_cast<std::uint16_t>(std::stoi(line));
  }
  Task<> stop() {
    child_->kill();
    co_await child_->wait();
  }

  SystemClock clock_;
  Core core_{0, clock_};
  std::unique_ptr<Child> child_;
  std::string folder_;
  pid_t id_ = -1;
  std::uint16_t port_ = 0;
};

void measure_idle(std::chrono::seconds rest) {
  constexpr std::size_t connections = 5000;
  ServerProcess server;
  double before = server.resident_bytes();
  LoadClient client(server.port());
  client.connect(connections);
  double opened = server.resident_bytes();
  client.exchange(10);
  double busy = server.resident_bytes();
  server.rest(rest);
  auto each = [&](double bytes) { return (bytes - before) / connections; };
  fmt::print(
      "idle: {:.0f} bytes a connection (opened {:.0f}, after traffic {:.0f}; {:.1f} MB at "
      "none)\n",
      each(server.resident_bytes()), each(opened), each(busy), before / 1e6);
}

void measure_load(std::size_t connections, std::chrono::seconds span) {
  ServerProcess server;
  LoadClient client(server.port());
  client.connect(connections);
  client.closed_loop(1s);
  double cpu = server.cpu_s();
  auto result = client.closed_loop(span);
  cpu = server.cpu_s() - cpu;
  auto frames = static_cast<double>(result.frames);
  fmt::print(
      "closed loop, {:5} connections: {:7.0f} frames/s, {:8.0f} frames per CPU s, p50 {:.2f} "
      "p99 {:.2f} ms, {:.0f} MB\n",
      connections, frames / result.seconds, frames / cpu, result.at(0.5), result.at(0.99),
      server.resident_bytes() / 1e6);
}

void measure_paced(std::chrono::seconds span) {
  ServerProcess server;
  LoadClient client(server.port());
  client.connect(1000);
  auto result = client.paced(400, span);
  fmt::print("paced, 400 a second over 1000: p50 {:.2f} p99 {:.2f} p99.9 {:.2f} ms\n",
             result.at(0.5), result.at(0.99), result.at(0.999));
}

}  // namespace
}  // namespace antiphon::live::bench

// Arguments name what is measured (idle, load, paced); nothing: all.
int main(int count, char** arguments) {
  using namespace antiphon::live::bench;
  rlimit files{20'000, 20'000};
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (count == 3 && std::string_view(arguments[1]) == "serve") return run_server(arguments[2]), 0;
  std::string wanted = count > 1 && arguments[1][0] != '-' ? arguments[1] : "";
  if (wanted.empty() || wanted == "load") {
    for (std::size_t connections : {100, 1000, 5000}) {
      measure_load(connections, std::chrono::seconds(5));
    }
  }
  if (wanted.empty() || wanted == "paced") measure_paced(std::chrono::seconds(10));
  if (wanted.empty() || wanted == "idle") measure_idle(std::chrono::seconds(30));
}
