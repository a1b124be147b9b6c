#include "engine/text/words.h"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>

#include <memory>

#include "engine/base/encoding.h"
#include "engine/base/error.h"

namespace antiphon::text {
namespace {

void check(UErrorCode status, const char* step) {
  if (U_SUCCESS(status)) return;
  throw Error{Code::internal, "The text could not be read."}.detail(
      fmt::format("ICU: {} in {}", u_errorName(status), step));
}

void check_size(std::string_view source) {
  if (source.size() <= text_bytes_max) return;
  throw Error{Code::too_large, fmt::format("The text has {} bytes; at most {} are read.",
                                           source.size(), text_bytes_max)};
}

struct CloseText {
  void operator()(UText* text) const { utext_close(text); }
};

// UAX 29 keeps "don’t" together; people write the apostrophe in two ways.
void use_plain_apostrophe(std::string& text) {
  constexpr std::string_view curly = "\u2019";
  for (auto at = text.find(curly); at != std::string::npos; at = text.find(curly, at)) {
    text.replace(at, curly.size(), "'");
  }
}

std::string to_utf8_replacing(std::string_view source) {
  std::string clean;
  icu::UnicodeString::fromUTF8({source.data(), static_cast<std::int32_t>(source.size())})
      .toUTF8String(clean);
  return clean;
}

std::string fold_utf8(const icu::Normalizer2& normalizer, std::string_view source) {
  UErrorCode status = U_ZERO_ERROR;
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  normalizer.normalizeUTF8(0, {source.data(), static_cast<std::int32_t>(source.size())}, sink,
                           nullptr, status);
  check(status, "normalizeUTF8");
  use_plain_apostrophe(folded);
  return folded;
}

const icu::Normalizer2& casefold_normalizer() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  check(status, "getNFKCCasefoldInstance");
  return *normalizer;
}

}  // namespace

std::vector<Word> split_words(std::string_view source) {
  check_size(source);
  const icu::Normalizer2& normalizer = casefold_normalizer();
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  check(status, "createWordInstance");
  std::unique_ptr<UText, CloseText> text(
      utext_openUTF8(nullptr, source.data(), static_cast<std::int64_t>(source.size()), &status));
  check(status, "utext_openUTF8");
  breaks->setText(text.get(), status);
  check(status, "setText");

  std::vector<Word> words;
  std::size_t begin = 0;
  while (breaks->next() != icu::BreakIterator::DONE) {
    auto end = static_cast<std::size_t>(breaks->current());
    bool is_word = breaks->getRuleStatus() >= UBRK_WORD_NONE_LIMIT;
    if (is_word && end - begin <= word_bytes_max) {
      std::string folded = fold_utf8(normalizer, source.substr(begin, end - begin));
      words.push_back({std::move(folded), begin, end});
    }
    begin = end;
  }
  return words;
}

std::string fold(std::string_view source) {
  check_size(source);
  if (is_utf8(source)) return fold_utf8(casefold_normalizer(), source);
  return fold_utf8(casefold_normalizer(), to_utf8_replacing(source));
}

}  // namespace antiphon::text
