#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/director/import/clip_list.h"
#include "engine/store/database.h"

namespace antiphon::director {

/// A list of clips that is brought in.
struct Import {
  std::string id;  ///< "imp_…"
  std::string name;
  std::string list_hash;  ///< SHA-256 of the list
  std::string created_by;
  Timestamp created_at;
};

/// What has become of a line: `waiting` for its file, `taken` as a new clip, `known` because the
/// library had its content, `failed` (its file may be sent again), or `invalid` by itself.
enum class LineState { waiting, taken, known, failed, invalid };
std::string_view to_text(LineState state);

struct ImportLine {
  std::int64_t number = 0;
  ListEntry entry;
  LineState state = LineState::waiting;
  std::string asset_id = {};
  std::string problem = {};
};

/// How many lines of an import are in each state.
struct ImportCounts {
  std::int64_t waiting = 0;
  std::int64_t taken = 0;
  std::int64_t known = 0;
  std::int64_t failed = 0;
  std::int64_t invalid = 0;
};

/// The rows of imports, each in a transaction of its caller's.
class ImportStore {
 public:
  static std::span<const store::Statement> statements();

  static void insert(store::Tx& tx, const std::string& tenant, const Import& import,
                     const std::vector<ImportLine>& lines);
  static std::optional<Import> find(store::Tx& tx, const std::string& tenant,
                                    const std::string& id);
  static std::optional<Import> find_list(store::Tx& tx, const std::string& tenant,
                                         const std::string& list_hash);
  /// Newest first. @param before  nothing: from the newest
  static std::vector<Import> page(store::Tx& tx, const std::string& tenant,
                                  const std::optional<Import>& before, int limit);
  static ImportCounts count(store::Tx& tx, const std::string& tenant, const std::string& id);
  /// @return whether it was there
  static bool remove(store::Tx& tx, const std::string& tenant, const std::string& id);

  static std::optional<ImportLine> line(store::Tx& tx, const std::string& tenant,
                                        const std::string& id, std::int64_t number);
  static void update(store::Tx& tx, const std::string& tenant, const std::string& id,
                     const ImportLine& line);
  /// Lines behind `after`, in their order. @param state  nothing: in any
  static std::vector<ImportLine> lines(store::Tx& tx, const std::string& tenant,
                                       const std::string& id, std::optional<std::string> state,
                                       std::int64_t after, int limit);
};

}  // namespace antiphon::director
