#include "engine/live/event_log.h"

#include <algorithm>

#include "engine/base/error.h"

namespace antiphon::live {
namespace {

// Most are shorter: one read gives them whole.
constexpr std::size_t usual_record_bytes = 4096;

}  // namespace

EventLog::EventLog(LogFiles& files, std::string folder, std::uint64_t first_segment,
                   LogLimits limits)
    : files_(files), folder_(std::move(folder)), limits_(limits), number_(first_segment) {}

EventLog::Mark EventLog::append(const LogRecord& record) {
  write_record(unwritten_, record);
  return end();
}

EventLog::Mark EventLog::append(const EventsRecord& events) {
  write_record(unwritten_, events);
  return end();
}

bool EventLog::write(Timestamp now) {
  if (unwritten_.empty()) return true;
  try {
    if (!file_ || segments_.back().bytes >= limits_.segment_bytes) open_segment(now);
    file_->append(unwritten_);
  } catch (const Error& error) {
    failure_ = error.detail();
    return false;
  }
  failure_.clear();
  segments_.back().bytes += unwritten_.size();
  written_ += unwritten_.size();
  unsynced_[file_] = written_;
  unwritten_.clear();
  return true;
}

void EventLog::open_segment(Timestamp now) {
  std::uint64_t number = file_ ? number_ + 1 : number_;
  std::shared_ptr<LogFile> file = files_.create(path(number));
  file->append(segment_magic);
  file_ = std::move(file);
  number_ = number;
  segments_.push_back({number, segment_magic.size(), now, written_});
}

std::string EventLog::path(std::uint64_t number) const {
  return fmt::format("{}/{:08}.seg", folder_, number);
}

EventLog::Segments EventLog::segments() const {
  Segments all{&files_, {}};
  for (const Segment& segment : segments_) {
    all.paths.emplace_back(segment.begin, path(segment.number));
  }
  return all;
}

std::optional<LogRecord> EventLog::Segments::read(Mark mark) const {
  auto after =
      std::ranges::upper_bound(paths, mark, {}, [](const auto& entry) { return entry.first; });
  if (after == paths.begin()) return std::nullopt;
  const auto& [begin, path] = *std::prev(after);
  std::size_t offset = segment_magic.size() + static_cast<std::size_t>(mark - begin);
  try {
    std::string bytes = files->read_at(path, offset, usual_record_bytes);
    if (bytes.size() < record_header_bytes) return std::nullopt;
    std::size_t whole = record_bytes(bytes);
    if (whole > record_header_bytes + record_bytes_max) return std::nullopt;
    if (whole > bytes.size()) bytes = files->read_at(path, offset, whole);
    return parse_record(std::string_view(bytes).substr(0, whole));
  } catch (const Error&) {
    return std::nullopt;  // its segment was dropped meanwhile
  }
}

void EventLog::shrink() {
  if (unwritten_.empty()) unwritten_.shrink_to_fit();
}

void EventLog::Sync::run() const {
  for (const auto& file : files) file->sync();
}

EventLog::Sync EventLog::begin_sync() const {
  Sync sync{written_, {}};
  for (const auto& [file, mark] : unsynced_) sync.files.push_back(file);
  return sync;
}

void EventLog::finish_sync(const Sync& sync) {
  synced_ = std::max(synced_, sync.mark);
  std::erase_if(unsynced_, [&](const auto& entry) { return entry.second <= synced_; });
}

std::optional<std::uint64_t> EventLog::expired(Timestamp now) const {
  std::size_t total = 0;
  for (const Segment& segment : segments_) total += segment.bytes;
  std::optional<std::uint64_t> newest;
  for (std::size_t i = 0; i + 1 < segments_.size(); ++i) {
    // A segment's newest event is as old as the beginning of the next one.
    bool old = now - segments_[i + 1].begun > limits_.age_max;
    if (!old && total <= limits_.total_bytes_max) break;
    newest = segments_[i].number;
    total -= segments_[i].bytes;
  }
  return newest;
}

void EventLog::drop_until(std::uint64_t segment) {
  while (segments_.size() > 1 && segments_.front().number <= segment) {
    files_.remove(path(segments_.front().number));
    segments_.pop_front();
  }
}

}  // namespace antiphon::live
