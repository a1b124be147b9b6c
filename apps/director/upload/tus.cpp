#include "apps/director/upload/tus.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>

#include "engine/base/encoding.h"
#include "engine/base/ids.h"
#include "engine/schema/input.h"

namespace antiphon::director {
namespace {

[[noreturn]] void refuse_metadata(std::string_view name, std::string_view rule,
                                  std::string message) {
  throw Error({{fmt::format("/{}", name), std::string(rule), std::move(message)}});
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::pair<std::string, std::string> parse_entry(std::string_view entry) {
  std::size_t space = entry.find(' ');
  std::string name(entry.substr(0, space));
  if (name.empty()) refuse_metadata("", "required", "A name of Upload-Metadata is empty.");
  if (space == std::string_view::npos) return {name, ""};
  auto value = parse_base64(trimmed(entry.substr(space)));
  if (!value) {
    refuse_metadata(name, "format",
                    fmt::format("The value of \"{}\" in Upload-Metadata is no base64.", name));
  }
  if (!is_utf8(*value)) {
    refuse_metadata(name, "utf8",
                    fmt::format("The value of \"{}\" in Upload-Metadata is no UTF-8.", name));
  }
  return {name, *std::move(value)};
}

std::chrono::milliseconds parse_offset(std::string_view text) {
  auto most = std::chrono::milliseconds(recording_offset_max);
  std::uint64_t offset = parse_byte_count("Upload-Metadata: offsetMs", text);
  if (offset > static_cast<std::uint64_t>(most.count())) {
    refuse_metadata("offsetMs", "max",
                    fmt::format("offsetMs is at most {}; this is {}.", most.count(), offset));
  }
  return std::chrono::milliseconds(offset);
}

// A file is one thing.
void expect_one_purpose(const ToldUpload& told) {
  if (told.recorded_take.empty() || told.import_id.empty()) return;
  refuse_metadata("recording", "exclusive",
                  "A file is the recording of a take or that of an import, not both.");
}

const EVP_MD* algorithm(ChecksumKind kind) {
  return kind == ChecksumKind::sha1 ? EVP_sha1() : EVP_sha256();
}

}  // namespace

TusMetadata parse_metadata(std::string_view header) {
  TusMetadata metadata;
  if (header.size() > tus_metadata_bytes_max) {
    throw Error(Code::too_large, fmt::format("Upload-Metadata has {} bytes; {} is the most.",
                                             header.size(), tus_metadata_bytes_max));
  }
  while (!header.empty()) {
    std::size_t comma = header.find(',');
    auto entry = parse_entry(trimmed(header.substr(0, comma)));
    auto is_twin = [&](const auto& other) { return other.first == entry.first; };
    if (std::ranges::any_of(metadata, is_twin)) {
      refuse_metadata(entry.first, "duplicate",
                      fmt::format("\"{}\" stands twice in Upload-Metadata.", entry.first));
    }
    metadata.push_back(std::move(entry));
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
  }
  return metadata;
}

ToldUpload read_told(const TusMetadata& metadata) {
  ToldUpload told;
  schema::Input input(schema::of<NewClip>(), &told.clip);
  for (const auto& [name, value] : metadata) {
    if (name == "filename") {
      told.file_name = value;
    } else if (name == "import") {
      told.import_id = value;
    } else if (name == "line") {
      told.import_line =
          static_cast<std::int64_t>(parse_byte_count("Upload-Metadata: line", value));
    } else if (name == "recording") {
      if (!is_id(value, "ses")) {
        refuse_metadata(name, "format", "recording must be the id of a take: \"ses_…\".");
      }
      told.recorded_take = value;
    } else if (name == "offsetMs") {
      told.recording_offset = parse_offset(value);
    } else if (schema::of<NewClip>().find(name)) {
      input.text(name, value);
    }
  }
  input.finish();
  expect_one_purpose(told);
  return told;
}

std::uint64_t parse_byte_count(std::string_view header, std::string_view text) {
  std::uint64_t bytes = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    throw Error(Code::invalid, fmt::format("The header {} must be a whole number.", header));
  }
  return bytes;
}

Checksum parse_checksum(std::string_view header) {
  std::size_t space = header.find(' ');
  std::string_view name = header.substr(0, space);
  Checksum checksum;
  if (name == "sha256") {
    checksum.kind = ChecksumKind::sha256;
  } else if (name != "sha1") {
    throw Error(Code::invalid,
                fmt::format("Upload-Checksum takes these algorithms: {}.", tus_checksums));
  }
  auto digest =
      space == std::string_view::npos ? std::nullopt : parse_base64(header.substr(space + 1));
  auto wanted = static_cast<std::size_t>(EVP_MD_get_size(algorithm(checksum.kind)));
  if (!digest || digest->size() != wanted) {
    throw Error(Code::invalid,
                fmt::format("Upload-Checksum must be {} and {} bytes in base64.", name, wanted));
  }
  checksum.digest = *std::move(digest);
  return checksum;
}

void Digest::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Digest::Digest(ChecksumKind kind) : context_(EVP_MD_CTX_new()) {
  ENSURE(context_ && EVP_DigestInit_ex(context_.get(), algorithm(kind), nullptr) == 1,
         "digests are there");
}

void Digest::add(std::string_view bytes) {
  ENSURE(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "digests take bytes");
}

std::string Digest::finish() {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  ENSURE(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                            &size) == 1,
         "digests end once");
  digest.resize(size);
  return digest;
}

}  // namespace antiphon::director
