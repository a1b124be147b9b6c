#include "engine/search/dot_int8.h"

#include <array>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace antiphon::search {
namespace {

void dot_plain(const std::int8_t* query, const std::int8_t* rows, const std::int32_t* /*sums*/,
               std::size_t stride, std::size_t count, std::int32_t* out) {
  for (std::size_t row = 0; row < count; ++row, rows += stride) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < stride; ++i) sum += std::int32_t{query[i]} * std::int32_t{rows[i]};
    out[row] = sum;
  }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) std::int32_t sum_of(__m256i lanes) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
  return _mm_cvtsi128_si32(half);
}

__attribute__((target("avx2"))) void dot_avx2(const std::int8_t* query, const std::int8_t* rows,
                                              const std::int32_t* /*sums*/, std::size_t stride,
                                              std::size_t count, std::int32_t* out) {
  auto widened = [](const std::int8_t* at) __attribute__((target("avx2"))) {
    return _mm256_cvtepi8_epi16(_mm_load_si128(reinterpret_cast<const __m128i*>(at)));
  };
  for (std::size_t row = 0; row < count; ++row, rows += stride) {
    __m256i first = _mm256_setzero_si256();
    __m256i second = _mm256_setzero_si256();
    for (std::size_t i = 0; i < stride; i += 32) {
      first = _mm256_add_epi32(first, _mm256_madd_epi16(widened(query + i), widened(rows + i)));
      second = _mm256_add_epi32(second,
                                _mm256_madd_epi16(widened(query + i + 16), widened(rows + i + 16)));
    }
    out[row] = sum_of(_mm256_add_epi32(first, second));
  }
}

// The instruction multiplies unsigned by signed bytes, so the query is moved up by 128 and what
// that adds, 128 times the row's sum, is taken away again.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) void dot_vnni(
    const std::int8_t* query, const std::int8_t* rows, const std::int32_t* sums, std::size_t stride,
    std::size_t count, std::int32_t* out) {
  const __m512i shift = _mm512_set1_epi8(static_cast<char>(0x80));
  std::size_t row = 0;
  auto piece = [](const std::int8_t* at)
                   __attribute__((target("avx512f"))) { return _mm512_load_si512(at); };
  for (; row + 4 <= count; row += 4, rows += 4 * stride) {
    __m512i a = _mm512_setzero_si512();
    __m512i b = a;
    __m512i c = a;
    __m512i d = a;
    for (std::size_t i = 0; i < stride; i += row_piece) {
      __m512i moved = _mm512_xor_si512(piece(query + i), shift);
      a = _mm512_dpbusd_epi32(a, moved, piece(rows + i));
      b = _mm512_dpbusd_epi32(b, moved, piece(rows + stride + i));
      c = _mm512_dpbusd_epi32(c, moved, piece(rows + 2 * stride + i));
      d = _mm512_dpbusd_epi32(d, moved, piece(rows + 3 * stride + i));
    }
    out[row] = _mm512_reduce_add_epi32(a) - 128 * sums[row];
    out[row + 1] = _mm512_reduce_add_epi32(b) - 128 * sums[row + 1];
    out[row + 2] = _mm512_reduce_add_epi32(c) - 128 * sums[row + 2];
    out[row + 3] = _mm512_reduce_add_epi32(d) - 128 * sums[row + 3];
  }
  for (; row < count; ++row, rows += stride) {
    __m512i a = _mm512_setzero_si512();
    for (std::size_t i = 0; i < stride; i += row_piece) {
      a = _mm512_dpbusd_epi32(a, _mm512_xor_si512(piece(query + i), shift), piece(rows + i));
    }
    out[row] = _mm512_reduce_add_epi32(a) - 128 * sums[row];
  }
}

#endif

std::vector<DotWay> make_ways() {
  std::vector<DotWay> ways;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni")) {
    ways.push_back({"avx512-vnni", dot_vnni});
  }
  if (__builtin_cpu_supports("avx2")) ways.push_back({"avx2", dot_avx2});
#endif
  ways.push_back({"plain", dot_plain});
  return ways;
}

}  // namespace

std::span<const DotWay> dot_ways() {
  static const std::vector<DotWay> ways = make_ways();
  return ways;
}

}  // namespace antiphon::search
