// antiphon backup 1
// made 2026-11-21T05:00:00.000Z
// database HASH BYTES             or: database none
// blob HASH BYTES                 any number, by hash
// end HASH                        of all bytes before this line

#include <charconv>

#include "engine/base/encoding.h"
#include "engine/store/backup.h"

namespace antiphon::store {
namespace {

constexpr std::string_view first_line = "antiphon backup 1";

std::string line_of(std::string_view what, const Blob& blob) {
  return fmt::format("{} {} {}\n", what, blob.hash, blob.bytes);
}

[[noreturn]] void refuse(std::string_view why) {
  throw Error(Code::unprocessable, fmt::format("The backup's manifest is damaged: {}.", why));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string_view rest() const { return text_; }
  std::string_view line() {
    std::size_t end = text_.find('\n');
    if (end == std::string_view::npos) refuse("it is cut off");
    std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return line;
  }
  // What follows the word at the start of the next line.
  std::string_view line(std::string_view word) {
    std::string_view whole = line();
    if (!whole.starts_with(word)) refuse(fmt::format("it has no \"{}\" in its place", word));
    return whole.substr(word.size());
  }

 private:
  std::string_view text_;
};

Blob parse_blob(std::string_view text) {
  constexpr std::size_t hash_digits = 64;
  if (text.size() < hash_digits + 2 || text[hash_digits] != ' ') refuse("an entry is too short");
  Blob blob{.hash = std::string(text.substr(0, hash_digits))};
  if (blob.hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
    refuse("an entry has no hash");
  }
  std::string_view number = text.substr(hash_digits + 1);
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), blob.bytes);
  if (error != std::errc() || end != number.data() + number.size()) refuse("an entry has no size");
  return blob;
}

// Every byte counts, so that no change goes unseen.
std::string_view without_end(std::string_view text) {
  std::size_t end = text.rfind("\nend ");
  if (end == std::string_view::npos) refuse("it is cut off");
  std::string_view body = text.substr(0, end + 1);
  if (text.substr(end + 1) != fmt::format("end {}\n", sha256_hex(body))) {
    refuse("it does not have the hash that stands at its end");
  }
  return body;
}

}  // namespace

std::string to_text(const BackupManifest& manifest) {
  std::string text = fmt::format("{}\nmade {}\n", first_line, to_rfc3339(manifest.made_at));
  text += manifest.database ? line_of("database", *manifest.database) : "database none\n";
  for (const Blob& blob : manifest.blobs) text += line_of("blob", blob);
  return text + fmt::format("end {}\n", sha256_hex(text));
}

BackupManifest parse_manifest(std::string_view text) {
  if (text.starts_with("antiphon backup ") && !text.starts_with(std::string(first_line) + "\n")) {
    throw Error(Code::unprocessable,
                "The backup has another format; restore it with the program that made it.");
  }
  Reader reader(without_end(text));
  BackupManifest manifest;
  if (reader.line() != first_line) refuse("it does not begin as one");
  try {
    manifest.made_at = parse_rfc3339(reader.line("made "));
  } catch (const Error&) {
    refuse("it has no time");
  }
  std::string_view database = reader.line("database ");
  if (database != "none") manifest.database = parse_blob(database);
  while (!reader.rest().empty()) manifest.blobs.push_back(parse_blob(reader.line("blob ")));
  if (std::ranges::adjacent_find(manifest.blobs, std::greater_equal<>(), &Blob::hash) !=
      manifest.blobs.end()) {
    refuse("its entries are not in order");
  }
  return manifest;
}

}  // namespace antiphon::store
