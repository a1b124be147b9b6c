#include "engine/store/fresh_database.h"

#include "engine/store/private_postgres.h"

namespace antiphon::store::testing {

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
