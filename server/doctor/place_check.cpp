#include "server/doctor/place_check.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "engine/store/migration.h"
#include "server/data_folder.h"

namespace antiphon::server::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t space_least = std::uintmax_t{1} << 30;
constexpr std::chrono::days certificate_left_least{14};
constexpr std::string_view sqlite_scheme = "sqlite:";

// Above what is not there yet.
fs::path nearest_existing(fs::path path) {
  std::error_code ignored;
  while (!fs::exists(path, ignored) && path.has_parent_path() && path != path.parent_path()) {
    path = path.parent_path();
  }
  return path;
}

Finding folder_finding(const fs::path& folder) {
  Finding finding{.subject = "data folder"};
  std::error_code ignored;
  bool exists = fs::exists(folder, ignored);
  fs::path there = nearest_existing(folder);
  if (exists && !fs::is_directory(folder, ignored)) {
    finding.health = Health::problem;
    finding.message = fmt::format("{} is no folder", folder.string());
    finding.advice = "Name another one with --data (server.data).";
  } else if (::access(there.c_str(), W_OK | X_OK) != 0) {
    finding.health = Health::problem;
    finding.message = fmt::format("{} cannot be written by this user", there.string());
    finding.advice = "Give this user the folder, or name another one with --data (server.data).";
  } else if (!exists) {
    finding.message = fmt::format("{} is made at the first start", folder.string());
  } else if (auto holder = holder_of(folder)) {
    finding.message = fmt::format(
        "{} is held by process {}{}", folder.string(), holder->process,
        holder->address.empty() ? ", which starts" : ", which serves " + holder->address);
  } else {
    finding.message = fmt::format("{} can be written; no server runs on it", folder.string());
  }
  return finding;
}

Finding space_finding(const fs::path& folder) {
  Finding finding{.subject = "disk"};
  std::error_code failure;
  auto space = fs::space(nearest_existing(folder), failure);
  if (failure) {
    finding.health = Health::warning;
    finding.message = "how much room is left cannot be told: " + failure.message();
    return finding;
  }
  finding.message = fmt::format("{:.1f} GiB are free", double(space.available) / space_least);
  if (space.available >= space_least) return finding;
  finding.health = Health::warning;
  finding.advice = "Make room: live sessions, uploads and the database stop when it is full.";
  return finding;
}

std::string database_of(const Settings& settings) {
  if (!settings.store.database_url.empty()) return settings.store.database_url;
  fs::path file = fs::absolute(settings.server.data) / "antiphon.sqlite";
  return std::string(sqlite_scheme) + file.string();
}

Task<std::vector<store::MigrationState>> read_states(store::Database* database,
                                                     std::vector<const app::AppInfo*> apps,
                                                     Duration time) {
  Instant deadline = Core::here().clock().steady() + time;
  co_return co_await within(
      deadline, store::migration_states(*database, app::migration_sets(apps), deadline));
}

void tell_of(Finding& finding, const std::vector<store::MigrationState>& states) {
  auto missing = std::ranges::count_if(states, [](auto& one) { return !one.applied_at; });
  finding.message += fmt::format(" answers; {} migrations have run", states.size() - missing);
  if (missing == 0) return;
  finding.message += fmt::format(", {} are to come", missing);
  finding.advice = "They run at the next start, or now: antiphon migrate";
}

}  // namespace

Findings check_data_folder(const Settings& settings) {
  fs::path folder = fs::absolute(settings.server.data);
  return {folder_finding(folder), space_finding(folder)};
}

Task<Finding> check_database(Outside outside, const Settings* settings,
                             std::vector<const app::AppInfo*> apps) {
  std::string url = database_of(*settings);
  bool is_sqlite = url.starts_with(sqlite_scheme);
  std::string file = is_sqlite ? url.substr(sqlite_scheme.size()) : "";
  Finding finding{.subject = "database", .message = is_sqlite ? "SQLite " + file : "PostgreSQL"};
  if (is_sqlite && !fs::exists(file)) {
    finding.message += " is made at the first start";
    co_return finding;
  }
  std::string failure;
  Instant begun = Core::here().clock().steady();
  try {
    auto database = store::make_database(url, {.connections_min = 0, .connections_max = 1});
    tell_of(finding, co_await read_states(database.get(), std::move(apps), outside.time_max));
    finding.took_ms = in_milliseconds(Core::here().clock().steady() - begun);
    co_return finding;
  } catch (const Error& error) {
    failure = error.message();
    if (!error.detail().empty()) failure += fmt::format(" ({})", error.detail());
  }
  finding.health = Health::problem;
  finding.message += ": " + failure;
  finding.advice = "Correct store.database_url (DATABASE_URL), or see that the database runs.";
  co_return finding;
}

Finding check_address(const Settings& settings, Network& network) {
  Finding finding{.subject = "address"};
  std::string listen = settings.server.listen;
  if (holder_of(fs::absolute(settings.server.data))) {
    finding.message = "a server runs on the data folder";
    return finding;
  }
  try {
    network.listen(parse_endpoint(listen))->close();
    finding.message = fmt::format("{} is free to listen at", listen);
  } catch (const Error& error) {
    finding.health = Health::problem;
    finding.message = error.message();
    finding.advice = "End what listens there, or choose another address with --listen.";
  }
  return finding;
}

Findings check_certificate(const TlsSettings& settings, Timestamp now) {
  if (settings.certificate_file.empty() && settings.key_file.empty()) return {};
  Finding finding{.subject = "certificate"};
  try {
    TlsServer tls({settings.certificate_file, settings.key_file}, now);
    auto left = std::chrono::floor<std::chrono::days>(tls.valid_until() - now);
    finding.message = fmt::format("valid for {} more days", left.count());
    if (left < certificate_left_least) {
      finding.health = Health::warning;
      finding.advice = "Renew it; the server reads the files again by itself.";
    }
  } catch (const Error& error) {
    finding.health = Health::problem;
    finding.message = error.message();
    finding.advice = "Set tls.certificate_file and tls.key_file to PEM files that belong together.";
  }
  return {finding};
}

Finding check_clock(Timestamp now, Timestamp built) {
  Finding finding{.subject = "clock", .message = to_rfc3339(now)};
  if (now >= built) return finding;
  finding.health = Health::problem;
  finding.message += fmt::format(" is before {}, when this program was made", to_rfc3339(built));
  finding.advice = "Set this machine's clock: certificates and tokens are judged by it.";
  return finding;
}

Timestamp program_time() {
  std::error_code failure;
  auto written = fs::last_write_time("/proc/self/exe", failure);
  if (failure) return {};
  return std::chrono::time_point_cast<std::chrono::microseconds>(
      std::chrono::file_clock::to_sys(written));
}

}  // namespace antiphon::server::doctor
