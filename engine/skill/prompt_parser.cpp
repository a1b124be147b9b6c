#include "engine/base/encoding.h"
#include "engine/schema/config.h"
#include "engine/skill/prompt.h"

namespace antiphon::skill {
namespace {

constexpr std::string_view front_mark = "+++";
constexpr std::string_view system_heading = "# system";
constexpr std::string_view user_heading = "# user";
constexpr double tokens_most = 10'000'000;

// The options of the front matter, by the names that people know them by.
struct FrontOptions {
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<double> repeat_penalty;
  std::optional<std::int64_t> tokens_max;
  std::optional<std::int64_t> context_tokens;
  std::optional<std::int64_t> seed;
  std::vector<std::string> stop;
};

auto describe(schema::Tag<FrontOptions>) {
  using schema::max, schema::min, schema::max_items;
  return schema::object<FrontOptions>("FrontOptions", "How answers are drawn")
      .field("temperature", &FrontOptions::temperature, "0: the likeliest words", min(0), max(2))
      .field("topP", &FrontOptions::top_p, "Share of the likeliest words", min(0), max(1))
      .field("repeatPenalty", &FrontOptions::repeat_penalty, "1: none", min(0), max(10))
      .field("tokensMax", &FrontOptions::tokens_max, "Of an answer", min(1), max(tokens_most))
      .field("contextTokens", &FrontOptions::context_tokens, "Of question and answer", min(1),
             max(tokens_most))
      .field("seed", &FrontOptions::seed, "The same seed, the same answer")
      .field("stop", &FrontOptions::stop, "Texts that end an answer", max_items(4))
      .all_defaulted();
}

struct FrontMatter {
  std::int64_t version = 0;
  std::string summary;
  std::vector<std::string> constants;
  std::map<std::string, InputRule> inputs;
  PromptLimits limits;
  FrontOptions options;
};

auto describe(schema::Tag<FrontMatter>) {
  return schema::object<FrontMatter>("FrontMatter", "What is known of a prompt")
      .field("version", &FrontMatter::version, "Counted by its author", schema::min(1))
      .field("summary", &FrontMatter::summary, "One line", schema::min_length(1))
      .field("constants", &FrontMatter::constants, "Words of the program's own",
             schema::max_items(prompt_inputs_max), schema::defaulted)
      .field("inputs", &FrontMatter::inputs, "Fields of what is asked",
             schema::max_items(prompt_inputs_max), schema::defaulted)
      .field("limits", &FrontMatter::limits, "Sizes")
      .field("options", &FrontMatter::options, "How answers are drawn");
}

// Reads a file line by line; every error has its line.
class Parser {
 public:
  Parser(std::string_view text, std::string_view name) : name_(name), text_(text) {
    for (std::size_t at = 0; at <= text.size();) {
      std::size_t end = std::min(text.find('\n', at), text.size());
      std::string_view line = text.substr(at, end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      lines_.push_back(line);
      at = end + 1;
    }
  }

  Prompt parse() {
    if (text_.size() > prompt_file_bytes_max) {
      refuse(1, "max_length",
             fmt::format("{} bytes, at most {}.", text_.size(), prompt_file_bytes_max));
    } else if (!is_utf8(text_)) {
      refuse(1, "utf8", "The file is not UTF-8.");
    } else {
      read_front();
      if (body_ > 0) read_sections();
      check_uses();
    }
    if (!errors_.empty()) throw Error(std::move(errors_));
    prompt_.name = name_;
    prompt_.hash = sha256_hex(text_);
    return std::move(prompt_);
  }

 private:
  void refuse(std::size_t line, std::string_view rule, std::string_view message) {
    errors_.push_back({"", std::string(rule), fmt::format("{}:{}: {}", name_, line, message)});
  }

  void read_front() {
    std::size_t end = 1;
    while (end < lines_.size() && lines_[end] != front_mark) ++end;
    if (lines_[0] != front_mark || end == lines_.size()) {
      refuse(1, "syntax", "Expected front matter (TOML) between two lines \"+++\".");
      return;
    }
    body_ = end + 1;
    std::string toml = "\n";  // in place of the mark, so that lines are those of the file
    for (std::size_t at = 1; at < end; ++at) toml.append(lines_[at]) += '\n';
    try {
      auto front = schema::load_config<FrontMatter>({.toml_name = name_, .toml = toml}).values;
      take(std::move(front));
    } catch (const Error& error) {
      for (const FieldError& field : error.fields()) errors_.push_back(field);
    }
  }

  void take(FrontMatter front) {
    FrontOptions& options = front.options;
    prompt_.version = front.version;
    prompt_.summary = std::move(front.summary);
    prompt_.constants = std::move(front.constants);
    prompt_.inputs = std::move(front.inputs);
    prompt_.limits = front.limits;
    prompt_.options = {.temperature = options.temperature,
                       .top_p = options.top_p,
                       .repeat_penalty = options.repeat_penalty,
                       .tokens_max = options.tokens_max,
                       .context_tokens = options.context_tokens,
                       .seed = options.seed,
                       .stop = std::move(options.stop)};
    knows_variables_ = true;
  }

  void read_sections() {
    Template* section = nullptr;
    for (std::size_t at = body_; at < lines_.size(); ++at) {
      if (lines_[at] == system_heading || lines_[at] == user_heading) {
        bool is_user = lines_[at] == user_heading;
        section = is_user ? &prompt_.user : &prompt_.system;
        std::size_t& begun = is_user ? user_line_ : system_line_;
        if (begun > 0) refuse(at + 1, "duplicate", fmt::format("\"{}\" again.", lines_[at]));
        begun = at + 1;
      } else if (section != nullptr) {
        read_line(*section, at);
      } else if (lines_[at].find_first_not_of(" \t") != std::string_view::npos) {
        refuse(at + 1, "syntax", "Expected \"# system\" or \"# user\" before any text.");
      }
    }
    if (system_line_ == 0)
      refuse(lines_.size(), "required", "The section \"# system\" is missing.");
    if (user_line_ == 0) refuse(lines_.size(), "required", "The section \"# user\" is missing.");
    trim(prompt_.system);
    trim(prompt_.user);
  }

  void read_line(Template& section, std::size_t at) {
    std::string_view line = lines_[at];
    while (true) {
      std::size_t open = line.find("{{");
      if (open == std::string_view::npos) break;
      std::size_t close = line.find("}}", open);
      if (close == std::string_view::npos) {
        refuse(at + 1, "syntax", "\"{{\" without \"}}\" on the same line.");
        break;
      }
      std::string_view variable = line.substr(open + 2, close - open - 2);
      check_variable(variable, &section == &prompt_.system, at + 1);
      add(section, line.substr(0, open), variable);
      line.remove_prefix(close + 2);
    }
    add(section, line, "");
    section.pieces.back().text += '\n';
  }

  // Text goes on in the last piece as long as no variable has ended it.
  static void add(Template& section, std::string_view text, std::string_view variable) {
    if (section.pieces.empty() || !section.pieces.back().variable.empty()) {
      section.pieces.emplace_back();
    }
    section.pieces.back().text += text;
    section.pieces.back().variable = variable;
  }

  void check_variable(std::string_view variable, bool is_system, std::size_t line) {
    if (!knows_variables_) return;
    used_.insert({std::string(variable), line});
    bool is_input = prompt_.inputs.contains(std::string(variable));
    if (is_input && is_system) {
      refuse(line, "place",
             fmt::format("The input \"{}\" comes from outside and stands in the "
                         "section \"# user\" only.",
                         variable));
    } else if (!is_input &&
               std::ranges::find(prompt_.constants, variable) == prompt_.constants.end()) {
      refuse(
          line, "unknown",
          fmt::format("\"{}\" is neither an input nor a constant of the front matter.", variable));
    }
  }

  void check_uses() {
    if (!knows_variables_) return;
    for (const auto& [name, rule] : prompt_.inputs) check_use(name);
    for (const std::string& name : prompt_.constants) {
      check_use(name);
      if (prompt_.inputs.contains(name)) {
        refuse(1, "duplicate", fmt::format("\"{}\" is an input and a constant.", name));
      }
    }
  }

  void check_use(const std::string& name) {
    if (!used_.contains(name)) {
      refuse(1, "unused", fmt::format("\"{}\" is declared and stands nowhere.", name));
    }
  }

  static void trim(Template& section) {
    if (section.pieces.empty()) return;
    std::string& first = section.pieces.front().text;
    first.erase(0, std::min(first.find_first_not_of(" \t\n"), first.size()));
    Template::Piece& last = section.pieces.back();
    if (last.variable.empty()) last.text.erase(last.text.find_last_not_of(" \t\n") + 1);
  }

  std::string name_;
  std::string_view text_;
  std::vector<std::string_view> lines_;
  std::size_t body_ = 0;         // the first line after the front matter
  std::size_t system_line_ = 0;  // of its heading; 0: none yet
  std::size_t user_line_ = 0;
  bool knows_variables_ = false;  // the front matter could be read
  std::map<std::string, std::size_t, std::less<>> used_;
  std::vector<FieldError> errors_;
  Prompt prompt_;
};

}  // namespace

std::shared_ptr<const Prompt> parse_prompt(std::string_view text, std::string_view name) {
  return std::make_shared<const Prompt>(Parser(text, name).parse());
}

std::shared_ptr<const Prompt> embedded_prompt(std::span<const EmbeddedFile> files,
                                              std::string_view name) {
  auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  ENSURE(found != files.end(), "a skill's prompt is put into the program by the build");
  return parse_prompt(found->text, name);
}

}  // namespace antiphon::skill
