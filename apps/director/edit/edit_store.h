#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/director/edit/moment.h"
#include "engine/store/database.h"

namespace antiphon::director {

/// What a person made of a list, as it is kept.
struct KeptEdit {
  std::string body;  ///< JSON
  std::string edited_by;
  Timestamp edited_at;
};

/// The rows of moments and of edits. Functions with a Tx belong to a transaction of its caller's.
class EditStore {
 public:
  explicit EditStore(store::Database& database) : database_(database) {}

  static std::span<const store::Statement> statements();

  /// Adds a moment; once, however often it is told.
  Task<> add_moment(std::string tenant, std::string take_id, KeptMoment moment, Due due);

  static std::vector<KeptMoment> moments(store::Tx& tx, const std::string& tenant,
                                         const std::string& take_id);
  static std::optional<KeptEdit> find(store::Tx& tx, const std::string& tenant,
                                      const std::string& take_id);
  /// In the place of the take's edit before it.
  static void put(store::Tx& tx, const std::string& tenant, const std::string& take_id,
                  const KeptEdit& edit);
  static void remove(store::Tx& tx, const std::string& tenant, const std::string& take_id);

 private:
  store::Database& database_;
};

}  // namespace antiphon::director
