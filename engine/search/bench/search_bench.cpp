// The index at the size of a creator's library (2,000 clips), ten times that, and 50,000; alone and
// with the lexicon, which stands beside the program (target lexicon).
#include <benchmark/benchmark.h>

#include <cmath>
#include <filesystem>

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

std::shared_ptr<const Lexicon> shipped_lexicon() {
  auto program = std::filesystem::canonical("/proc/self/exe").parent_path();
  static auto lexicon =
      Lexicon::load(program / "../../share/lexicon" / std::string(Lexicon::file_name));
  return lexicon;
}

// Words of English, common ones often, so that they have as many relatives as talk has.
class English {
 public:
  English() {
    for (Lexicon::Word word = 0; word < lexicon_->size(); ++word) words_.push_back(word);
    std::ranges::sort(words_, {}, [&](auto word) { return lexicon_->information(word); });
  }

  std::string text(Random& random, std::size_t words) const {
    std::string text;
    for (; words > 0; --words) {
      auto rank = static_cast<std::size_t>(std::pow(20'000.0, random.unit()));
      text += fmt::format("{} ", lexicon_->stem(words_[rank]));
    }
    return text;
  }

  std::vector<Document> documents(std::int64_t count) const {
    SeededRandom random(1);
    std::vector<Document> documents;
    for (std::int64_t i = 0; i < count; ++i) {
      documents.push_back({.id = fmt::format("clip{}", i),
                           .texts = {text(random, 4), text(random, 14), text(random, 5)},
                           .facets = {{"orientation", i % 2 == 0 ? "landscape" : "portrait"}}});
    }
    return documents;
  }

 private:
  std::shared_ptr<const Lexicon> lexicon_ = shipped_lexicon();
  std::vector<Lexicon::Word> words_;
};

const English& english() {
  static const English words;
  return words;
}

const Index& index_of_meanings(std::int64_t count) {
  static std::map<std::int64_t, Index> made;
  auto found = made.find(count);
  if (found != made.end()) return found->second;
  return made.emplace(count, Index::build(fields, english().documents(count), shipped_lexicon()))
      .first->second;
}

void build_by_meaning(benchmark::State& state) {
  std::vector<Document> documents = english().documents(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(Index::build(fields, documents, shipped_lexicon()));
  }
}

// range(1): whether half of the documents are filtered away.
void search_by_meaning(benchmark::State& state) {
  const Index& index = index_of_meanings(state.range(0));
  SeededRandom random(2);
  std::vector<Query> queries;
  for (int i = 0; i < 500; ++i) {
    queries.push_back({.text = english().text(random, 6), .limit = 3});
    if (state.range(1) != 0) queries.back().filters = {{"orientation", {"landscape"}}};
  }
  std::vector<double> took;
  for (auto _ : state) {
    auto begun = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(index.search(queries[took.size() % queries.size()]));
    std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begun;
    took.push_back(time.count());
  }
  std::ranges::sort(took);
  state.counters["p50_ms"] = took[took.size() / 2];
  state.counters["p99_ms"] = took[took.size() * 99 / 100];
}

// A new document until it is found: the copy that readers keep, the change, a search.
void show_one_by_meaning(benchmark::State& state) {
  auto current = std::make_shared<const Index>(index_of_meanings(state.range(0)));
  std::vector<Document> documents = english().documents(1'000);
  std::size_t next = 0;
  for (auto _ : state) {
    auto changed = std::make_shared<Index>(*current);
    Document document = documents[next % documents.size()];
    document.id = fmt::format("new{}", next++);
    changed->put(document);
    current = std::move(changed);
    benchmark::DoNotOptimize(current->search({.text = document.texts[0]}));
  }
}

BENCHMARK(build)->Arg(2'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(search)->Arg(2'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(put_one)->Arg(2'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(copy)->Arg(2'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(build_by_meaning)->Arg(2'000)->Arg(50'000)->Unit(benchmark::kMillisecond);
BENCHMARK(search_by_meaning)
    ->Args({2'000, 0})
    ->Args({50'000, 0})
    ->Args({50'000, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(show_one_by_meaning)->Arg(50'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace antiphon::search

BENCHMARK_MAIN();
