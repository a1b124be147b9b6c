#include "engine/http/file_answer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

#include "engine/base/error.h"
#include "engine/base/file_io.h"
#include "engine/http/field_value.h"

namespace antiphon::http {

namespace {

enum class Comparison { strong, weak };  // RFC 9110, 8.8.3.2

// Whether a list of tags, or "*", in the fields of this name has the tag.
bool names_tag(const Headers& headers, std::string_view name, std::string_view etag,
               Comparison comparison) {
  constexpr std::string_view weak_mark = "W/";
  for (const auto& [key, list] : headers) {
    if (!equal_ignoring_case(key, name)) continue;
    if (list == "*") return true;
    // A comma may stand in a tag, but in none of ours.
    for (std::string_view rest = list; !rest.empty();) {
      auto comma = rest.find(',');
      std::string_view tag = trim(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
      if (comparison == Comparison::weak && tag.starts_with(weak_mark)) {
        tag.remove_prefix(weak_mark.size());
      }
      if (tag == etag) return true;
    }
  }
  return false;
}

std::optional<std::uint64_t> parse_number(std::string_view digits) {
  std::uint64_t number = 0;
  auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || rest != digits.data() + digits.size()) return std::nullopt;
  return number;
}

struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive; below first: not satisfiable
};

// One range of bytes; nothing when the header is to be ignored.
std::optional<Range> parse_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  auto dash = header.find('-');
  if (!equal_ignoring_case(header.substr(0, unit.size()), unit) || dash == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view first_text = header.substr(unit.size(), dash - unit.size());
  std::string_view last_text = header.substr(dash + 1);
  auto first = parse_number(first_text);
  auto last = parse_number(last_text);
  if (first_text.empty()) {  // the last so many bytes
    if (!last) return std::nullopt;
    if (*last == 0 || size == 0) return Range{1, 0};
    return Range{size - std::min(*last, size), size - 1};
  }
  if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return std::nullopt;
  if (*first >= size) return Range{1, 0};
  return Range{*first, last ? std::min(*last, size - 1) : size - 1};
}

}  // namespace

std::shared_ptr<const OpenFile> OpenFile::open(const std::filesystem::path& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return nullptr;
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return nullptr;
  }
  auto size = static_cast<std::uint64_t>(status.st_size);
  std::string etag =
      fmt::format("\"{:x}-{:x}{:08x}\"", size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  return std::shared_ptr<const OpenFile>(new OpenFile(descriptor, size, std::move(etag)));
}

OpenFile::~OpenFile() { ::close(descriptor_); }

std::string OpenFile::read(std::uint64_t offset, std::size_t count) const {
  auto bytes = read_at(descriptor_, offset, count);
  if (!bytes || bytes->size() < count) {
    throw Error(Code::internal, "The file changed while it was sent.");
  }
  return *std::move(bytes);
}

namespace {

// What the conditions make of it, in the order of RFC 9110, 13.2.2; 200: go on.
int status_by_conditions(const Headers& headers, std::string_view etag) {
  if (headers.find("If-Match") && !names_tag(headers, "If-Match", etag, Comparison::strong)) {
    return 412;
  }
  return names_tag(headers, "If-None-Match", etag, Comparison::weak) ? 304 : 200;
}

}  // namespace

FileAnswer answer_file(const Request& request, std::uint64_t size, const std::string& etag) {
  FileAnswer answer{.count = size};
  answer.headers.set("ETag", etag);
  answer.headers.set("Accept-Ranges", "bytes");
  answer.status = status_by_conditions(request.headers, etag);
  if (answer.status != 200) {
    answer.count = 0;
    return answer;
  }
  const std::string* wanted = request.headers.find("Range");
  const std::string* condition = request.headers.find("If-Range");
  // A range is defined for GET alone (RFC 9110, 14.2): HEAD is answered as without it.
  bool may_be_part = request.method == Method::get && (!condition || *condition == etag);
  if (!wanted || !may_be_part) return answer;
  auto range = parse_range(*wanted, size);
  if (!range) return answer;
  if (range->last < range->first) {
    answer.status = 416;
    answer.count = 0;
    answer.headers.set("Content-Range", fmt::format("bytes */{}", size));
    return answer;
  }
  answer.status = 206;
  answer.offset = range->first;
  answer.count = range->last - range->first + 1;
  answer.headers.set("Content-Range",
                     fmt::format("bytes {}-{}/{}", range->first, range->last, size));
  return answer;
}

FileAnswer answer_part(const Request& request, std::uint64_t size, const std::string& etag,
                       Response& response) {
  FileAnswer answer = answer_file(request, size, etag);
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.headers.set(name, value);
  if (answer.status != 200 && answer.status != 206) {
    response.headers.remove("Content-Type");
    response.headers.remove("Content-Encoding");
  }
  return answer;
}

}  // namespace antiphon::http
