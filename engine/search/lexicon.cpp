#include "engine/search/lexicon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "engine/base/descriptor.h"
#include "engine/base/error.h"

namespace antiphon::search {
namespace {

constexpr std::array<char, 8> magic = {'A', 'N', 'T', 'L', 'E', 'X', '0', '1'};
constexpr float byte_max = 127;
constexpr double weight_unit = 65'536;

[[noreturn]] void refuse(std::string_view why) {
  throw Error{Code::invalid, fmt::format("This is no lexicon of this version: {}. Build the target "
                                         "lexicon anew.",
                                         why)};
}

template <class T>
void append(std::string& bytes, std::span<const T> values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

template <class T>
void append(std::string& bytes, const std::vector<T>& values) {
  append(bytes, std::span<const T>(values));
}

// The vector as bytes. @return what one byte is worth
float code(std::span<const float> vector, std::vector<std::int8_t>& bytes) {
  float largest = 0;
  for (float value : vector) largest = std::max(largest, std::abs(value));
  float scale = largest / byte_max;
  for (float value : vector) {
    bytes.push_back(static_cast<std::int8_t>(scale == 0 ? 0 : std::round(value / scale)));
  }
  return scale;
}

}  // namespace

struct Lexicon::Header {
  std::array<char, 8> magic;
  std::uint32_t words;
  std::uint32_t relatives;
  std::uint32_t dimensions;
  std::uint32_t stem_bytes;
};

// The bytes of the file: mapped, or held.
struct Lexicon::Memory {
  std::string held;
  std::span<const char> bytes;
  bool is_mapped = false;

  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    if (is_mapped) ::munmap(const_cast<char*>(bytes.data()), bytes.size());
  }

  // The next `count` values at `at`, which moves on.
  template <class T>
  std::span<const T> take(std::size_t count, std::size_t& at) const {
    if ((bytes.size() - at) / sizeof(T) < count) refuse("it ends early");
    std::span found(reinterpret_cast<const T*>(bytes.data() + at), count);
    at += found.size_bytes();
    return found;
  }
};

std::string_view to_text(Relation relation) {
  constexpr std::array<std::string_view, relations_count> names = {
      "same", "form", "synonym", "derived", "broader", "narrower", "similar", "part"};
  return names[static_cast<std::size_t>(relation)];
}

std::string Lexicon::write(std::span<const LexiconWord> words) {
  std::string stems;
  std::vector<std::uint32_t> stem_begins{0};
  std::vector<std::uint32_t> relative_begins{0};
  std::vector<StoredRelative> relatives;
  std::vector<float> information;
  std::vector<float> scales;
  std::vector<std::int8_t> vectors;
  for (const LexiconWord& word : words) {
    stems += word.stem;
    stem_begins.push_back(static_cast<std::uint32_t>(stems.size()));
    for (const LexiconWord::Relative& relative : word.relatives) {
      double weight = std::clamp(relative.weight * weight_unit, 1.0, weight_unit - 1);
      relatives.push_back({relative.word, static_cast<std::uint16_t>(relative.relation),
                           static_cast<std::uint16_t>(weight)});
    }
    relative_begins.push_back(static_cast<std::uint32_t>(relatives.size()));
    information.push_back(static_cast<float>(word.information));
    scales.push_back(code(word.vector, vectors));
  }
  Header header{magic, static_cast<std::uint32_t>(words.size()),
                static_cast<std::uint32_t>(relatives.size()), lexicon_dimensions,
                static_cast<std::uint32_t>(stems.size())};
  std::string bytes;
  append(bytes, std::span<const Header>(&header, 1));
  append(bytes, stem_begins);
  append(bytes, relative_begins);
  append(bytes, relatives);
  append(bytes, information);
  append(bytes, scales);
  append(bytes, vectors);
  return bytes + stems;
}

std::shared_ptr<const Lexicon> Lexicon::load(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    throw Error{Code::unavailable, fmt::format("The lexicon {} is not there.", path.string())};
  }
  auto memory = std::make_unique<Memory>();
  auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) refuse("it is empty");
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) {
    throw Error{Code::unavailable, fmt::format("The lexicon {} cannot be read.", path.string())};
  }
  memory->bytes = {static_cast<const char*>(mapped), size};
  memory->is_mapped = true;
  return std::shared_ptr<const Lexicon>(new Lexicon(std::move(memory)));
}

