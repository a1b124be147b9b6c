#pragma once

#include "apps/director/import/imports.h"
#include "apps/director/library/asset_views.h"
#include "engine/app/services.h"

namespace antiphon::director {

struct ImportView {
  std::string import_id;
  std::string name;
  std::int64_t lines = 0;
  std::int64_t waiting = 0;
  std::int64_t taken = 0;
  std::int64_t known = 0;
  std::int64_t failed = 0;
  std::int64_t invalid = 0;
  Timestamp created_at;
};

inline auto describe(schema::Tag<ImportView>) {
  return schema::object<ImportView>("ImportView", "A list of clips that is brought in")
      .field("importId", &ImportView::import_id, "Its id")
      .field("name", &ImportView::name, "Its name")
      .field("lines", &ImportView::lines, "Clips of the list")
      .field("waiting", &ImportView::waiting, "Lines whose file has not come")
      .field("taken", &ImportView::taken, "Lines that are new clips")
      .field("known", &ImportView::known, "Lines whose content the library had")
      .field("failed", &ImportView::failed, "Lines whose file was refused; it may be sent again")
      .field("invalid", &ImportView::invalid, "Lines that are wrong by themselves")
      .field("createdAt", &ImportView::created_at, "When it began");
}

struct ImportSummary {
  std::string import_id;
  std::string name;
  Timestamp created_at;
};

inline auto describe(schema::Tag<ImportSummary>) {
  return schema::object<ImportSummary>("ImportSummary", "An import in a list of them")
      .field("importId", &ImportSummary::import_id, "Its id")
      .field("name", &ImportSummary::name, "Its name")
      .field("createdAt", &ImportSummary::created_at, "When it began");
}

struct LineView {
  std::int64_t line = 0;
  std::string file;
  std::string title;
  std::string state;
  std::string asset_id;
  std::string problem;
};

inline auto describe(schema::Tag<LineView>) {
  return schema::object<LineView>("LineView", "A line of an import")
      .field("line", &LineView::line, "Its number in the list, from 1")
      .field("file", &LineView::file, "Its file; empty where the line is invalid")
      .field("title", &LineView::title, "The title of its clip, where the list tells one")
      .field("state", &LineView::state, "waiting, taken, known, failed or invalid")
      .field("assetId", &LineView::asset_id, "Its clip; empty until there is one")
      .field("problem", &LineView::problem, "Why it failed or is invalid");
}

struct ImportId {
  std::string import_id;
};

inline auto describe(schema::Tag<ImportId>) {
  return schema::object<ImportId>("ImportId")
      .field("importId", &ImportId::import_id, "Id of the import", schema::id("imp"));
}

struct ListImports : http::PageQuery {};

inline auto describe(schema::Tag<ListImports>) {
  return http::page_fields(schema::object<ListImports>("ListImports"));
}

struct ListLines : http::PageQuery {
  std::string import_id;
  std::optional<std::string> state;
};

inline auto describe(schema::Tag<ListLines>) {
  return http::page_fields(
      schema::object<ListLines>("ListLines")
          .field("importId", &ListLines::import_id, "Id of the import", schema::id("imp"))
          .field("state", &ListLines::state, "Only those in this state",
                 schema::one_of({"waiting", "taken", "known", "failed", "invalid"})));
}

/// Begins, feeds and shows imports.
class ImportRoutes {
 public:
  ImportRoutes(app::Services& services, Imports& imports)
      : services_(services), imports_(imports) {}

  void mount();

 private:
  Task<http::Response> begin(Call call, http::Request request);
  Task<http::Page<ImportSummary>> list(Call call, ListImports query);
  Task<ImportView> show(Call call, ImportId id);
  Task<http::Page<LineView>> lines(Call call, ListLines query);
  Task<http::Response> take_line(Call call, http::Request request);
  Task<http::NoContent> remove(Call call, ImportId id);

  app::Services& services_;
  Imports& imports_;
};

}  // namespace antiphon::director
