#include "engine/speech/media_source.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "engine/base/error.h"
#include "engine/speech/memory_file.h"
#include "engine/speech/wav_header.h"

namespace antiphon::speech {
namespace {

using namespace std::literals;

constexpr std::size_t head_bytes_max = 4096;

struct Signature {
  std::string_view bytes;
  std::string_view name;
};
constexpr std::array signatures = {
    Signature{"\x89PNG\r\n"sv, "an image"},
    Signature{"\xFF\xD8\xFF"sv, "an image"},
    Signature{"GIF8"sv, "an image"},
    Signature{"%PDF"sv, "a PDF document"},
    Signature{"PK\x03\x04"sv, "a ZIP archive"},
    Signature{"\x7F"
              "ELF"sv,
              "a program"},
    Signature{"MZ"sv, "a program"},
    Signature{"\x1F\x8B"sv, "a compressed file"},
    Signature{"SQLite format 3"sv, "a database"},
};

bool is_text(std::string_view head) {
  return std::ranges::none_of(head, [](unsigned char byte) {
    return byte == 0x7F || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r');
  });
}

// Refuses what need not be shown to a decoder.
void look_into(int descriptor, std::uint64_t size, const MediaLimits& limits) {
  if (size == 0) throw Error(Code::unprocessable, "The media is empty: it has no bytes.");
  if (size > limits.input_bytes_max) {
    throw Error(Code::too_large, fmt::format("The media has {} bytes; at most {} are decoded.",
                                             size, limits.input_bytes_max));
  }
  std::array<char, head_bytes_max> buffer;
  ssize_t count = ::pread(descriptor, buffer.data(), buffer.size(), 0);
  if (count <= 0) throw Error(Code::unprocessable, "The media cannot be read.");
  std::string_view head(buffer.data(), static_cast<std::size_t>(count));
  if (auto name = name_of_other_content(head); !name.empty()) {
    throw Error(Code::unsupported, fmt::format("This is {}, not sound or film. Give a WAV, FLAC, "
                                               "MP3, AAC, OGG, WebM or MP4 file.",
                                               name));
  }
  if (auto fault = find_wav_fault(head, size)) throw Error(Code::unprocessable, *fault);
}

}  // namespace

std::string_view name_of_other_content(std::string_view head) {
  for (const Signature& signature : signatures) {
    if (head.starts_with(signature.bytes)) return signature.name;
  }
  return is_text(head) ? "text" : "";
}

Descriptor open_media_file(const std::filesystem::path& path, const MediaLimits& limits) {
  // O_NONBLOCK: a pipe without a writer must not hold the server.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    Code code = errno == ENOENT || errno == ENOTDIR ? Code::not_found : Code::forbidden;
    throw Error(code, fmt::format("The file {} cannot be opened: {}.", path.string(),
                                  std::strerror(errno)));
  }
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    throw Error(Code::unsupported, fmt::format("{} is no regular file.", path.string()));
  }
  look_into(file.get(), static_cast<std::uint64_t>(facts.st_size), limits);
  return file;
}

Descriptor open_media_bytes(std::string_view bytes, const MediaLimits& limits) {
  // A file, since some formats keep their index at the end and a pipe cannot seek.
  Descriptor file = make_memory_file(bytes);
  look_into(file.get(), bytes.size(), limits);
  return file;
}

}  // namespace antiphon::speech
