#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/json.h"

namespace antiphon::schema {

/// Fills one described object from several places: texts (path and query parameters) and a JSON
/// body for the rest. Nothing is refused before `finish`, which tells everything at once.
///
///   Input input(of<ReadTake>(), &take);
///   input.text("sessionId", "ses_…");
///   input.json(body);
///   input.finish();
class Input {
 public:
  /// @param type    the description of an object
  /// @param target  a default-constructed value of it; both outlive the input
  Input(const Type& type, void* target, ParseOptions options = {});

  /// One parameter, percent-decoded. A list takes commas and repetition: "a,b" or twice.
  /// Unknown names and repeated scalars are refused.
  void text(std::string_view name, std::string_view text);
  /// The body: an object with the fields that no text gave.
  void json(std::string_view body);
  /// Adds what is wrong beside the fields of the object.
  void refuse(std::vector<FieldError> errors);
  /// @throws Error{fields} with every broken or missing field;
  ///         Error{Code::too_large} from `json` above options.bytes_max
  void finish();

 private:
  const Type& type_;
  void* target_;
  ParseOptions options_;
  std::vector<bool> given_;                        // by field, from any place
  std::vector<std::optional<std::string>> texts_;  // by field
  std::vector<FieldError> errors_;
};

}  // namespace antiphon::schema
