#pragma once

#include <string>

#include "apps/director/import/import_store.h"
#include "apps/director/library/intake.h"

namespace antiphon::director {

/// An import and how far it is.
struct ImportProgress {
  Import import;
  ImportCounts counts;
  bool is_new = false;  ///< just begun; false: the same list was sent before, and goes on
};

/// Brings lists of clips in: first the list, then the file of each line, in any order, over broken
/// connections and restarts. Lives on one core.
class Imports {
 public:
  Imports(store::Database& database, Random& random, Intake& intake)
      : database_(database), random_(random), intake_(intake) {}

  /// @param list  as it was sent: what tells whether it is the same one again
  /// @throws Error{Code::quota_exceeded} when the tenant has `imports_max`
  Task<ImportProgress> begin(Call call, std::string name, std::string list,
                             std::vector<ListLine> lines);
  /// @throws Error{Code::not_found}
  Task<ImportProgress> find(Call call, std::string id);
  /// Newest first.
  Task<std::vector<Import>> page(Call call, std::optional<Import> before, int limit);
  /// @throws Error{Code::not_found}
  Task<std::vector<ImportLine>> lines(Call call, std::string id, std::optional<std::string> state,
                                      std::int64_t after, int limit);
  /// Takes the file of a line in. What is refused fails its line and no other.
  /// @throws Error{Code::not_found}; Error{Code::conflict} for a line that is done or invalid; as
  ///         Intake::take_in
  Task<TakenIn> take_line(Call call, std::string id, std::int64_t number, SentFile file);
  /// Forgets an import; its clips stay. @throws Error{Code::not_found}
  Task<> remove(Call call, std::string id);

  static constexpr int imports_max = 1000;  ///< of a tenant

 private:
  Task<> settle(Call call, std::string id, ImportLine line);

  store::Database& database_;
  Random& random_;
  Intake& intake_;
};

}  // namespace antiphon::director
