// Arbitrary bytes as a configuration: a file, a variable, a flag.
#include <cstdlib>

#include "engine/base/error.h"
#include "engine/schema/config.h"

namespace {

using namespace antiphon;
using namespace std::chrono_literals;

enum class Level { low, high };
auto describe(schema::Tag<Level>) {
  return schema::enumeration<Level>("Level").value("low", Level::low).value("high", Level::high);
}

struct Part {
  std::string url;
  std::string token;
  std::int32_t count = 1;
};
auto describe(schema::Tag<Part>) {
  return schema::object<Part>("Part")
      .field("url", &Part::url, "Where", schema::uri)
      .field("token", &Part::token, "Credential", schema::secret, schema::defaulted)
      .field("countMax", &Part::count, "At most", schema::min(0), schema::max(64),
             schema::defaulted);
}

struct Section {
  std::int64_t bytes = 10;
  double share = 0.5;
  bool on = false;
  Level level = Level::low;
  std::chrono::milliseconds wait = 5ms;
  std::vector<std::string> names;
  std::vector<Part> parts;
  std::map<std::string, double> prices;
};
auto describe(schema::Tag<Section>) {
  return schema::object<Section>("Section")
      .field("bytesMax", &Section::bytes, "Size", schema::min(1))
      .field("share", &Section::share, "A part")
      .field("on", &Section::on, "Whether")
      .field("level", &Section::level, "How much")
      .field("waitMs", &Section::wait, "Time")
      .field("names", &Section::names, "Names", schema::max_items(4))
      .field("parts", &Section::parts, "Parts")
      .field("prices", &Section::prices, "By name")
      .all_defaulted();
}

struct Settings {
  Section section;
};
auto describe(schema::Tag<Settings>) {
  return schema::object<Settings>("Settings")
      .field("section", &Settings::section, "All of it")
      .all_defaulted();
}

// What is refused says why, and names where it stands; what is taken can be shown.
void load(const schema::ConfigSources& sources) {
  try {
    auto config = schema::load_config<Settings>(sources);
    if (config.settings.empty() || schema::show_config(config.settings).empty()) std::abort();
  } catch (const Error& error) {
    if (error.code() != Code::invalid || error.fields().empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  load({.toml = text});
  for (const schema::ConfigKey& key : schema::config_keys(schema::of<Settings>())) {
    load({.environment = {{key.variable, text}}});
    load({.flags = {{key.flag, text}}});
  }
  return 0;
}
