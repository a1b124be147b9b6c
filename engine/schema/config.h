#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/schema/describe.h"

namespace antiphon::schema {

/// Where configuration comes from, lowest first: defaults < TOML < usual environment names
/// (`environment` of a field) < ANTIPHON_* < flags. A described field "bodyBytesMax" in section
/// "http" is `body_bytes_max` under [http], ANTIPHON_HTTP_BODY_BYTES_MAX and --http-body-bytes-max.
/// A secret field also takes the name of a file that holds it: `token_file`, …_TOKEN_FILE,
/// --…-token-file.
struct ConfigSources {
  std::string toml_name = "antiphon.toml";  ///< for messages
  std::string toml;                         ///< the text of the file; empty when there is none
  std::map<std::string, std::string> environment;
  std::vector<std::pair<std::string, std::string>> flags;  ///< name without dashes, value
};

/// One value as it is in effect.
struct Setting {
  std::string key;     ///< "http.body_bytes_max"
  std::string value;   ///< text as it stands on the wire without quotes; secrets masked
  std::string source;  ///< "default", "antiphon.toml:12", "ANTIPHON_HTTP_PORT", "--http-port"
  std::string doc;
};

/// Every name a field can be set by; for help texts and the reference in the docs.
struct ConfigKey {
  std::string key;
  std::string variable;        ///< "ANTIPHON_HTTP_BODY_BYTES_MAX"
  std::string usual_variable;  ///< "DATABASE_URL", or empty
  std::string flag;            ///< "http-body-bytes-max"
  std::string doc;
  bool secret = false;  ///< then each name takes "_file" or "-file" behind it too
};

/// Fills `target`, a default-constructed struct of sections, in place; what no source gives stays.
/// @return every setting in the order of the description
/// @throws Error{fields} with everything that is wrong: unknown names with the nearest valid one,
///         wrong types, values out of range, missing ones, each with its source
std::vector<Setting> load_config(const Type& type, void* target, const ConfigSources& sources);

std::vector<ConfigKey> config_keys(const Type& type);

/// The settings as aligned lines of key, value and source.
std::string show_config(const std::vector<Setting>& settings);

template <class T>
struct Config {
  T values;
  std::vector<Setting> settings;
};

/// @throws as above
template <class T>
Config<T> load_config(const ConfigSources& sources) {
  Config<T> config;
  config.settings = load_config(of<T>(), &config.values, sources);
  return config;
}

}  // namespace antiphon::schema
