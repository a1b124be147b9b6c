#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace antiphon::remote_speech {

/// A file of a form.
struct FormFile {
  std::string name;  ///< of its field
  std::string file_name;
  std::string content_type;
  std::string content;
};

/// A body of multipart/form-data (RFC 7578) with one file.
struct Form {
  std::string content_type;  ///< with the boundary
  std::string body;
};

/// Texts come before the file, so that a server knows them while the file still arrives. Their
/// names are constants of the program.
Form make_form(const std::vector<std::pair<std::string, std::string>>& texts, const FormFile& file);

}  // namespace antiphon::remote_speech
