#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/text/language.h"

struct sb_stemmer;

namespace antiphon::text {

/// Takes the inflection off words, so that "crashes" and "crashing" meet at "crash". The stem need
/// not be a word itself. Cheap to make (0.3 us): one a use, or one a thread; not thread-safe.
/// Source: Snowball (English is Porter2), https://snowballstem.org
class Stemmer {
 public:
  /// @throws Error{Code::internal} when the library lacks the language
  explicit Stemmer(Language language);

  /// The stem of a word that `fold` gave.
  std::string stem(std::string_view folded);

 private:
  struct Delete {
    void operator()(sb_stemmer* stemmer) const;
  };
  std::unique_ptr<sb_stemmer, Delete> stemmer_;
};

}  // namespace antiphon::text
