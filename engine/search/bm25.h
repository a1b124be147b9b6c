#pragma once

#include <cmath>
#include <cstddef>

namespace antiphon::search {

// Okapi BM25 over weighted fields. A word counts field-weight times for each place it stands in,
// and a document's length is counted the same way, so one saturation covers all its fields.
// Sources: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009);
// Robertson, Zaragoza and Taylor, Simple BM25 Extension to Multiple Weighted Fields (CIKM 2004).

/// How fast more of the same word stops counting; 1.2 to 2 is usual (Robertson and
/// Zaragoza, 3.4.2).
inline constexpr double bm25_k1 = 1.2;
/// How much a long document is held against it, 0 to 1; 0.5 to 0.8 is usual (the same place).
inline constexpr double bm25_b = 0.75;

/// How much it tells that a document has a term. Above 0 for every term, also one that is in all.
/// @param holders  documents that have the term, at most `documents`
inline double information(std::size_t holders, std::size_t documents) {
  auto with = static_cast<double>(holders);
  auto all = static_cast<double>(documents);
  return std::log1p((all - with + 0.5) / (with + 0.5));
}

/// What one term gives to a document's score.
/// @param frequency  weighted occurrences of the term in the document
/// @param length     weighted words of the document over the mean of the index
inline double bm25(double information, double frequency, double length) {
  double saturation = bm25_k1 * (1 - bm25_b + bm25_b * length);
  return information * frequency * (bm25_k1 + 1) / (frequency + saturation);
}

}  // namespace antiphon::search
