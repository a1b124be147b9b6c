// Arbitrary bytes as documents and as a query, one to a line: every hit explains itself with words
// that stand where it says, and removing everything leaves nothing to find.
#include "engine/search/index.h"
#include "engine/search/snippet.h"

namespace {

using namespace antiphon::search;

void check(bool holds) {
  if (!holds) __builtin_trap();
}

void check_hit(const Index& index, const Hit& hit) {
  check(hit.score > 0 && hit.confidence > 0 && hit.confidence <= 1);
  check(!hit.matches.empty());
  const std::string& text = index.find(hit.id)->texts.at(0);
  for (const Match& match : hit.matches) {
    check(text.substr(match.begin, match.end - match.begin) == match.document_word);
  }
  check(make_snippet(text, hit.matches, 0, 40).text.size() <= 40);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), std::min(size, query_bytes_max));
  Query query{.text = std::string(rest.substr(0, rest.find('\n')))};
  Index index({{"text", 1}});
  for (std::size_t count = 0; !rest.empty() && count < 64; ++count) {
    std::size_t end = std::min(rest.find('\n'), rest.size());
    index.put({.id = fmt::format("{}", count % 48), .texts = {std::string(rest.substr(0, end))}});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const Hit& hit : index.search(query)) check_hit(index, hit);
  for (int id = 0; id < 48; ++id) index.remove(fmt::format("{}", id));
  check(index.size() == 0 && index.search(query).empty());
  return 0;
}