std::shared_ptr<const Lexicon> Lexicon::parse(std::string bytes) {
  auto memory = std::make_unique<Memory>();
  memory->held = std::move(bytes);
  memory->bytes = memory->held;
  return std::shared_ptr<const Lexicon>(new Lexicon(std::move(memory)));
}

Lexicon::Lexicon(std::unique_ptr<Memory> memory) : memory_(std::move(memory)) {
  std::size_t at = 0;
  const Header& header = memory_->take<Header>(1, at).front();
  if (header.magic != magic || header.dimensions != lexicon_dimensions) refuse("it begins wrong");
  std::size_t words = header.words;
  stem_begins_ = memory_->take<std::uint32_t>(words + 1, at);
  relative_begins_ = memory_->take<std::uint32_t>(words + 1, at);
  relatives_ = memory_->take<StoredRelative>(header.relatives, at);
  information_ = memory_->take<float>(words, at);
  scales_ = memory_->take<float>(words, at);
  vectors_ = memory_->take<std::int8_t>(words * lexicon_dimensions, at);
  stems_ = memory_->take<char>(header.stem_bytes, at);
  if (at != memory_->bytes.size()) refuse("it goes on behind its end");
  check();
}

Lexicon::~Lexicon() = default;

// That nothing in it leads outside, so that a damaged file cannot do worse than tell nonsense.
void Lexicon::check() const {
  auto is_table = [](std::span<const std::uint32_t> begins, std::size_t end) {
    return begins.front() == 0 && begins.back() == end && std::ranges::is_sorted(begins);
  };
  if (!is_table(stem_begins_, stems_.size()) || !is_table(relative_begins_, relatives_.size())) {
    refuse("its tables are damaged");
  }
  for (Word word = 0; word < size(); ++word) {
    if (word > 0 && stem(word - 1) >= stem(word)) refuse("its words are out of order");
    if (!(information_[word] > 0 && information_[word] < 100) ||
        !(scales_[word] >= 0 && scales_[word] <= 1)) {
      refuse("it has a number that cannot be");
    }
  }
  for (const StoredRelative& relative : relatives_) {
    if (relative.word >= size() || relative.relation >= relations_count) {
      refuse("its relations are damaged");
    }
  }
}

std::optional<Lexicon::Word> Lexicon::find(std::string_view wanted) const {
  Word low = 0;
  auto high = static_cast<Word>(size());
  while (low < high) {
    Word middle = low + (high - low) / 2;
    if (stem(middle) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == size() || stem(low) != wanted) return std::nullopt;
  return low;
}

std::string_view Lexicon::stem(Word word) const {
  return {stems_.data() + stem_begins_[word], stem_begins_[word + 1] - stem_begins_[word]};
}

std::vector<Lexicon::Relative> Lexicon::relatives(Word word) const {
  std::vector<Relative> found;
  for (std::size_t at = relative_begins_[word]; at < relative_begins_[word + 1]; ++at) {
    const StoredRelative& stored = relatives_[at];
    found.push_back({stored.word, static_cast<Relation>(stored.relation),
                     static_cast<float>(stored.weight / weight_unit)});
  }
  return found;
}

void Lexicon::add_vector(Word word, float weight, std::span<float> sum) const {
  auto vector = vectors_.subspan(word * lexicon_dimensions, lexicon_dimensions);
  float unit = weight * scales_[word];
  for (std::size_t i = 0; i < lexicon_dimensions; ++i) sum[i] += unit * vector[i];
}

}  // namespace antiphon::search
