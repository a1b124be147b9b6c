#pragma once

#include "apps/director/edit/edit_store.h"
#include "apps/director/edit/edit_views.h"

namespace antiphon::director {

/// The edit lists of takes: as they were recorded, or what a person made of them. Lives on one
/// core.
class EditLists {
 public:
  explicit EditLists(store::Database& database) : database_(database) {}

  /// @throws Error{Code::not_found} when there is no such take
  Task<EditList> find(Call call, std::string take_id);
  /// The same in a transaction of its caller's.
  static EditList find(store::Tx& tx, const std::string& tenant, const std::string& take_id);

  /// Keeps what a person made of it. @throws as find(), check_edit
  Task<EditList> put(Call call, PutEditList told);

  /// Goes back to what was recorded. @throws as find()
  Task<EditList> reset(Call call, std::string take_id);

 private:
  store::Database& database_;
};

}  // namespace antiphon::director
