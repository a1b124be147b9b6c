#include "engine/base/temporary_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include "engine/base/error.h"

namespace antiphon {

TemporaryFolder::TemporaryFolder() {
  auto parent = std::filesystem::temp_directory_path();
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
