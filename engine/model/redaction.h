#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace antiphon::model {

/// What must not be read in a message about a provider: keys, and what was talked about. Providers
/// repeat both in their errors.
class Redaction {
 public:
  /// @param secrets  keys and the values of headers
  /// @param texts    of the conversation
  explicit Redaction(std::vector<std::string> secrets, std::vector<std::string> texts = {});

  /// What a provider says, fit for a log: on one line, bounded, each piece of a secret masked; ""
  /// where it repeats a part of the conversation.
  std::string clean(std::string_view said) const;

 private:
  bool repeats_conversation(std::string_view said) const;

  std::vector<std::string> secrets_;
  std::vector<std::string> texts_;
};

}  // namespace antiphon::model
