#pragma once

#include <optional>
#include <span>
#include <string>

#include "apps/director/recording/recording.h"
#include "engine/store/database.h"

namespace antiphon::director {

/// The rows of recordings, each in a transaction of its caller's.
class RecordingStore {
 public:
  static std::span<const store::Statement> statements();

  /// As its job has left it: one whose job was given up has failed.
  static std::optional<Recording> find(store::Tx& tx, const std::string& tenant,
                                       const std::string& take_id);
  /// In the place of the take's recording before it.
  static void put(store::Tx& tx, const std::string& tenant, const Recording& recording);
  /// @return whether it was there
  static bool remove(store::Tx& tx, const std::string& tenant, const std::string& take_id);
};

}  // namespace antiphon::director
