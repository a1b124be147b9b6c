#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "engine/record/entry.h"
#include "engine/record/header.h"
#include "engine/record/recognition_mark.h"
#include "engine/record/record_file.h"

namespace antiphon::record {

/// A recording that is read, entry by entry.
class Recording {
 public:
  /// @param key  asked for when it is sealed
  /// @throws Error{Code::invalid} for no recording or another key, Error{Code::not_found}
  Recording(std::filesystem::path file, std::function<RecordKey()> key);

  const Header& header() const { return header_; }
  /// The next entry; nothing when no more can be read, of which end() tells.
  /// @throws Error{Code::invalid} for what no recorder wrote
  std::optional<Entry> next();
  /// The same, and it stays the next.
  const Entry* peek();

  RecordReader::End end() const { return reader_.end(); }
  /// Why it ended: "" with its session. Nothing before the end, or when it was cut off.
  const std::optional<std::string>& reason() const { return reason_; }
  /// How much was read of how much.
  std::uint64_t position() const { return reader_.position(); }
  std::uint64_t size() const { return reader_.size(); }

 private:
  std::optional<Entry> read();

  RecordReader reader_;
  Header header_;
  EntryReader entries_;
  std::optional<Entry> ahead_;
  std::optional<std::string> reason_;
};

/// All marks of recognition in a recording, which is read for them.
std::vector<RecognitionMark> marks_in(Recording& recording);

}  // namespace antiphon::record
