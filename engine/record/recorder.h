#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/async/pool.h"
#include "engine/async/waiter.h"
#include "engine/live/tape.h"
#include "engine/record/entry.h"
#include "engine/record/header.h"
#include "engine/record/record_key.h"

namespace antiphon::record {

/// Writes one session down while it goes on. Lives on the session's core; what it has is sealed and
/// written by a pool, twice a second.
class Recorder final : public live::Tape {
 public:
  struct Options {
    std::filesystem::path file;
    std::uint64_t bytes_max = std::uint64_t{1} << 30;  ///< of the file; then the recording ends
    /// Run on the pool: the header's ingredients, and the key.
    std::function<std::vector<Ingredient>()> ingredients;
    std::function<RecordKey()> key;
    /// The recording has ended before its session, and why.
    std::function<void(std::string)> on_stopped;
  };
  /// @param header  all but the ingredients and the moment it begins
  Recorder(Options options, Header header, const Clock& clock);

  live::Moment step(live::Step step) override;
  std::string fact(std::string_view kind, std::move_only_function<std::string()> tell) override;
  void emitted(std::string json) override;
  void ended() override { end(""); }

  /// Ends the recording; the session may go on.
  void stop(const std::string& why) { end(why); }
  /// Writes until the recording has ended and all of it is on the disk.
  Task<> run(Pool& files);

  /// What may wait for the disk; then the recording ends.
  static constexpr std::size_t waiting_bytes_max = std::size_t{32} << 20;

 private:
  using Late = std::move_only_function<std::string()>;  ///< gives bytes on the pool
  using Piece = std::variant<std::string, Late>;
  struct File;

  void add(const Entry& entry);
  void end(const std::string& why);
  Task<> write_all(Pool& files);
  Task<> wait();

  Options options_;
  const Clock& clock_;
  EntryWriter writer_;
  std::shared_ptr<File> file_;  ///< used by one closure on the pool at a time
  std::vector<Piece> pieces_;   ///< not written yet
  std::size_t waiting_bytes_ = 0;
  bool has_ended_ = false;
  std::string why_;  ///< it has ended
  Waiter wake_;
};

}  // namespace antiphon::record
