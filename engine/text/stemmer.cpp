#include "engine/text/stemmer.h"

#include <libstemmer.h>

#include "engine/base/error.h"

namespace antiphon::text {
namespace {

const char* algorithm(Language language) {
  return language == Language::swedish ? "swedish" : "english";
}

}  // namespace

Stemmer::Stemmer(Language language) : stemmer_(sb_stemmer_new(algorithm(language), "UTF_8")) {
  ENSURE(stemmer_ != nullptr, "libstemmer has every language of text::Language");
}

std::string Stemmer::stem(std::string_view folded) {
  const sb_symbol* stem =
      sb_stemmer_stem(stemmer_.get(), reinterpret_cast<const sb_symbol*>(folded.data()),
                      static_cast<int>(folded.size()));
  if (stem == nullptr) throw std::bad_alloc();
  auto length = static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()));
  return {reinterpret_cast<const char*>(stem), length};
}

void Stemmer::Delete::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

}  // namespace antiphon::text
