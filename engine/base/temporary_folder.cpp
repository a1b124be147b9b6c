#include "engine/base/temporary_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include "engine/base/error.h"

namespace antiphon {

TemporaryFolder::TemporaryFolder() : TemporaryFolder(std::filesystem::temp_directory_path()) {}

TemporaryFolder::TemporaryFolder(const std::filesystem::path& parent) {
  std::error_code unmade;  // told by what follows
  std::filesystem::create_directories(parent, unmade);
  std::string pattern = (parent / "antiphon-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) {
    throw Error(Code::unavailable, fmt::format("No folder can be made in {}.", parent.string()));
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace antiphon
