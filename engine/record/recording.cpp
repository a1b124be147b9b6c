#include "engine/record/recording.h"

#include "engine/schema/json.h"

namespace antiphon::record {
namespace {

Header read_header(RecordReader& reader) {
  auto json = reader.next();
  if (json) return schema::parse<Header>(*json);
  bool is_cut = reader.end() == RecordReader::End::cut;
  throw Error(Code::invalid,
              is_cut ? "The recording was cut off within its first bytes; nothing of it can be "
                       "read."
                     : "The key does not open this recording, or its first bytes were changed; it "
                       "takes the key file of the server that recorded.");
}

}  // namespace

Recording::Recording(std::filesystem::path file, std::function<RecordKey()> key)
    : reader_(file, key), header_(read_header(reader_)), entries_(header_.start()) {}

std::optional<Entry> Recording::read() {
  for (;;) {
    if (auto entry = entries_.next()) return entry;
    auto frame = reader_.next();
    if (!frame) return std::nullopt;
    entries_.add(*std::move(frame));
  }
}

const Entry* Recording::peek() {
  if (!ahead_) ahead_ = read();
  return ahead_ ? &*ahead_ : nullptr;
}

std::optional<Entry> Recording::next() {
  peek();
  auto entry = std::exchange(ahead_, std::nullopt);
  if (entry) {
    if (auto* ended = std::get_if<RecordEnded>(&*entry)) reason_ = ended->reason;
  }
  return entry;
}

std::vector<RecognitionMark> marks_in(Recording& recording) {
  std::vector<RecognitionMark> marks;
  while (auto entry = recording.next()) {
    auto* fact = std::get_if<FactLearnt>(&*entry);
    if (!fact || fact->kind != recognition_fact) continue;
    marks.push_back(schema::parse<RecognitionMark>(fact->value));
  }
  return marks;
}

}  // namespace antiphon::record
