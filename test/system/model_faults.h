#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

// What may go wrong at a provider of models, as the scripted model server plays it, and what must
// come of it (E-33).

namespace antiphon::testing {

/// How a provider speaks.
enum class Speaks { openai, ollama, gemini, anthropic };
inline constexpr Speaks every_kind[] = {Speaks::openai, Speaks::ollama, Speaks::gemini,
                                        Speaks::anthropic};
std::string_view to_text(Speaks kind);

/// What a client of `/v1` sees, in the words of the page, and how many calls reached the provider,
/// and the second instance: "1 + 1".
struct Outcome {
  std::string sees;
  std::string calls;

  bool operator==(const Outcome&) const = default;
};

/// With one instance, and with a second one that is well.
struct Outcomes {
  Outcome alone;
  Outcome with_second;
};

/// For some kinds of providers it goes another way.
struct Exception {
  std::vector<Speaks> kinds;
  Outcomes outcomes;
};

enum class Section { connection, refusal, limit, before_content, after_content, at_end };

struct Fault {
  Section section;
  std::string says;  ///< in the page
  std::string then;  ///< members of the script's `then`
  Outcomes outcomes;
  std::string limits = {};  ///< of the provider, in TOML
  bool is_streamed = true;  ///< the answers that it is for
  bool is_whole = true;
  std::vector<Speaks> kinds = {every_kind, every_kind + 4};
  std::vector<Exception> exceptions = {};
  bool is_slow = false;       ///< a whole answer is ended by the time that an instance has for it
  bool is_refusing = false;   ///< nobody listens
  bool loses_a_line = false;  ///< what stood in a line that nobody can read is lost
  std::chrono::milliseconds apart{0};  ///< at least so far are calls to the same instance
};

/// What is answered when nothing goes wrong: a token for each word, as the model server counts.
inline constexpr std::string_view faultless_text = "alpha beta gamma delta";
inline constexpr int faultless_words = 4;

const std::vector<Fault>& all_faults();

/// What must come of a fault.
const Outcomes& outcomes_of(const Fault& fault, Speaks kind);

}  // namespace antiphon::testing
