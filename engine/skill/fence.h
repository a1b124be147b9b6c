#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// How text from outside is put into a prompt, so that a model can tell it from what it is told to
// do:
//
//   <<<text q3f9a1c2b4d5e6f7
//   the words, as they came
//   q3f9a1c2b4d5e6f7 text>>>
//
// Nothing of this makes a model obey: what it answers is checked all the same (skill.h).

namespace antiphon::skill {

/// The text without what could be read as a part of the prompt around it: tags and control tokens
/// of chat templates ("<|im_end|>", "</s>", "[INST]") lose their brackets, marks of a fence too;
/// characters that nobody sees (controls, tags of Unicode, marks of direction) go. What is not
/// UTF-8 becomes ASCII with question marks. The same text always gives the same.
std::string neutralised(std::string_view text);

/// Marks that none of some texts contains. Made of the texts alone, so the same question has the
/// same prompt, which caches and replays need.
class Fence {
 public:
  static constexpr std::size_t tag_digits = 16;

  /// @param texts   all that will stand within its marks, already neutralised
  /// @param digits  of the tag, if the texts leave one of so many
  explicit Fence(const std::vector<std::string>& texts, std::size_t digits = tag_digits);

  /// A neutralised text between its marks, on lines of its own.
  std::string around(std::string_view name, std::string_view text) const;
  const std::string& tag() const { return tag_; }

 private:
  std::string tag_;
};

/// How many code points `text` (UTF-8) has.
std::size_t code_points(std::string_view text);
/// Its first so many code points.
std::string_view first_code_points(std::string_view text, std::size_t count);

}  // namespace antiphon::skill
