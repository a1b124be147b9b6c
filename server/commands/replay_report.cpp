#include "server/commands/replay_report.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "engine/record/difference.h"
#include "engine/schema/json.h"

namespace antiphon::server {
namespace {

using End = record::RecordReader::End;

/// One line of `antiphon replay --list`.
struct Listed {
  std::string file;
  std::string app;
  std::string began;
  double length_s = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::string end;
  std::string problem;
};

auto describe(schema::Tag<Listed>) {
  return schema::object<Listed>("Listed", "A recording")
      .field("file", &Listed::file, "Its name")
      .field("app", &Listed::app, "Whose session it was")
      .field("began", &Listed::began, "When it began")
      .field("lengthS", &Listed::length_s, "Its length")
      .field("events", &Listed::events, "Events in it")
      .field("bytes", &Listed::bytes, "Size of the file")
      .field("end", &Listed::end, "whole, cut or changed")
      .field("problem", &Listed::problem, "Why it cannot be read");
}

std::string text_of(End end) {
  return end == End::whole ? "whole" : end == End::cut ? "cut" : "changed";
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void read(record::Recording& recording, Listed& listed) {
  const record::Header& header = recording.header();
  listed.app = header.app;
  listed.began = to_rfc3339(header.start().time);
  while (auto entry = recording.next()) {
    if (std::holds_alternative<record::EventTold>(*entry)) ++listed.events;
    if (auto* taken = std::get_if<record::StepTaken>(&*entry)) {
      listed.length_s = seconds(taken->moment.steady - header.start().steady);
    }
  }
  listed.end = text_of(recording.end());
}

Listed look_at(const std::filesystem::path& file, const std::function<record::RecordKey()>& key) {
  Listed listed{.file = file.filename().string()};
  try {
    record::Recording recording(file, key);
    listed.bytes = recording.size();
    read(recording, listed);
  } catch (const Error& error) {
    listed.problem = error.message();
  }
  return listed;
}

}  // namespace

ReplayReport make_report(const record::Replayed& replayed, record::Recording& recording,
                         Duration took,
                         const std::vector<std::pair<std::string, std::string>>& ingredients) {
  ReplayReport report{.same = !replayed.difference,
                      .events = replayed.events,
                      .length_s = seconds(replayed.length),
                      .sound_s = seconds(replayed.sound),
                      .took_s = seconds(took)};
  for (const record::Ingredient& used : recording.header().ingredients) {
    auto here =
        std::ranges::find(ingredients, used.name, &std::pair<std::string, std::string>::first);
    if (here == ingredients.end() || record::fingerprint_of(here->second) != used.fingerprint) {
      report.other_ingredients.push_back(used.name);
    }
  }
  while (recording.next()) {
  }
  report.end = text_of(recording.end());
  report.reason = recording.reason().value_or("");
  report.read_bytes = recording.position();
  if (const auto& found = replayed.difference) {
    report.difference = {found->event, seconds(found->at), found->recorded, found->replayed};
  }
  return report;
}

std::string problem_of(const ReplayReport& report) {
  if (report.difference) {
    const ReportedDifference& found = *report.difference;
    std::string text = record::to_text(
        {found.event,
         std::chrono::duration_cast<Duration>(std::chrono::duration<double>(found.at_s)),
         found.recorded, found.replayed});
    if (report.other_ingredients.empty()) return text;
    return text + fmt::format("\nNot as it was when it was recorded: {}.",
                              fmt::join(report.other_ingredients, ", "));
  }
  if (report.end != "changed") return "";
  return fmt::format(
      "The recording was changed behind byte {}; the {} events before it are the same.",
      report.read_bytes, report.events);
}

std::string to_text(const ReplayReport& report) {
  std::string text = fmt::format(
      "The same, byte for byte: {} events in {:.1f} s with {:.1f} s of sound, replayed in {:.1f} "
      "s.",
      report.events, report.length_s, report.sound_s, report.took_s);
  if (report.end == "cut") {
    text += fmt::format(
        "\nThe recording is cut off behind byte {}; what stands before it was "
        "replayed.",
        report.read_bytes);
  }
  if (!report.reason.empty()) {
    text += "\nThe recording ended before its session: " + report.reason;
  }
  return text;
}

void list_recordings(const std::filesystem::path& folder,
                     const std::function<record::RecordKey()>& key, bool as_json) {
  std::vector<Listed> all;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.path().extension() == ".record") all.push_back(look_at(entry.path(), key));
  }
  std::ranges::sort(all, {}, &Listed::began);
  if (as_json) return fmt::print("{}\n", schema::to_json(all));
  for (const Listed& one : all) {
    std::string what =
        one.problem.empty()
            ? fmt::format("{}  {:8.1f} s  {:5} events  {:8.1f} MiB  {}", one.began, one.length_s,
                          one.events, static_cast<double>(one.bytes) / (1 << 20), one.end)
            : one.problem;
    fmt::print("{}  {}\n", one.file, what);
  }
  if (all.empty()) fmt::print("There are no recordings in {}.\n", folder.string());
}

}  // namespace antiphon::server
