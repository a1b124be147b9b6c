#include "engine/search/wordnet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include "engine/base/error.h"

namespace antiphon::search {
namespace {

constexpr std::size_t words_max = 255;  // of a synset: its count has two hexadecimal digits

// The fields of one line, one after the other.
class Line {
 public:
  Line(std::string_view text, std::string_view file) : text_(text), rest_(text), file_(file) {}

  bool has_more() const { return rest_.find_first_not_of(' ') != std::string_view::npos; }

  std::string_view field() {
    std::size_t begin = std::min(rest_.find_first_not_of(' '), rest_.size());
    std::size_t end = std::min(rest_.find(' ', begin), rest_.size());
    if (begin == end) refuse();
    std::string_view found = rest_.substr(begin, end - begin);
    rest_.remove_prefix(end);
    return found;
  }

  std::uint32_t number(int base = 10) { return number_of(field(), base); }

  std::uint32_t number_of(std::string_view digits, int base = 10) const {
    std::uint32_t value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (error != std::errc() || end != digits.data() + digits.size()) refuse();
    return value;
  }

  std::string_view rest() const { return rest_; }

  [[noreturn]] void refuse() const {
    throw Error{Code::invalid, fmt::format("{} has a line that is none of WordNet's: \"{}\".",
                                           file_, text_.substr(0, 60))};
  }

 private:
  std::string_view text_;
  std::string_view rest_;
  std::string_view file_;
};

// Each line of a file but those of the licence, which begin with two spaces.
template <class Take>
void for_each_line(std::string_view content, std::string_view file, Take take) {
  while (!content.empty()) {
    std::size_t end = std::min(content.find('\n'), content.size());
    std::string_view text = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (!text.empty() && !text.starts_with("  ")) take(Line(text, file));
  }
}

// Adjectives name how they may stand in brackets: "galore(ip)".
std::string word_of(std::string_view field) {
  std::string word(field.substr(0, field.find('(')));
  for (char& letter : word) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return word;
}

// Nouns are 1 in keys of senses, verbs 2, adjectives 3 (their satellites 5), adverbs 4.
struct Part {
  char letter;
  char digit;
  std::string_view name;
  const WordNetFiles::PartOfSpeech& files;
};

class Parser {
 public:
  explicit Parser(const WordNetFiles& files)
      : files_(files),
        parts_{{{'n', '1', "noun", files.noun},
                {'v', '2', "verb", files.verb},
                {'a', '3', "adj", files.adjective},
                {'r', '4', "adv", files.adverb}}} {}

  WordNet parse() {
    for_each_line(files_.counts, "cntlist.rev", [&](Line line) { read_count(line); });
    for (const Part& part : parts_) {
      for_each_line(part.files.data, fmt::format("data.{}", part.name),
                    [&](Line line) { number_synset(part, line); });
    }
    for (const Part& part : parts_) {
      for_each_line(part.files.data, fmt::format("data.{}", part.name),
                    [&](Line line) { read_synset(line); });
      for_each_line(part.files.index, fmt::format("index.{}", part.name),
                    [&](Line line) { read_senses(part, line); });
      for_each_line(part.files.exceptions, fmt::format("{}.exc", part.name),
                    [&](Line line) { read_forms(line); });
    }
    share_out();
    return std::move(net_);
  }

 private:
  static std::uint64_t key_of(char part, std::uint32_t offset) {
    return std::uint64_t{static_cast<unsigned char>(part == 's' ? 'a' : part)} << 32 | offset;
  }

  static std::string count_key(std::string_view word, char digit, std::uint32_t number) {
    return fmt::format("{}%{}:{}", word, digit == '5' ? '3' : digit, number);
  }

  // "dog%1:05:00:: 1 42": sense 1 of the noun was met 42 times.
  void read_count(Line line) {
    std::string_view key = line.field();
    std::size_t percent = key.rfind('%');
    if (percent == std::string_view::npos || percent + 1 == key.size()) line.refuse();
    std::uint32_t number = line.number();
    counts_[count_key(key.substr(0, percent), key[percent + 1], number)] += line.number();
  }

  void number_synset(const Part& part, Line line) {
    auto next = static_cast<std::uint32_t>(numbers_.size());
    if (!numbers_.emplace(key_of(part.letter, line.number()), next).second) line.refuse();
  }

  std::uint32_t synset_at(char part, std::uint32_t offset, const Line& line) const {
    auto found = numbers_.find(key_of(part, offset));
    if (found == numbers_.end()) line.refuse();
    return found->second;
  }

  // offset file type count (word id)… count (symbol offset part words)… [frames] | gloss
  void read_synset(Line line) {
    WordNet::Synset synset;
    line.field();
    line.field();
    line.field();
    std::uint32_t words = line.number(16);
    if (words > words_max) line.refuse();
    for (; words > 0; --words) {
      synset.words.push_back(word_of(line.field()));
      line.field();
    }
    for (std::uint32_t links = line.number(); links > 0; --links) {
      WordNet::Link link{.symbol = std::string(line.field())};
      std::uint32_t offset = line.number();
      link.target = synset_at(line.field().front(), offset, line);
      std::string_view ends = line.field();
      if (ends.size() != 4) line.refuse();
      link.word = line.number_of(ends.substr(0, 2), 16);
      if (link.word > synset.words.size()) line.refuse();
      synset.links.push_back(std::move(link));
    }
    std::size_t bar = line.rest().find('|');
    if (bar != std::string_view::npos) synset.gloss = line.rest().substr(bar + 1);
    net_.synsets.push_back(std::move(synset));
  }

  // word part senses symbols (symbol)… senses tagged (offset)…: the most used sense first.
  void read_senses(const Part& part, Line line) {
    std::string word(line.field());
    line.field();
    std::uint32_t count = line.number();
    for (std::uint32_t symbols = line.number(); symbols > 0; --symbols) line.field();
    line.field();
    line.field();
    std::vector<WordNet::Sense>& senses = net_.senses[word];
    for (std::uint32_t number = 1; number <= count; ++number) {
      std::uint32_t synset = synset_at(part.letter, line.number(), line);
      auto met = counts_.find(count_key(word, part.digit, number));
      double times = met == counts_.end() ? 0 : met->second;
      // Where nothing was counted, the order tells.
      senses.push_back({synset, (times + 0.5) / number});
    }
  }

  void read_forms(Line line) {
    std::string form(line.field());
    while (line.has_more()) net_.forms.push_back({form, std::string(line.field())});
  }

  void share_out() {
    for (auto& [word, senses] : net_.senses) {
      double all = 0;
      for (const WordNet::Sense& sense : senses) all += sense.share;
      for (WordNet::Sense& sense : senses) sense.share /= all;
    }
  }

  const WordNetFiles& files_;
  std::array<Part, 4> parts_;
  WordNet net_;
  std::unordered_map<std::string, std::uint32_t> counts_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
};

std::string load(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error{
        Code::unavailable,
        fmt::format("{} is not there: install WordNet's database (wordnet-base).", path.string())};
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

WordNetFiles load_wordnet_files(const std::filesystem::path& folder) {
  auto part = [&](const std::string& name) {
    return WordNetFiles::PartOfSpeech{.data = load(folder / ("data." + name)),
                                      .index = load(folder / ("index." + name)),
                                      .exceptions = load(folder / (name + ".exc"))};
  };
  return {.noun = part("noun"),
          .verb = part("verb"),
          .adjective = part("adj"),
          .adverb = part("adv"),
          .counts = load(folder / "cntlist.rev")};
}

WordNet parse_wordnet(const WordNetFiles& files) { return Parser(files).parse(); }

}  // namespace antiphon::search
