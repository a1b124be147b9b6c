#include <algorithm>
#include <array>

#include "engine/text/words.h"

namespace antiphon::text {
namespace {

// Articles, pronouns, auxiliaries, prepositions, conjunctions and the filler of speech; each list
// in byte order, for the binary search.
constexpr auto english = std::to_array<std::string_view>({
    "a",       "about",   "after",   "again",   "ah",       "all",     "also",    "although",
    "am",      "an",      "and",     "any",     "are",      "aren't",  "as",      "at",
    "be",      "because", "been",    "before",  "being",    "between", "both",    "but",
    "by",      "can",     "can't",   "cannot",  "could",    "did",     "didn't",  "do",
    "does",    "doesn't", "doing",   "don't",   "each",     "either",  "else",    "etc",
    "ever",    "every",   "few",     "for",     "from",     "had",     "has",     "have",
    "having",  "he",      "he's",    "her",     "here",     "hers",    "herself", "him",
    "himself", "his",     "how",     "however", "i",        "i'd",     "i'll",    "i'm",
    "i've",    "if",      "in",      "into",    "is",       "isn't",   "it",      "it's",
    "its",     "itself",  "just",    "let's",   "like",     "me",      "might",   "more",
    "most",    "much",    "must",    "my",      "myself",   "neither", "no",      "nor",
    "not",     "now",     "of",      "off",     "oh",       "on",      "once",    "only",
    "or",      "other",   "our",     "ours",    "out",      "over",    "own",     "quite",
    "rather",  "really",  "same",    "shall",   "she",      "she's",   "should",  "so",
    "some",    "such",    "than",    "that",    "that's",   "the",     "their",   "theirs",
    "them",    "then",    "there",   "there's", "these",    "they",    "they're", "this",
    "those",   "though",  "through", "to",      "too",      "uh",      "um",      "under",
    "until",   "up",      "upon",    "us",      "very",     "was",     "wasn't",  "we",
    "we'll",   "we're",   "we've",   "were",    "what",     "what's",  "when",    "where",
    "whether", "which",   "while",   "who",     "whom",     "whose",   "why",     "will",
    "with",    "without", "won't",   "would",   "yes",      "yet",     "you",     "you'll",
    "you're",  "you've",  "your",    "yours",   "yourself",
});

constexpr auto swedish = std::to_array<std::string_view>({
    "alla", "allt",  "att",    "av",   "bara",  "blev",   "bli",   "blir",  "de",     "dem",
    "den",  "denna", "deras",  "dess", "det",   "detta",  "dig",   "din",   "dina",   "dit",
    "ditt", "du",    "där",    "då",   "efter", "ej",     "eller", "en",    "er",     "era",
    "ett",  "från",  "för",    "ha",   "hade",  "han",    "hans",  "har",   "henne",  "hennes",
    "hon",  "honom", "hur",    "här",  "i",     "icke",   "in",    "inte",  "ja",     "jag",
    "ju",   "kan",   "kunde",  "man",  "med",   "mellan", "men",   "mig",   "min",    "mina",
    "mitt", "mot",   "mycket", "ni",   "nog",   "nu",     "när",   "någon", "något",  "några",
    "och",  "om",    "oss",    "på",   "samt",  "sedan",  "sig",   "sin",   "sina",   "sitt",
    "ska",  "skall", "skulle", "som",  "så",    "sådan",  "till",  "under", "upp",    "ut",
    "utan", "vad",   "var",    "vara", "varit", "vem",    "vi",    "vid",   "vilken", "vill",
    "vår",  "våra",  "vårt",   "än",   "är",    "åt",     "över",
});

static_assert(std::ranges::is_sorted(english));
static_assert(std::ranges::is_sorted(swedish));

}  // namespace

bool is_stop_word(std::string_view folded, Language language) {
  return language == Language::swedish ? std::ranges::binary_search(swedish, folded)
                                       : std::ranges::binary_search(english, folded);
}

}  // namespace antiphon::text
