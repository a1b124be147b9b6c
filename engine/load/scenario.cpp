#include "engine/load/scenario.h"

#include <fmt/format.h>

#include <fstream>
#include <set>

#include "engine/http/message.h"
#include "engine/schema/config.h"
#include "engine/schema/json.h"

namespace antiphon::load {
namespace {

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

// Calls `text` for what stands as it is and `name` for each {name}. A brace that begins no name, as
// those of JSON, is text.
template <class Text, class Name>
void split(std::string_view source, Text text, Name name) {
  while (!source.empty()) {
    std::size_t open = source.find('{');
    text(source.substr(0, open));
    if (open == std::string_view::npos) return;
    std::size_t end = open + 1;
    while (end < source.size() && is_name(source[end])) ++end;
    bool is_variable = end > open + 1 && end < source.size() && source[end] == '}';
    if (is_variable) {
      name(source.substr(open + 1, end - open - 1));
      ++end;
    } else {
      end = open + 1;
      text("{");
    }
    source.remove_prefix(end);
  }
}

/// Looks at the steps in order and notes what is wrong.
class Checker {
 public:
  Checker(const Scenario& scenario, std::vector<FieldError>& errors)
      : scenario_(scenario), errors_(errors) {
    broken_before_ = errors.size();
  }

  void check() {
    if (scenario_.steps.empty() && errors_.empty()) {
      errors_.push_back({"/step", "required", "There is no step: write one or more [[step]]."});
    }
    for (index_ = 0; index_ < scenario_.steps.size(); ++index_) {
      if (!was_broken()) check(scenario_.steps[index_]);
    }
  }

 private:
  // What could not be read is told already.
  bool was_broken() const {
    std::string pointer = fmt::format("/step/{}", index_);
    for (std::size_t i = 0; i < broken_before_; ++i) {
      const std::string& other = errors_[i].pointer;
      if (other == "/step" || other == pointer || other.starts_with(pointer + "/")) return true;
    }
    return false;
  }

  void refuse(std::string_view field, std::string_view message) {
    errors_.push_back({fmt::format("/step/{}/{}", index_, field), "step",
                       fmt::format("Step {}: {}", index_ + 1, message)});
  }

  void check(const Step& step) {
    if ((step.p95_ms_max || step.p99_ms_max) && !is_measured(step)) {
      refuse("do", "only request, open and expect are measured; a threshold says nothing here.");
    }
    switch (step.action) {
      case Action::request: return check_request(step);
      case Action::open: return check_open(step);
      case Action::send: return check_frame(step);
      case Action::audio: need_socket("audio"); return check_file(step);
      case Action::expect: return check_expect(step);
      case Action::think:
        if (step.time.count() == 0) refuse("time_ms", "think needs time_ms above 0.");
        if (step.time_max.count() > 0 && step.time_max < step.time) {
          refuse("time_max_ms", "time_max_ms must not be below time_ms.");
        }
        return;
      case Action::close:
        need_socket("close");
        is_open_ = false;
        return;
    }
  }

  void check_request(const Step& step) {
    check_path(step);
    if (!http::parse_method(step.method)) {
      refuse("method", fmt::format("\"{}\" is no method; write GET or POST.", step.method));
    }
    check_variables("body", step.body);
    for (const auto& [name, pointer] : step.keep) {
      if (!pointer.starts_with('/')) {
        refuse("keep", fmt::format("\"{}\" is no JSON pointer; write /{}.", pointer, pointer));
      }
      kept_.insert(name);
    }
  }

  void check_open(const Step& step) {
    check_path(step);
    if (is_open_) refuse("do", "a socket is open already; close it first.");
    is_open_ = true;
  }

  void check_frame(const Step& step) {
    need_socket("send");
    check_variables("frame", step.frame);
    std::string sample;
    split(
        step.frame, [&](std::string_view text) { sample += text; },
        [&](std::string_view) { sample += '0'; });
    try {
      if (schema::parse_value(sample).is_object()) return;
    } catch (const Error&) {
    }
    refuse("frame", R"(frame must be a JSON object, such as '{"action":"text","text":"…"}'.)");
  }

  void check_file(const Step& step) {
    if (step.file.empty()) return refuse("file", "audio needs the file of a sound.");
    std::error_code failure;
    if (!std::filesystem::is_regular_file(scenario_.folder / step.file, failure)) {
      refuse("file", fmt::format("there is no file {}.", (scenario_.folder / step.file).string()));
    }
  }

  void check_expect(const Step& step) {
    need_socket("expect");
    if (step.event.empty()) refuse("event", "expect needs the event to wait for.");
    for (const auto& [field, text] : step.where) check_variables("where", text);
  }

  void check_path(const Step& step) {
    if (step.path.empty()) {
      refuse("path", "path is missing.");
    } else if (!step.path.starts_with('/')) {
      refuse("path", fmt::format("the path \"{}\" begins with no slash.", step.path));
    }
    check_variables("path", step.path);
  }

  void check_variables(std::string_view field, std::string_view text) {
    split(
        text, [](std::string_view) {},
        [&](std::string_view name) {
          if (kept_.contains(name)) return;
          refuse(field,
                 fmt::format("no step before this one keeps \"{}\" (keep = {{ {} = \"/…\" }}).",
                             name, name));
        });
  }

  void need_socket(std::string_view what) {
    if (!is_open_) refuse("do", fmt::format("{} needs a socket: open one before.", what));
  }

  const Scenario& scenario_;
  std::vector<FieldError>& errors_;
  std::size_t broken_before_ = 0;
  std::size_t index_ = 0;
  bool is_open_ = false;
  std::set<std::string, std::less<>> kept_{"user", "round"};
};

std::string default_name(const Step& step) {
  switch (step.action) {
    case Action::request: return step.method + " " + step.path.substr(0, step.path.find('?'));
    case Action::open: return "open " + step.path.substr(0, step.path.find('?'));
    case Action::expect: return "expect " + step.event;
    default: return "";
  }
}

Scenario parse(const std::string& toml, const std::filesystem::path& file) {
  Scenario scenario{.name = file.stem().string(), .folder = file.parent_path()};
  std::vector<FieldError> errors;
  try {
    schema::load_config(schema::of<Scenario>(), &scenario,
                        {.toml_name = file.string(), .toml = toml});
  } catch (const Error& error) {
    if (error.fields().empty()) throw;
    errors = error.fields();
  }
  Checker(scenario, errors).check();
  if (!errors.empty()) throw Error(std::move(errors));
  for (Step& step : scenario.steps) {
    if (step.name.empty()) step.name = default_name(step);
  }
  return scenario;
}

}  // namespace

bool is_measured(const Step& step) {
  return step.action == Action::request || step.action == Action::open ||
         step.action == Action::expect;
}

Scenario parse_scenario(const std::string& toml, const std::string& name) {
  return parse(toml, name);
}

Scenario load_scenario(const std::filesystem::path& file) {
  std::error_code failure;
  std::ifstream stream(file);
  if (!stream || std::filesystem::is_directory(file, failure))
    throw Error(Code::invalid, "The scenario " + file.string() + " cannot be read.");
  return parse(std::string(std::istreambuf_iterator<char>(stream), {}), file);
}

std::string fill_in(std::string_view text, const Variables& variables) {
  std::string filled;
  split(
      text, [&](std::string_view part) { filled += part; },
      [&](std::string_view name) {
        auto found = variables.find(name);
        if (found == variables.end()) {
          throw Error(Code::invalid, fmt::format("Nothing is kept as \"{}\".", name));
        }
        filled += found->second;
      });
  return filled;
}

}  // namespace antiphon::load
