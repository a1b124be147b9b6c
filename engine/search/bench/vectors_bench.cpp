// The nearest of 200,000 vectors of 384 dimensions (64 latent, 1,000 clusters, length 1): the exact
// scan beside hnswlib bare and, where it is installed, faiss. VECTORS=50000 for fewer. Each answer
// is held against that of reading every float.
#include <benchmark/benchmark.h>
#include <hnswlib/hnswlib.h>
#ifdef ANTIPHON_FAISS
#include <faiss/IndexHNSW.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <thread>

#include "engine/base/random.h"
#include "engine/search/vectors.h"

namespace antiphon::search {
namespace {

constexpr std::size_t dimensions = 384;
constexpr std::size_t latent = 64;
constexpr std::size_t clusters = 1'000;
constexpr std::size_t queries_count = 1'000;
constexpr std::size_t wanted = 10;
constexpr double spread = 0.6;  // of a vector around the middle of its cluster
constexpr int links = 16;       // M of the graphs
constexpr int build_width = 200;

using Rows = std::vector<float>;  // one vector after the other

std::size_t count() {
  const char* given = std::getenv("VECTORS");
  return given == nullptr ? 200'000 : std::strtoull(given, nullptr, 10);
}

float normal(std::mt19937_64& random) { return std::normal_distribution<float>()(random); }

class Cloud {
 public:
  Cloud() : random_(1) {
    for (float& value : projection_) value = normal(random_);
    for (float& value : middles_) value = normal(random_);
  }

  Rows rows(std::size_t rows) {
    Rows all(rows * dimensions);
    for (std::size_t row = 0; row < rows; ++row) fill(std::span(all).subspan(row * dimensions));
    return all;
  }

 private:
  void fill(std::span<float> row) {
    std::array<float, latent> point;
    std::size_t middle = random_() % clusters * latent;
    for (std::size_t i = 0; i < latent; ++i) {
      point[i] = middles_[middle + i] + static_cast<float>(spread) * normal(random_);
    }
    std::vector<float> vector(dimensions);
    for (std::size_t i = 0; i < dimensions; ++i) {
      for (std::size_t k = 0; k < latent; ++k) vector[i] += projection_[i * latent + k] * point[k];
    }
    std::ranges::copy(unit_of(vector), row.begin());
  }

  std::mt19937_64 random_;
  std::vector<float> projection_ = std::vector<float>(dimensions * latent);
  std::vector<float> middles_ = std::vector<float>(clusters * latent);
};

struct Data {
  Rows rows;
  Rows queries;
  Vectors vectors{dimensions};
  std::vector<std::vector<std::uint32_t>> truth;  // by reading every float

  Data() {
    Cloud cloud;
    rows = cloud.rows(count());
    queries = cloud.rows(queries_count);
    for (std::uint32_t slot = 0; slot < count(); ++slot) vectors.put(slot, row(slot));
    for (std::size_t i = 0; i < queries_count; ++i) truth.push_back(nearest_of_all(query(i)));
  }

  std::span<const float> row(std::size_t at) const {
    return std::span(rows).subspan(at * dimensions, dimensions);
  }
  std::span<const float> query(std::size_t at) const {
    return std::span(queries).subspan(at * dimensions, dimensions);
  }

 private:
  std::vector<std::uint32_t> nearest_of_all(std::span<const float> query) const {
    std::vector<std::pair<float, std::uint32_t>> all;
    for (std::uint32_t slot = 0; slot < count(); ++slot) {
      all.emplace_back(-vectors.similarity(query, slot), slot);
    }
    std::ranges::nth_element(all, all.begin() + wanted);
    std::vector<std::uint32_t> slots;
    for (std::size_t i = 0; i < wanted; ++i) slots.push_back(all[i].second);
    return slots;
  }
};

const Data& data() {
  static const Data made;
  return made;
}

// Runs the queries one after the other on this thread; tells recall, median and 99th percentile.
template <class Search>
void measure(benchmark::State& state, Search search) {
  data();  // made outside of what is timed
  std::vector<double> took;
  std::size_t right = 0;
  std::size_t asked = 0;
  for (auto _ : state) {
    std::size_t at = asked++ % queries_count;
    auto begun = std::chrono::steady_clock::now();
    std::vector<std::uint32_t> found = search(data().query(at));
    std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begun;
    took.push_back(time.count());
    for (std::uint32_t slot : data().truth[at]) right += std::ranges::count(found, slot) > 0;
  }
  std::ranges::sort(took);
  state.counters["recall@10"] = static_cast<double>(right) / static_cast<double>(asked * wanted);
  state.counters["p50_ms"] = took[took.size() / 2];
  state.counters["p99_ms"] = took[took.size() * 99 / 100];
}

void exact_scan(benchmark::State& state, const DotWay& way) {
  measure(state, [&](std::span<const float> query) {
    std::vector<std::uint32_t> slots;
    for (const Near& near : data().vectors.nearest(query, wanted, nullptr, &way)) {
      slots.push_back(near.slot);
    }
    return slots;
  });
}

hnswlib::HierarchicalNSW<float>& hnswlib_graph() {
  static hnswlib::InnerProductSpace space(dimensions);
  static auto graph = [] {
    auto made =
        std::make_unique<hnswlib::HierarchicalNSW<float>>(&space, count(), links, build_width);
    made->addPoint(data().row(0).data(), 0);
    std::vector<std::jthread> threads;
    unsigned workers = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned worker = 0; worker < workers; ++worker) {
      threads.emplace_back([&made, worker, workers] {
        for (std::size_t slot = 1 + worker; slot < count(); slot += workers) {
          made->addPoint(data().row(slot).data(), slot);
        }
      });
    }
    threads.clear();
    return made;
  }();
  return *graph;
}

void hnswlib_bare(benchmark::State& state) {
  auto& graph = hnswlib_graph();
  graph.setEf(static_cast<std::size_t>(state.range(0)));
  measure(state, [&](std::span<const float> query) {
    std::vector<std::uint32_t> slots;
    auto found = graph.searchKnn(query.data(), wanted);
    for (; !found.empty(); found.pop()) {
      slots.push_back(static_cast<std::uint32_t>(found.top().second));
    }
    return slots;
  });
}

#ifdef ANTIPHON_FAISS
void faiss_hnsw(benchmark::State& state) {
  static auto index = [] {
    auto made =
        std::make_unique<faiss::IndexHNSWFlat>(dimensions, links, faiss::METRIC_INNER_PRODUCT);
    made->hnsw.efConstruction = build_width;
    made->add(static_cast<faiss::Index::idx_t>(count()), data().rows.data());
    return made;
  }();
  index->hnsw.efSearch = static_cast<int>(state.range(0));
  measure(state, [&](std::span<const float> query) {
    std::array<float, wanted> distances;
    std::array<faiss::Index::idx_t, wanted> labels;
    index->search(1, query.data(), wanted, distances.data(), labels.data());
    return std::vector<std::uint32_t>(labels.begin(), labels.end());
  });
}
BENCHMARK(faiss_hnsw)->Arg(24)->Arg(64)->MinTime(2)->Unit(benchmark::kMillisecond);
#endif

BENCHMARK(hnswlib_bare)->Arg(16)->Arg(32)->Arg(64)->MinTime(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace antiphon::search

int main(int count, char** arguments) {
  using namespace antiphon::search;
  for (const DotWay& way : dot_ways()) {
    benchmark::RegisterBenchmark(fmt::format("exact_scan/{}", way.name).c_str(), exact_scan, way)
        ->MinTime(2)
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
}
