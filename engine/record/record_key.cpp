#include "engine/record/record_key.h"

#include <fcntl.h>
#include <string.h>

#include "engine/base/descriptor.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/base/file_io.h"

namespace antiphon::record {
namespace {

constexpr std::size_t digits = 2 * std::tuple_size_v<RecordKey>;
constexpr std::string_view open_name = "antiphon: a recording that is shared";

// @return nothing when there is no such file
std::optional<RecordKey> try_load(const std::filesystem::path& file) {
  Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.get() < 0) {
    if (errno == ENOENT) return std::nullopt;
    throw Error(Code::unavailable,
                fmt::format("The key file {} cannot be read: {}.", file.string(), strerror(errno)));
  }
  auto text = read_at(opened.get(), 0, digits + 2);
  std::string_view hex = text ? std::string_view(*text) : "";
  while (hex.ends_with('\n')) hex.remove_suffix(1);
  auto bytes = hex.size() == digits ? parse_hex(hex) : std::nullopt;
  if (!bytes) {
    throw Error(Code::invalid, fmt::format("The key file {} must hold {} hexadecimal digits.",
                                           file.string(), digits));
  }
  RecordKey key;
  std::ranges::copy(*bytes, reinterpret_cast<char*>(key.data()));
  return key;
}

}  // namespace

RecordKey load_key(const std::filesystem::path& file) {
  if (auto key = try_load(file)) return *key;
  throw Error(Code::unavailable,
              fmt::format("There is no key file {}; name the one of the server that recorded.",
                          file.string()));
}

RecordKey load_or_make_key(const std::filesystem::path& file, Random& random) {
  if (auto key = try_load(file)) return *key;
  RecordKey key;
  random.fill(std::as_writable_bytes(std::span(key)));
  std::string_view bytes(reinterpret_cast<const char*>(key.data()), key.size());
  // Whole or not at all: two cores may make it at the same time, and then both use the first.
  std::filesystem::path draft = file.string() + "." + to_hex(bytes.substr(0, 4));
  Descriptor made(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  int failure = made.get() < 0 ? errno : write_all(made.get(), to_hex(bytes) + "\n");
  if (failure == 0 && ::fsync(made.get()) != 0) failure = errno;
  if (failure == 0 && ::link(draft.c_str(), file.c_str()) != 0 && errno != EEXIST) failure = errno;
  ::unlink(draft.c_str());
  if (failure != 0) {
    throw Error(Code::unavailable, fmt::format("The key file {} cannot be made: {}.", file.string(),
                                               strerror(failure)));
  }
  return load_key(file);
}

RecordKey open_key() { return std::bit_cast<RecordKey>(sha256(open_name)); }

}  // namespace antiphon::record
