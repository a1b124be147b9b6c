#pragma once

#include <memory>

#include "engine/search/lexicon.h"
#include "engine/search/lexicon_builder.h"

namespace antiphon::search {

/// A database of nine meanings in the format of WordNet's, for tests; its words are our own.
inline WordNetFiles small_wordnet_files() {
  return {
      .noun = {.data = "  1 A licence stands here.  \n"
                       "00000100 06 n 02 Tap 0 faucet 0 001 @ 00000200 n 0000 | lets water out  \n"
                       "00000200 06 n 01 fitting 0 002 ~ 00000100 n 0000 #p 00000300 n 0000 | "
                       "what a pipe is put together with  \n"
                       "00000300 06 n 01 pipe 0 001 %p 00000200 n 0000 | a tube for water  \n"
                       "00000400 05 n 01 mouse 0 001 @ 00000500 n 0000 | small, with a tail  \n"
                       "00000500 05 n 02 animal 0 beast 0 001 ~ 00000400 n 0000 | it lives  \n"
                       "00000600 18 n 01 farmer 0 001 + 00000100 v 0101 | grows corn  \n"
                       "00000700 13 n 01 ice_cream 0 000 | frozen and sweet  \n"
                       "00000800 10 n 01 tap 0 000 | a soft knock  \n",
               .index = "tap n 2 1 @ 2 1 00000100 00000800  \n"
                        "faucet n 1 1 @ 1 0 00000100  \n"
                        "fitting n 1 2 ~ #p 1 0 00000200  \n"
                        "pipe n 1 1 %p 1 0 00000300  \n"
                        "mouse n 1 1 @ 1 0 00000400  \n"
                        "animal n 1 1 ~ 1 0 00000500  \n"
                        "beast n 1 1 ~ 1 0 00000500  \n"
                        "farmer n 1 1 + 1 0 00000600  \n"
                        "ice_cream n 1 0 1 0 00000700  \n",
               .exceptions = "mice mouse\n"},
      .verb = {.data = "00000100 36 v 01 farm 0 001 + 00000600 n 0101 01 + 02 00 | grow corn  \n",
               .index = "farm v 1 1 + 1 0 00000100  \n"},
      .counts = "tap%1:06:00:: 1 9\n"};
}

inline std::string small_lexicon_bytes() {
  return build_lexicon(parse_wordnet(small_wordnet_files()), [](auto, auto) {});
}

inline std::shared_ptr<const Lexicon> small_lexicon() {
  return Lexicon::parse(small_lexicon_bytes());
}

}  // namespace antiphon::search
