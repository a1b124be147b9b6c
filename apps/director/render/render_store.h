#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/director/render/render.h"
#include "engine/store/database.h"

namespace antiphon::director {

/// The rows of renders, each in a transaction of its caller's. One that is still to come is given
/// as far as its job is; when that was given up, it has failed.
class RenderStore {
 public:
  static std::span<const store::Statement> statements();

  static void insert(store::Tx& tx, const std::string& tenant, const Render& render,
                     const RenderScript& script);
  static std::optional<Render> find(store::Tx& tx, const std::string& tenant,
                                    const std::string& take_id, const std::string& id);
  /// What it is made of. @throws Error{Code::not_found}
  static RenderScript script(store::Tx& tx, const std::string& tenant, const std::string& take_id,
                             const std::string& id);
  /// A take's, newest first.
  static std::vector<Render> of_take(store::Tx& tx, const std::string& tenant,
                                     const std::string& take_id);
  /// Stores what has become of it.
  static void update(store::Tx& tx, const std::string& tenant, const Render& render);
  /// @return whether it was there
  static bool remove(store::Tx& tx, const std::string& tenant, const std::string& take_id,
                     const std::string& id);
  /// How many of a tenant are still to come.
  static std::size_t count_open(store::Tx& tx, const std::string& tenant);
};

}  // namespace antiphon::director
