#include "engine/record/record_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/error.h"
#include "engine/base/file_io.h"

namespace antiphon::record {
namespace {

constexpr char sealed = 'S', for_everybody = 'O';
constexpr std::size_t length_bytes = 4;
constexpr std::size_t seal_bytes = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t header_bytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string put_length(std::size_t length) {
  std::string bytes;
  for (std::size_t i = 0; i < length_bytes; ++i) bytes += static_cast<char>(length >> (8 * i));
  return bytes;
}

std::size_t parse_length(std::string_view bytes) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    length |= std::size_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return length;
}

Error failed(const std::filesystem::path& file, const char* what, int number) {
  return Error(Code::unavailable, fmt::format("The recording {} cannot be {}: {}.", file.string(),
                                              what, ::strerror(number)));
}

}  // namespace

RecordWriter::RecordWriter(std::filesystem::path file, const std::optional<RecordKey>& key)
    : path_(std::move(file)) {
  ENSURE(::sodium_init() >= 0, "libsodium starts");
  file_ = Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file_.get() < 0 && errno == EEXIST) {
    throw Error(Code::conflict, fmt::format("There is a file {} already.", path_.string()));
  }
  if (file_.get() < 0) throw failed(path_, "made", errno);
  std::string header(header_bytes, '\0');
  RecordKey used = key ? *key : open_key();
  ::crypto_secretstream_xchacha20poly1305_init_push(&state_, bytes_of(header), used.data());
  append(std::string(record_magic) + (key ? sealed : for_everybody) + header);
}

void RecordWriter::write(std::string_view bytes, bool is_last) {
  if (bytes.size() > frame_bytes_max) {
    throw Error(Code::too_large, fmt::format("A frame of {} bytes; a recording takes at most {}.",
                                             bytes.size(), frame_bytes_max));
  }
  std::string length = put_length(bytes.size() + seal_bytes);
  std::string frame(bytes.size() + seal_bytes, '\0');
  unsigned char tag = is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
  ::crypto_secretstream_xchacha20poly1305_push(&state_, bytes_of(frame), nullptr, bytes_of(bytes),
                                               bytes.size(), bytes_of(length), length.size(), tag);
  append(length + frame);
}

void RecordWriter::finish(std::string_view bytes) {
  write(bytes, true);
  if (::fsync(file_.get()) != 0) throw failed(path_, "brought to the disk", errno);
}

void RecordWriter::append(std::string_view bytes) {
  if (int failure = write_all(file_.get(), bytes)) throw failed(path_, "written", failure);
  size_ += bytes.size();
}

RecordReader::RecordReader(const std::filesystem::path& file,
                           const std::function<RecordKey()>& key) {
  ENSURE(::sodium_init() >= 0, "libsodium starts");
  file_ = Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat found{};
  if (file_.get() < 0 || ::fstat(file_.get(), &found) != 0 || !S_ISREG(found.st_mode)) {
    throw Error(Code::not_found, fmt::format("There is no recording {}.", file.string()));
  }
  size_ = static_cast<std::uint64_t>(found.st_size);
  auto magic = take(record_magic.size() + 1 + header_bytes);
  char kind = magic ? (*magic)[record_magic.size()] : '\0';
  bool is_known = kind == sealed || kind == for_everybody;
  if (!magic || !magic->starts_with(record_magic) || !is_known) {
    throw Error(Code::invalid, fmt::format("{} is no recording of this version.", file.string()));
  }
  is_open_ = kind == for_everybody;
  RecordKey used = is_open_ ? open_key() : key();
  std::string_view header = std::string_view(*magic).substr(record_magic.size() + 1);
  if (::crypto_secretstream_xchacha20poly1305_init_pull(&state_, bytes_of(header), used.data()) !=
      0) {
    end_ = End::changed;
  }
}

std::optional<std::string> RecordReader::next() {
  if (end_ != End::not_yet) return std::nullopt;
  auto length = take(length_bytes);
  std::size_t sealed_bytes = length ? parse_length(*length) : 0;
  bool is_possible = sealed_bytes >= seal_bytes && sealed_bytes - seal_bytes <= frame_bytes_max;
  if (length && !is_possible) {
    end_ = End::changed;
    return std::nullopt;
  }
  auto frame = length ? take(sealed_bytes) : std::nullopt;
  if (!frame) {
    end_ = End::cut;
    return std::nullopt;
  }
  std::string bytes(sealed_bytes - seal_bytes, '\0');
  unsigned char tag = 0;
  int failed = ::crypto_secretstream_xchacha20poly1305_pull(
      &state_, bytes_of(bytes), nullptr, &tag, bytes_of(std::string_view(*frame)), frame->size(),
      bytes_of(std::string_view(*length)), length->size());
  if (failed != 0) {
    end_ = End::changed;
    return std::nullopt;
  }
  if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) end_ = End::whole;
  return bytes;
}

std::optional<std::string> RecordReader::take(std::size_t bytes) {
  if (bytes > size_ - position_) return std::nullopt;
  auto taken = read_at(file_.get(), position_, bytes);
  if (!taken || taken->size() < bytes) return std::nullopt;
  position_ += bytes;
  return *std::move(taken);
}

}  // namespace antiphon::record
