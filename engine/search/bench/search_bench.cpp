// The index at the size of a creator's library (2,000 clips) and ten times that.
#include <benchmark/benchmark.h>

#include "engine/base/random.h"
#include "engine/search/index.h"

namespace antiphon::search {
namespace {

const std::vector<Field> fields = {{"title", 3}, {"description", 1}, {"tags", 2}};

// Words of a made-up language whose frequencies fall as a real one's do (Zipf).
std::string make_text(Random& random, std::size_t words) {
  std::string text;
  for (; words > 0; --words) {
    double rank = std::pow(5'000.0, random.unit());
    text += fmt::format("word{}ing ", static_cast<int>(rank));
  }
  return text;
}

std::vector<Document> make_documents(std::int64_t count) {
  SeededRandom random(1);
  std::vector<Document> documents;
  for (std::int64_t i = 0; i < count; ++i) {
    documents.push_back(
        {.id = fmt::format("clip{}", i),
         .texts = {make_text(random, 4), make_text(random, 14), make_text(random, 5)},
         .facets = {{"orientation", i % 2 == 0 ? "landscape" : "portrait"}}});
  }
  return documents;
}

void build(benchmark::State& state) {
  std::vector<Document> documents = make_documents(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(Index::build(fields, documents));
}

void search(benchmark::State& state) {
  Index index = Index::build(fields, make_documents(state.range(0)));
  SeededRandom random(2);
  std::vector<Query> queries;
  for (int i = 0; i < 100; ++i) queries.push_back({.text = make_text(random, 8), .limit = 3});
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(index.search(queries[next++ % queries.size()]));
}

void put_one(benchmark::State& state) {
  std::vector<Document> documents = make_documents(state.range(0));
  Index index = Index::build(fields, documents);
  std::size_t next = 0;
  for (auto _ : state) index.put(documents[next++ % documents.size()]);
}

void copy(benchmark::State& state) {
  Index index = Index::build(fields, make_documents(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(Index(index));
}

BENCHMARK(build)->Arg(2'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(search)->Arg(2'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(put_one)->Arg(2'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(copy)->Arg(2'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace antiphon::search

BENCHMARK_MAIN();
