#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/director/take/events.h"
#include "engine/store/database.h"

namespace antiphon::director {

/// A recorded session with the director.
struct TakeRecord {
  std::string id;  ///< its live session's: "ses_…"
  std::string language;
  Layout layout = Layout::fullscreen;
  std::string status = "connected";  ///< connected, processing, completed
  std::string created_by;
  Timestamp created_at;
  std::optional<Timestamp> ended_at;
  std::chrono::milliseconds duration{};  ///< of all sound received
};

/// One final utterance of a take.
struct Utterance {
  std::int64_t number = 0;  ///< from 1
  std::string text;
  std::chrono::milliseconds end{};  ///< in the sound
  /// In the sound too; where a typed one was said. Below zero: not known.
  std::chrono::milliseconds begin{-1};
};

/// The rows of takes.
class TakeStore {
 public:
  explicit TakeStore(store::Database& database) : database_(database) {}

  static std::span<const store::Statement> statements();

  /// In a transaction of its caller's.
  static std::optional<TakeRecord> find(store::Tx& tx, const std::string& tenant,
                                        const std::string& id);

  Task<> insert(Call call, TakeRecord take);
  Task<std::optional<TakeRecord>> find(std::string tenant, std::string id, Due due);
  /// Takes before `before` (all when nothing), newest first.
  Task<std::vector<TakeRecord>> page(std::string tenant, std::optional<TakeRecord> before,
                                     int limit, Due due);
  /// Adds a final; once, however often it is told.
  Task<> add_utterance(std::string tenant, std::string take_id, Utterance utterance, Due due);
  /// The sound received so far; a shorter one changes nothing.
  Task<> lengthen(std::string tenant, std::string take_id, std::chrono::milliseconds duration,
                  Due due);
  static std::vector<Utterance> utterances(store::Tx& tx, const std::string& tenant,
                                           const std::string& take_id);
  Task<std::vector<Utterance>> utterances(std::string tenant, std::string take_id, Due due);
  Task<> set_status(std::string tenant, std::string take_id, std::string status,
                    std::optional<Timestamp> ended_at, Due due);

 private:
  store::Database& database_;
};

}  // namespace antiphon::director
