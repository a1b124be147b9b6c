// Arbitrary bytes as a lexicon and as WordNet's files: what is taken can be read to its end.
#include "engine/base/error.h"
#include "engine/search/lexicon.h"
#include "engine/search/lexicon_builder.h"

namespace {

using namespace antiphon;
using namespace antiphon::search;

void read_lexicon(std::string bytes) {
  std::shared_ptr<const Lexicon> lexicon = Lexicon::parse(std::move(bytes));
  std::vector<float> sum(lexicon_dimensions);
  for (Lexicon::Word word = 0; word < lexicon->size(); ++word) {
    if (lexicon->find(lexicon->stem(word)) != word) __builtin_trap();
    for (const Lexicon::Relative& relative : lexicon->relatives(word)) {
      if (relative.word >= lexicon->size()) __builtin_trap();
    }
    lexicon->add_vector(word, 1, sum);
  }
}

// data.noun, index.noun, noun.exc and cntlist.rev, with a byte 0 between them.
void read_wordnet(std::string_view bytes) {
  WordNetFiles files;
  for (std::string* file :
       {&files.noun.data, &files.noun.index, &files.noun.exceptions, &files.counts}) {
    std::size_t end = std::min(bytes.find('\0'), bytes.size());
    *file = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  WordNet net = parse_wordnet(files);
  for (const WordNet::Synset& synset : net.synsets) {
    for (const WordNet::Link& link : synset.links) {
      if (link.target >= net.synsets.size() || link.word > synset.words.size()) __builtin_trap();
    }
  }
  if (net.synsets.size() <= 8) Lexicon::parse(build_lexicon(net, [](auto, auto) {}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    read_wordnet(bytes);
  } catch (const Error&) {  // refused, as it may be
  }
  try {
    read_lexicon(std::move(bytes));
  } catch (const Error&) {  // the same
  }
  return 0;
}
