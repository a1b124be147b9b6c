#include "engine/log/line.h"

#include <cmath>

#include "engine/log/escape.h"

namespace antiphon::log {
namespace {

std::string masked(std::string_view text, const Mask& mask) {
  if (!mask) return std::string(text);
  try {
    return mask(text);
  } catch (...) {
    return "[mask failed]";
  }
}

// Whether a value of the text form is told apart from what stands around it without quotes.
bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
  });
}

void append_text(std::string& line, std::string_view text, Form form) {
  if (form == Form::text && is_plain(text) && text.size() <= value_bytes_max) {
    line += text;
  } else {
    append_quoted(line, text);
  }
}

void append_number(std::string& line, double number, Form form) {
  if (form == Form::json && !std::isfinite(number)) {
    fmt::format_to(std::back_inserter(line), "\"{}\"", number);  // JSON has no number for it
  } else {
    fmt::format_to(std::back_inserter(line), "{}", number);
  }
}

void append_value(std::string& line, const Field::Value& value, Form form, const Mask& mask) {
  std::visit(
      [&](auto held) {
        if constexpr (std::is_same_v<decltype(held), std::string_view>) {
          append_text(line, masked(held, mask), form);
        } else if constexpr (std::is_same_v<decltype(held), double>) {
          append_number(line, held, form);
        } else {
          fmt::format_to(std::back_inserter(line), "{}", held);
        }
      },
      value);
}

std::string to_json_line(const Entry& entry, const Mask& mask) {
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","message":)", to_rfc3339(entry.time),
                                 to_text(entry.level));
  append_quoted(line, masked(entry.message, mask));
  auto append_id = [&](std::string_view key, std::string_view id) {
    if (id.empty()) return;
    line += key;
    append_quoted(line, id);
  };
  append_id(R"(,"traceId":)", entry.trace_id);
  append_id(R"(,"sessionId":)", entry.session_id);
  std::string_view before = R"(,"fields":{)";
  for (const Field& field : entry.fields) {
    line += std::exchange(before, ",");
    append_quoted(line, field.key);
    line += ':';
    append_value(line, field.value, Form::json, mask);
  }
  line += entry.fields.empty() ? "}" : "}}";
  return line;
}

std::string to_text_line(const Entry& entry, const Mask& mask) {
  std::string line = fmt::format("{} {:7} ", to_rfc3339(entry.time), to_text(entry.level));
  append_escaped(line, masked(entry.message, mask));
  for (const Field& field : entry.fields) {
    line += ' ';
    append_escaped(line, field.key);
    line += '=';
    append_value(line, field.value, Form::text, mask);
  }
  auto append_id = [&](std::string_view key, std::string_view id) {
    if (id.empty()) return;
    line += key;
    append_text(line, id, Form::text);
  };
  append_id(" trace=", entry.trace_id);
  append_id(" session=", entry.session_id);
  return line;
}

}  // namespace

std::string_view to_text(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "error";
}

std::optional<Level> parse_level(std::string_view text) {
  for (Level level : {Level::debug, Level::info, Level::warning, Level::error}) {
    if (text == to_text(level)) return level;
  }
  return std::nullopt;
}

std::string to_line(const Entry& entry, Form form, const Mask& mask) {
  return form == Form::json ? to_json_line(entry, mask) : to_text_line(entry, mask);
}

}  // namespace antiphon::log
