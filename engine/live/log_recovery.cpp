#include "engine/live/log_recovery.h"

#include <algorithm>
#include <charconv>
#include <ranges>
#include <set>

#include "engine/base/error.h"

namespace antiphon::live {
namespace {

constexpr std::string_view clean_mark = "clean";
constexpr std::string_view core_prefix = "core-";
constexpr std::string_view segment_suffix = ".seg";

// Everything of one session, in the order it was read.
struct Gathered {
  std::vector<Checkpoint> checkpoints;
  std::vector<LoggedEvent> events;
  std::vector<std::string> message_ids;
  bool ended = false;
};

std::string state_path(const std::string& folder) { return folder + "/state"; }

std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (!name.ends_with(segment_suffix)) return std::nullopt;
  name.remove_suffix(segment_suffix.size());
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return number;
}

void gather(Gathered& session, LogRecord record) {
  if (auto* checkpoint = std::get_if<Checkpoint>(&record.content)) {
    session.checkpoints.push_back(std::move(*checkpoint));
  } else if (auto* logged = std::get_if<LoggedEvents>(&record.content)) {
    std::ranges::move(logged->events, std::back_inserter(session.events));
  } else if (auto* message = std::get_if<MessageTaken>(&record.content)) {
    session.message_ids.push_back(std::move(message->id));
  } else {
    session.ended = true;
  }
}

auto place(const auto& entry) { return std::pair(entry.epoch, entry.seq); }

void order(std::vector<LoggedEvent>& events) {
  auto before = [](const auto& a, const auto& b) { return place(a) < place(b); };
  std::ranges::sort(events, before);
  auto same = [](const auto& a, const auto& b) { return place(a) == place(b); };
  auto twins = std::ranges::unique(events, same);
  events.erase(twins.begin(), twins.end());
}

// The events around the checkpoint that follow on each other; what is beyond a hole is given up.
std::vector<LoggedEvent> without_holes(std::vector<LoggedEvent> events, std::uint64_t seq) {
  auto middle = std::ranges::partition_point(events, [&](const auto& e) { return e.seq <= seq; });
  auto begin = middle;
  for (std::uint64_t next = seq; begin != events.begin() && (begin - 1)->seq == next; --next)
    --begin;
  auto end = middle;
  for (std::uint64_t next = seq + 1; end != events.end() && end->seq == next; ++next) ++end;
  return {std::make_move_iterator(begin), std::make_move_iterator(end)};
}

// Ids from before a checkpoint are in it, too.
void add_ids(Checkpoint& checkpoint, std::vector<std::string> ids) {
  std::set<std::string> known(checkpoint.message_ids.begin(), checkpoint.message_ids.end());
  for (std::string& id : ids) {
    if (known.insert(id).second) checkpoint.message_ids.push_back(std::move(id));
  }
}

RecoveredSession put_together(Gathered gathered, bool& lost) {
  RecoveredSession session;
  auto before = [](const auto& a, const auto& b) { return place(a) < place(b); };
  session.checkpoint =
      std::move(*std::ranges::max_element(gathered.checkpoints | std::views::reverse, before));
  add_ids(session.checkpoint, std::move(gathered.message_ids));
  order(gathered.events);
  std::uint64_t last = gathered.events.empty() ? 0 : gathered.events.back().seq;
  session.epoch = session.checkpoint.epoch;
  if (!gathered.events.empty())
    session.epoch = std::max(session.epoch, gathered.events.back().epoch);
  session.events = without_holes(std::move(gathered.events), session.checkpoint.seq);
  if (session.last_seq() < last) lost = true;
  auto in_snapshot = std::ranges::partition_point(
      session.events, [&](const auto& event) { return event.seq <= session.checkpoint.seq; });
  session.after = static_cast<std::size_t>(in_snapshot - session.events.begin());
  return session;
}

// Whether what was written before may not be on the disk.
bool may_have_lost(LogFiles& files, const std::string& folder) {
  if (!files.exists(state_path(folder))) return true;
  std::string state = files.read(state_path(folder));
  return state != clean_mark && state != files.boot_id();
}

std::map<std::string, Gathered> read_all(LogFiles& files, const std::string& folder,
                                         RecoveredLogs& found) {
  std::map<std::string, Gathered> sessions;
  for (const std::string& core : files.list(folder)) {
    if (!core.starts_with(core_prefix)) continue;
    for (const std::string& name : files.list(folder + "/" + core)) {
      auto number = segment_number(name);
      if (!number) continue;
      std::string path = fmt::format("{}/{}/{}", folder, core, name);
      SegmentContent segment = parse_segment(files.read(path));
      found.files.push_back(path);
      found.next_segment = std::max(found.next_segment, *number + 1);
      found.cut_bytes += segment.cut_bytes;
      found.lost = found.lost || segment.corrupt;
      for (LogRecord& record : segment.records) {
        gather(sessions[record.session], std::move(record));
      }
    }
  }
  return sessions;
}

}  // namespace

RecoveredLogs recover_logs(LogFiles& files, const std::string& folder) {
  RecoveredLogs found;
  auto sessions = read_all(files, folder, found);
  if (!found.files.empty() && may_have_lost(files, folder)) found.lost = true;
  for (auto& [id, gathered] : sessions) {
    // Without a checkpoint nobody knows whose it was: its beginning was lost.
    if (gathered.ended || gathered.checkpoints.empty()) continue;
    found.sessions.emplace(id, put_together(std::move(gathered), found.lost));
  }
  if (found.lost) {
    for (auto& [id, session] : found.sessions) ++session.epoch;
  }
  return found;
}

void mark_in_use(LogFiles& files, const std::string& folder) {
  files.replace(state_path(folder), files.boot_id());
}

void mark_clean(LogFiles& files, const std::string& folder) {
  files.replace(state_path(folder), clean_mark);
}

}  // namespace antiphon::live
