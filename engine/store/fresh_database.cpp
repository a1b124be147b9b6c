#include "engine/store/fresh_database.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/store/private_postgres.h"

namespace antiphon::store::testing {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "antiphon-test.XXXXXX";
  ENSURE(::mkdtemp(pattern.data()) != nullptr, "temporary folders can be made");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

FreshDatabase::FreshDatabase(Dialect dialect, const DatabaseOptions& options)
    : options_(options),
      url_(dialect == Dialect::sqlite ? fmt::format("sqlite:{}", (folder_.path() / "db").string())
                                      : PrivatePostgres::shared().make_database()),
      database_(make_database(url_, options_)) {}

void FreshDatabase::reopen() {
  database_.reset();
  database_ = make_database(url_, options_);
}

}  // namespace antiphon::store::testing
