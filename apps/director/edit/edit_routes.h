#pragma once

#include "apps/director/edit/edit_lists.h"
#include "apps/director/take/take_routes.h"

namespace antiphon::director {

inline constexpr std::size_t edit_bytes_max = std::size_t{2} << 20;

/// Shows, changes and exports the edit lists of takes.
class EditRoutes {
 public:
  EditRoutes(app::Services& services, EditLists& lists) : services_(services), lists_(lists) {}

  void mount();

 private:
  Task<EditListView> show(Call call, TakeId id);
  Task<EditListView> put(Call call, PutEditList told);
  Task<EditListView> reset(Call call, TakeId id);
  Task<http::Response> export_cmx(Call call, http::Request request);
  Task<http::Response> export_srt(Call call, http::Request request);

  app::Services& services_;
  EditLists& lists_;
};

}  // namespace antiphon::director
