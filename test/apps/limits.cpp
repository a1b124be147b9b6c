#include "test/apps/limits.h"

#include <fmt/format.h>

namespace antiphon::apps_test {
namespace {

constexpr std::string_view introduction =
    "# Limits\n\n"
    "Everything that comes from outside meets a limit with a name. These are the ones a client or "
    "an\noperator may meet, made of the code by `make openapi`; each is reached by the test in the "
    "last\ncolumn. They are fixed in this version; what can be set stands in "
    "[configuration](configuration.md).\nA name is that of the room and of the constant in its "
    "code; what bounds the server's own work stands\nin [tool/bounds.txt](../tool/bounds.txt).\n";

// A limit that no test reaches.
constexpr std::string_view not_yet = "none yet";

std::string section_text(const LimitSection& section) {
  std::string text = fmt::format("\n## {}\n\n", section.title);
  if (!section.text.empty()) text += section.text + "\n\n";
  text += "| limit | value | then | reached by |\n|---|---|---|---|\n";
  for (const Limit& limit : section.limits) {
    std::string test = limit.shown_by == not_yet ? limit.shown_by : "`" + limit.shown_by + "`";
    text += fmt::format("| `{}` | {} | {} | {} |\n", limit.name, limit.value, limit.then, test);
  }
  return text;
}

}  // namespace

std::string digits(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string in_bytes(std::uint64_t size) {
  constexpr std::uint64_t unit = 1024;
  if (size % (unit * unit) == 0) return fmt::format("{} MiB", size / (unit * unit));
  if (size % unit == 0) return fmt::format("{} KiB", size / unit);
  return digits(size) + " B";
}

std::string in_time(Duration duration) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  if (ms % 3'600'000 == 0) return fmt::format("{} h", ms / 3'600'000);
  if (ms % 60'000 == 0) return fmt::format("{} min", ms / 60'000);
  if (ms % 1000 == 0) return fmt::format("{} s", ms / 1000);
  return fmt::format("{} ms", ms);
}

std::string limits_page() {
  std::string page(introduction);
  for (const LimitSection& section :
       {http_limits(),      http_client_limits(),   model_limits(),     input_limits(),
        live_limits(),      socketio_limits(),      take_over_limits(), media_limits(),
        synthesis_limits(), speech_server_limits(), front_limits(),     record_limits(),
        store_limits(),     search_limits(),        gateway_limits(),   skill_limits(),
        watching_limits(),  film_limits(),          library_limits(),   take_limits(),
        director_limits()}) {
    page += section_text(section);
  }
  return page;
}

}  // namespace antiphon::apps_test
