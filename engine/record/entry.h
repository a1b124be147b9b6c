#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/live/tape.h"

namespace antiphon::record {

// What a recording says, in order. Numbers are varints (little endian, seven bits a byte; signed
// ones in zigzag), texts have their length before them.
//
//   entry   := length:varint type:u8 body                      length counts type and body
//   step    := letter moment fields                            one letter a kind of live::Step
//   moment  := steady:svarint time:svarint                     ns and us since the step before
//   fact    := 'f' kind:text value:text
//   event   := 'e' json:text
//   end     := 'z' reason:text

/// The session's code ran.
struct StepTaken {
  live::Moment moment;
  live::Step step;
};
/// It learnt something, in the step before.
struct FactLearnt {
  std::string kind;
  std::string value;
};
/// It told an event, in the step before.
struct EventTold {
  std::string json;
};
/// The recording ends, and why; "" with the session itself.
struct RecordEnded {
  std::string reason;
};
using Entry = std::variant<StepTaken, FactLearnt, EventTold, RecordEnded>;

/// Appends entries as bytes. Of steps it remembers the moment, from which the next is counted.
class EntryWriter {
 public:
  explicit EntryWriter(live::Moment start) : last_(start) {}
  void write(std::string& out, const Entry& entry);
  /// As an entry of a recording in which it stands anywhere.
  static void write_fact(std::string& out, std::string_view kind, std::string_view value);

 private:
  live::Moment last_;
};

/// Cuts bytes into entries again.
class EntryReader {
 public:
  explicit EntryReader(live::Moment start) : last_(start) {}
  /// Adds whole entries to be read: what one frame holds.
  void add(std::string bytes);
  /// The next entry; nothing when more bytes are needed.
  /// @throws Error{Code::invalid} for what no writer wrote
  std::optional<Entry> next();

 private:
  Entry read(char letter, std::string_view rest);

  live::Moment last_;
  std::string bytes_;
  std::size_t read_ = 0;
};

}  // namespace antiphon::record
