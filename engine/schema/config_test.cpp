#include "engine/schema/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/schema/limits.h"

namespace antiphon::schema {

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

struct Http {
  std::int32_t port = 8080;
  std::int64_t body_bytes_max = 1048576;
  std::chrono::milliseconds idle{30000};
  std::vector<std::string> origins;
};
auto describe(Tag<Http>) {
  return object<Http>("Http")
      .field("port", &Http::port, "Port", min(0), max(65535))
      .field("bodyBytesMax", &Http::body_bytes_max, "Largest body", min(1))
      .field("idleMs", &Http::idle, "Idle time", min(1))
      .field("origins", &Http::origins, "Allowed origins")
      .all_defaulted();
}

struct Database {
  std::string url = "sqlite:antiphon.db";
  std::string password;
  std::optional<int> connections;
};
auto describe(Tag<Database>) {
  return object<Database>("Database")
      .field("url", &Database::url, "Where", environment("DATABASE_URL"), defaulted)
      .field("password", &Database::password, "Secret", secret, max_length(20), defaulted)
      .field("connections", &Database::connections, "At most");
}

struct Instance {
  std::string base_url;
  std::int32_t slots = 1;
  std::string api_key;
};
auto describe(Tag<Instance>) {
  return object<Instance>("Instance")
      .field("baseUrl", &Instance::base_url, "Where", uri)
      .field("slotsMax", &Instance::slots, "At once", max(64), defaulted)
      .field("apiKey", &Instance::api_key, "Credential", secret, defaulted);
}

struct Model {
  std::vector<Instance> instances;
  std::map<std::string, double> prices;
  Timestamp since{};
};
auto describe(Tag<Model>) {
  return object<Model>("Model")
      .field("instances", &Model::instances, "Servers")
      .field("prices", &Model::prices, "Per token")
      .field("since", &Model::since, "Since")
      .all_defaulted();
}

struct Settings {
  Http http;
  Database database;
  Model model;
};
auto describe(Tag<Settings>) {
  return object<Settings>("Settings")
      .field("http", &Settings::http, "")
      .field("database", &Settings::database, "")
      .field("model", &Settings::model, "");
}

struct Needy {
  std::string name;
};
auto describe(Tag<Needy>) { return object<Needy>("Needy").field("name", &Needy::name, ""); }

template <class T = Settings>
std::vector<std::string> problems(const ConfigSources& sources) {
  std::vector<std::string> found;
  try {
    load_config<T>(sources);
  } catch (const Error& error) {
    for (const FieldError& field : error.fields()) found.push_back(field.message);
  }
  return found;
}

Setting setting(const std::vector<Setting>& settings, std::string_view key) {
  const auto found = std::ranges::find(settings, key, &Setting::key);
  return found == settings.end() ? Setting{} : *found;
}

/// A file that lives as long as the test's variable.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content)
      : path_(testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() +
              std::to_string(::getpid())) {
    std::ofstream(path_) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// E-2: defaults < antiphon.toml < environment < flags; E-6: usual names below ANTIPHON_*.
TEST(Config, E2_LaterSourcesWin) {
  ConfigSources sources;
  sources.toml = "[http]\nport = 1\nbody_bytes_max = 10\nidle_ms = 100\n[database]\nurl = 'a'\n";
  sources.environment = {{"ANTIPHON_HTTP_PORT", "2"},
                         {"ANTIPHON_HTTP_BODY_BYTES_MAX", "20"},
                         {"DATABASE_URL", "b"},
                         {"HOME", "/"}};
  sources.flags = {{"http-port", "3"}, {"http-origins", "https://a,https://b"}};
  const auto config = load_config<Settings>(sources);
  EXPECT_EQ(config.values.http.port, 3);
  EXPECT_EQ(config.values.http.body_bytes_max, 20);
  EXPECT_EQ(config.values.http.idle.count(), 100);
  EXPECT_THAT(config.values.http.origins, ElementsAre("https://a", "https://b"));
  EXPECT_EQ(config.values.database.url, "b");
  EXPECT_EQ(setting(config.settings, "http.port").source, "--http-port");
  EXPECT_EQ(setting(config.settings, "http.body_bytes_max").source, "ANTIPHON_HTTP_BODY_BYTES_MAX");
  EXPECT_EQ(setting(config.settings, "http.idle_ms").source, "antiphon.toml:4");
  EXPECT_EQ(setting(config.settings, "database.url").source, "DATABASE_URL");
  EXPECT_EQ(setting(config.settings, "database.connections").source, "default");

  sources.environment["ANTIPHON_DATABASE_URL"] = "c";
  EXPECT_EQ(load_config<Settings>(sources).values.database.url, "c");
}

// E-2: unknown keys, wrong types and out-of-range values, each with file, line and nearest key.
TEST(Config, E2_EveryProblemIsToldAtOnceWithItsSource) {
  ConfigSources sources;
  sources.toml =
      "[http]\nprot = 1\nport = 70000\nidle_ms = '5'\n[databse]\nurl = 'x'\n[database]\nurl = 3\n";
  sources.environment = {{"ANTIPHON_HTTP_PROT", "2"}, {"ANTIPHON_HTTP_IDLE_MS", "soon"}};
  sources.flags = {{"http-body-bytes-max", "0"}, {"htp-port", "1"}};
  EXPECT_THAT(problems(sources),
              UnorderedElementsAre(
                  AllOf(HasSubstr("antiphon.toml:2:"), HasSubstr("\"port\"")),
                  AllOf(HasSubstr("antiphon.toml:3:"), HasSubstr("65535")),
                  AllOf(HasSubstr("antiphon.toml:4:"), HasSubstr("milliseconds")),
                  AllOf(HasSubstr("antiphon.toml:5:"), HasSubstr("\"database\"")),
                  AllOf(HasSubstr("antiphon.toml:8:"), HasSubstr("text")),
                  AllOf(HasSubstr("ANTIPHON_HTTP_PROT"), HasSubstr("\"ANTIPHON_HTTP_PORT\"")),
                  HasSubstr("ANTIPHON_HTTP_IDLE_MS: "), HasSubstr("--http-body-bytes-max: "),
                  AllOf(HasSubstr("--htp-port"), HasSubstr("\"--http-port\""))));
}

TEST(Config, ListsOfTablesAreReadWithTheirLines) {
  ConfigSources sources;
  sources.toml =
      "[[model.instances]]\nbase_url = 'http://a'\nslots_max = 2\n"
      "[[model.instances]]\nbase_url = 'http://b'\n"
      "[model]\nprices = { small = 0.5, 'large one' = 2 }\nsince = 2026-03-01T08:15:30Z\n";
  const auto model = load_config<Settings>(sources).values.model;
  ASSERT_EQ(model.instances.size(), 2U);
  EXPECT_EQ(model.instances[0].slots, 2);
  EXPECT_EQ(model.instances[1].base_url, "http://b");
  EXPECT_EQ(model.prices.at("large one"), 2);
  EXPECT_EQ(to_rfc3339(model.since), "2026-03-01T08:15:30.000Z");

  sources.toml =
      "[[model.instances]]\nbase_url = 'http://a'\nslots_max = 65\n"
      "[[model.instances]]\nslot_max = 3\n";
  EXPECT_THAT(
      problems(sources),
      UnorderedElementsAre(HasSubstr("antiphon.toml:3:"),
                           AllOf(HasSubstr("antiphon.toml:5:"), HasSubstr("\"slots_max\"")),
                           AllOf(HasSubstr("antiphon.toml:4:"), HasSubstr("base_url is missing"))));
}

// Found by prompt_fuzz: the parser's own table of white space had a hole there.
TEST(Config, letters_beyond_ascii_are_no_white_space) {
  ConfigSources sources;
  sources.toml = "[http]\n\u00f6 = 1\n";
  EXPECT_THAT(problems(sources), ElementsAre(HasSubstr("antiphon.toml:2:")));
  sources.toml = "[database]\nurl = \"\"\"\\\n   \u00f6ver allt\"\"\"\n";
  EXPECT_EQ(load_config<Settings>(sources).values.database.url, "\u00f6ver allt");
}

TEST(Config, BrokenTomlNamesTheLine) {
  ConfigSources sources;
  sources.toml = "[http]\nport = \n";
  EXPECT_THAT(problems(sources), ElementsAre(HasSubstr("antiphon.toml:2:")));
  sources.toml = "http = 3\n";
  EXPECT_THAT(problems(sources),
              ElementsAre(AllOf(HasSubstr("antiphon.toml:1:"), HasSubstr("[http]"))));
  sources.toml = "[model.prices]\na = inf\n";
  EXPECT_THAT(problems(sources), ElementsAre(HasSubstr("antiphon.toml:2:")));
}

TEST(Config, SecretsAreReadFromFilesAndMasked) {
  const TemporaryFile file("hunter2\n");
  ConfigSources sources;
  sources.toml = fmt::format("[database]\npassword_file = '{}'\n", file.path());
  auto config = load_config<Settings>(sources);
  EXPECT_EQ(config.values.database.password, "hunter2");
  EXPECT_EQ(setting(config.settings, "database.password").value, "********");
  EXPECT_THAT(setting(config.settings, "database.password").source,
              AllOf(HasSubstr("antiphon.toml:2"), HasSubstr(file.path())));
  EXPECT_THAT(show_config(config.settings), testing::Not(HasSubstr("hunter2")));

  sources = {.environment = {{"ANTIPHON_DATABASE_PASSWORD_FILE", file.path()}}};
  EXPECT_EQ(load_config<Settings>(sources).values.database.password, "hunter2");
  sources = {.flags = {{"database-password-file", file.path()}}};
  EXPECT_EQ(load_config<Settings>(sources).values.database.password, "hunter2");
}

TEST(Config, SecretsInsideListsAreReadFromFilesAndMasked) {
  const TemporaryFile file("hunter2\n");
  ConfigSources sources;
  sources.toml =
      fmt::format("[[model.instances]]\nbase_url = 'http://a'\napi_key_file = '{}'\n", file.path());
  const auto config = load_config<Settings>(sources);
  EXPECT_EQ(config.values.model.instances.at(0).api_key, "hunter2");
  EXPECT_THAT(setting(config.settings, "model.instances").value,
              AllOf(HasSubstr("********"), testing::Not(HasSubstr("hunter2"))));
  sources.toml = "[[model.instances]]\nbase_url = 'http://a'\napi_key_file = '/nowhere/at/all'\n";
  EXPECT_THAT(problems(sources), ElementsAre(HasSubstr("antiphon.toml:3 (/nowhere/at/all)")));
}

TEST(Config, UnusableSecretFilesAreToldWithoutTheirContent) {
  const TemporaryFile file("a secret that is far too long");
  ConfigSources sources;
  sources.flags = {{"database-password-file", "/nowhere/at/all"}};
  EXPECT_THAT(problems(sources), ElementsAre(HasSubstr("/nowhere/at/all")));
  sources.flags = {{"database-password-file", file.path()}};
  EXPECT_THAT(problems(sources), ElementsAre(testing::Not(HasSubstr("secret that"))));
  const TemporaryFile large(std::string(secret_file_bytes_max + 1, 'x'));
  sources.flags = {{"database-password-file", large.path()}};
  EXPECT_THAT(problems(sources), ElementsAre(HasSubstr("65536")));
  sources = {};
  sources.toml = fmt::format("[database]\npassword = 'x'\npassword_file = '{}'\n", file.path());
  EXPECT_THAT(problems(sources), ElementsAre(HasSubstr("both")));
  sources.toml = "[database]\nurl_file = 'x'\n";
  EXPECT_THAT(problems(sources), ElementsAre(HasSubstr("\"url_file\"")));
}

TEST(Config, WhatNoSourceGivesIsTold) {
  EXPECT_THAT(problems<Needy>({}),
              ElementsAre(AllOf(HasSubstr("antiphon.toml"), HasSubstr("ANTIPHON_NAME"),
                                HasSubstr("--name"))));
  EXPECT_THAT(problems<Needy>({.flags = {{"name", "x"}}}), ElementsAre());
}

TEST(Config, KeysAreListedWithEveryNameTheyHave) {
  const auto keys = config_keys(of<Settings>());
  const auto& key = *std::ranges::find(keys, "database.url", &ConfigKey::key);
  EXPECT_EQ(key.variable, "ANTIPHON_DATABASE_URL");
  EXPECT_EQ(key.usual_variable, "DATABASE_URL");
  EXPECT_EQ(key.flag, "database-url");
  EXPECT_FALSE(key.secret);
  EXPECT_TRUE(std::ranges::find(keys, "database.password", &ConfigKey::key)->secret);
}

TEST(Config, IsShownAsAlignedLines) {
  const auto config = load_config<Settings>({.flags = {{"http-port", "1"}}});
  EXPECT_THAT(show_config(config.settings),
              AllOf(HasSubstr("http.port             1                         --http-port\n"),
                    HasSubstr("database.url          sqlite:antiphon.db        default\n")));
}

}  // namespace

}  // namespace antiphon::schema
