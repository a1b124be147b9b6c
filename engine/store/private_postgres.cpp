#include "engine/store/private_postgres.h"

#include <unistd.h>

#include <filesystem>

#include "engine/base/error.h"

namespace antiphon::store::testing {
namespace {

// Runs as an unprivileged user, because the server refuses root. It obeys each line it reads and
// says it back, and takes everything down when its input ends: also when the tests were killed.
constexpr std::string_view guard_script = R"sh(
set -e
PATH="$0:$PATH"
dir=$(mktemp -d /tmp/antiphon-postgres.XXXXXX)
cd "$dir"
down() {
  pg_ctl -D "$dir/data" -m immediate stop >>"$dir/log" 2>&1 || true
  rm -rf "$dir"
}
trap down EXIT
initdb -D "$dir/data" -U antiphon -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1
fsync=off
start() {
  options="-c fsync=$fsync -c listen_addresses='' -c max_connections=200 -k $dir"
  pg_ctl -D "$dir/data" -w -l "$dir/log" -o "$options" start >>"$dir/log" 2>&1
}
start
echo "$dir"
while read -r order name; do
  case $order in
    database) createdb -h "$dir" -U antiphon "$name" ;;
    stop) pg_ctl -D "$dir/data" -m immediate stop >>"$dir/log" 2>&1 ;;
    start) start ;;
    fsync) fsync=$name ;;
  esac
  echo "$order $name"
done
)sh";

// The folder of the newest server programs; empty when there is none.
std::string find_server() {
  namespace fs = std::filesystem;
  std::string found;
  std::error_code error;
  for (auto& version : fs::directory_iterator("/usr/lib/postgresql", error)) {
    auto folder = version.path() / "bin";
    if (fs::exists(folder / "initdb")) found = std::max(found, folder.string());
  }
  if (!found.empty()) return found;
  return fs::path(find_program("initdb")).parent_path().string();
}

}  // namespace

PrivatePostgres& PrivatePostgres::shared() {
  static PrivatePostgres postgres;
  return postgres;
}

PrivatePostgres::PrivatePostgres() {
  std::string server = find_server();
  if (server.empty()) {
    throw Error(Code::unavailable,
                "PostgreSQL's server programs are not installed: run tool/setup.");
  }
  ChildSpec spec{.program = "sh",
                 .arguments = {"-c", std::string(guard_script), server},
                 .pipe_in = true,
                 .pipe_out = true};
  if (::geteuid() == 0) {
    spec.program = "runuser";
    spec.arguments.insert(spec.arguments.begin(), {"-u", "postgres", "--", "sh"});
  }
  core_.run_until_done([](PrivatePostgres* self, ChildSpec with) -> Task<> {
    self->guard_ = spawn(with);
    co_return;
  }(this, spec));
  folder_ = read_line();
  if (folder_.empty()) {
    throw Error(Code::unavailable, "A PostgreSQL server for the tests could not be started.");
  }
}

PrivatePostgres::~PrivatePostgres() {
  core_.run_until_done([](PrivatePostgres* self) -> Task<> {
    self->guard_->in().close();
    co_await self->guard_->wait();
    self->guard_.reset();
  }(this));
}

std::string PrivatePostgres::make_database() {
  std::string name = fmt::format("test_{}", ++databases_);
  order("database " + name);
  return fmt::format("postgresql://antiphon@/{}?host={}", name, folder_);
}

void PrivatePostgres::stop() { order("stop now"); }

void PrivatePostgres::start() { order("start again"); }

void PrivatePostgres::make_durable() {
  stop();
  order("fsync on");
  start();
}

void PrivatePostgres::order(const std::string& line) {
  core_.run_until_done([](PrivatePostgres* self, std::string words) -> Task<> {
    co_await self->guard_->in().write_all(words);
  }(this, line + "\n"));
  if (read_line() != line) throw Error(Code::unavailable, "The test's server failed: " + line);
}

std::string PrivatePostgres::read_line() {
  return core_.run_until_done([](PrivatePostgres* self) -> Task<std::string> {
    std::array<char, 512> buffer;
    std::size_t end;
    while ((end = self->unread_.find('\n')) == std::string::npos) {
      std::size_t got = co_await self->guard_->out().read_some(buffer);
      if (got == 0) co_return "";
      self->unread_.append(buffer.data(), got);
    }
    std::string line = self->unread_.substr(0, end);
    self->unread_.erase(0, end + 1);
    co_return line;
  }(this));
}

}  // namespace antiphon::store::testing
