#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/base/temporary_folder.h"
#include "engine/store/database.h"

namespace antiphon::store::testing {

/// An empty database for one test: a file in a temporary folder, or one of PrivatePostgres.
class FreshDatabase {
 public:
  /// @throws Error{Code::unavailable} when PostgreSQL is asked for and not installed
  explicit FreshDatabase(Dialect dialect, const DatabaseOptions& options = {});

  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  /// For another connection or process.
  const std::string& url() const { return url_; }
  /// Closes and opens it again, as a restart does.
  void reopen();

 private:
  TemporaryFolder folder_;
  DatabaseOptions options_;
  std::string url_;
  std::unique_ptr<Database> database_;
};

}  // namespace antiphon::store::testing
