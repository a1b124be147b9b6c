#include <fstream>
#include <iterator>

#include "engine/schema/config.h"
#include "server/commands/command_line.h"

extern char** environ;

namespace antiphon::server {
namespace {

constexpr std::string_view own_section = "server-";
constexpr const char* usual_file = "antiphon.toml";

std::string read_file(const std::string& name, bool must_exist) {
  std::ifstream file(name);
  if (!file && must_exist) {
    throw Error(Code::invalid, "The configuration file " + name + " cannot be read.");
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry; ++entry) {
    std::string_view text = *entry;
    auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  variables.erase("ANTIPHON_TOKEN");  // of the commands that talk to a server (apps.cpp)
  return variables;
}

}  // namespace

SettingsFlags::SettingsFlags(CLI::App& command) {
  command.add_option("--config", config_file_,
                     "Configuration file (antiphon.toml when there is one)");
  for (const schema::ConfigKey& key : schema::config_keys(schema::of<Settings>())) {
    std::string names = "--" + key.flag;
    if (key.flag.starts_with(own_section)) names += ",--" + key.flag.substr(own_section.size());
    add(command, key.flag, names, key.doc);
    if (key.secret) {
      std::string file = key.flag + "-file";
      add(command, file, "--" + file, "Name of a file that holds it");
    }
  }
}

void SettingsFlags::add(CLI::App& command, const std::string& flag, const std::string& names,
                        const std::string& doc) {
  options_[flag] = command.add_option(names, values_[flag], doc)->group("Settings");
}

schema::Config<Settings> load_settings() {
  return schema::load_config<Settings>({.toml_name = usual_file,
                                        .toml = read_file(usual_file, false),
                                        .environment = environment()});
}

schema::Config<Settings> SettingsFlags::load() const {
  schema::ConfigSources sources;
  sources.toml_name = config_file_.empty() ? usual_file : config_file_;
  sources.toml = read_file(sources.toml_name, !config_file_.empty());
  sources.environment = environment();
  for (const auto& [flag, option] : options_) {
    if (option->count() > 0) sources.flags.emplace_back(flag, values_.at(flag));
  }
  return schema::load_config<Settings>(sources);
}

}  // namespace antiphon::server
