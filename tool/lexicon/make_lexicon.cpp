// make_lexicon WORDNET FOLDER: writes english.lexicon, which search expands words by, and the
// LICENCE of WordNet, whose copies must carry it.
#include <cstdio>
#include <fstream>

#include "engine/base/error.h"
#include "engine/search/lexicon_builder.h"

namespace {

using namespace antiphon;

// Under its name only when it is whole.
void save(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::path part = path.string() + ".part";
  std::ofstream file(part, std::ios::binary);
  file << bytes;
  file.close();
  if (!file) throw Error{Code::unavailable, fmt::format("{} cannot be written.", part.string())};
  std::filesystem::rename(part, path);
}

// Each data file begins with the licence, in numbered lines: "  1 This software and database …".
std::string licence_of(std::string_view data) {
  std::string licence;
  for (int line = 1; data.starts_with("  "); ++line) {
    std::size_t end = std::min(data.find('\n'), data.size());
    std::string_view text = data.substr(0, end);
    text.remove_prefix(std::min(fmt::format("  {} ", line).size(), text.size()));
    licence += fmt::format("{}\n", text);
    data.remove_prefix(std::min(end + 1, data.size()));
  }
  return licence;
}

void make(const std::filesystem::path& wordnet, const std::filesystem::path& folder) {
  search::WordNetFiles files = search::load_wordnet_files(wordnet);
  search::WordNet net = search::parse_wordnet(files);
  save(folder / "LICENCE", licence_of(files.noun.data));
  save(folder / "english.lexicon",
       search::build_lexicon(net, [](std::size_t done, std::size_t all) {
         fmt::print("Word vectors: step {} of {}\n", done, all);
         std::fflush(stdout);
       }));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    fmt::print(stderr, "Usage: make_lexicon WORDNET FOLDER\n");
    return 2;
  }
  try {
    make(arguments[1], arguments[2]);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
