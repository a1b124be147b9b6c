#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/embedded.h"
#include "engine/model/chat.h"
#include "engine/schema/describe.h"
#include "engine/skill/fence.h"

// What a model is told, in a file. The front matter is TOML:
//
//   +++
//   version = 1
//   summary = "What a message wants"
//   constants = ["shelves"]
//   [inputs.text]
//   length_max = 2000
//   [limits]
//   answer_bytes_max = 2000
//   [options]
//   temperature = 0
//   +++
//   # system
//   You sort messages onto shelves: {{shelves}}.
//   # user
//   {{text}}
//
// `inputs` are fields of what the skill is asked: they come from outside, stand in the user section
// alone and always within a fence (fence.h). `constants` are the program's own words. "# system"
// and "# user", on lines of their own, are the only headings that mean something.

namespace antiphon::skill {

inline constexpr std::size_t prompt_file_bytes_max = std::size_t{64} << 10;
inline constexpr std::size_t prompt_inputs_max = 32;
/// Where a prompt's `limits` say no less.
inline constexpr std::size_t prompt_bytes_max = std::size_t{256} << 10;
inline constexpr std::size_t answer_bytes_max = std::size_t{64} << 10;

/// What of an input may go into a prompt.
struct InputRule {
  std::int64_t length_max = 0;  ///< code points; above it the model is not asked
};

inline auto describe(schema::Tag<InputRule>) {
  return schema::object<InputRule>("InputRule", "What of an input may go into a prompt")
      .field("lengthMax", &InputRule::length_max, "Code points", schema::min(1),
             schema::max(static_cast<double>(prompt_bytes_max)));
}

struct PromptLimits {
  std::int64_t prompt_bytes = static_cast<std::int64_t>(prompt_bytes_max);
  std::int64_t answer_bytes = static_cast<std::int64_t>(answer_bytes_max);
};

inline auto describe(schema::Tag<PromptLimits>) {
  return schema::object<PromptLimits>("PromptLimits", "Sizes")
      .field("promptBytesMax", &PromptLimits::prompt_bytes, "Of a question", schema::min(1),
             schema::max(static_cast<double>(prompt_bytes_max)))
      .field("answerBytesMax", &PromptLimits::answer_bytes, "Of an answer", schema::min(2),
             schema::max(static_cast<double>(answer_bytes_max)))
      .all_defaulted();
}

/// A section as it is put together: text, then a variable, then text again.
struct Template {
  struct Piece {
    std::string text;
    std::string variable;  ///< after the text; empty: none
  };
  std::vector<Piece> pieces;
};

/// A prompt that was read. Immutable.
struct Prompt {
  std::string name;  ///< of its file, for messages
  std::string hash;  ///< of the whole file: its version in the cache's keys and in provenance
  std::int64_t version = 0;  ///< for people
  std::string summary;
  std::vector<std::string> constants;
  std::map<std::string, InputRule> inputs;
  PromptLimits limits;
  model::ChatOptions options;
  Template system;
  Template user;
};

/// @param name  of the file, for messages
/// @throws Error{fields} with everything that is wrong, each with "name:line: "
std::shared_ptr<const Prompt> parse_prompt(std::string_view text, std::string_view name);
/// One that the build put in. @throws Error{Code::internal} when it is not there; as parse_prompt
std::shared_ptr<const Prompt> embedded_prompt(std::span<const EmbeddedFile> files,
                                              std::string_view name);

using Constants = std::map<std::string, std::string>;

/// What keeps the prompt from being asked with such a question; empty: nothing.
/// @param input  the description of what is asked
std::vector<FieldError> misfits(const Prompt& prompt, const schema::Type& input,
                                const Constants& constants);
/// What keeps `prompt` from standing in for `standard`: it knows the same inputs and constants, or
/// some of them, and lets no input be longer.
std::vector<FieldError> misfits(const Prompt& prompt, const Prompt& standard);

/// A prompt with a question in it.
struct Rendered {
  std::string system;
  std::string user;
};

/// Pure. Nothing: an input, or all of it, is longer than the prompt's limits.
/// @param input  the question as JSON, an object
std::optional<Rendered> render(const Prompt& prompt, std::string_view input,
                               const Constants& constants);

}  // namespace antiphon::skill
