#include "apps/director/retrieval/evaluation.h"

#include <fstream>
#include <iterator>

#include "apps/director/analysis/analysis.h"
#include "apps/director/library/asset.h"
#include "apps/director/overlay/overlay.h"
#include "apps/director/retrieval/retrieval.h"
#include "engine/eval/dataset.h"
#include "engine/search/index.h"

namespace antiphon::director {

/// What fits a query: clips of any of these subjects.
struct FittingSubjects {
  std::vector<std::string> subjects;
};

inline auto describe(schema::Tag<FittingSubjects>) {
  return schema::object<FittingSubjects>("FittingSubjects", "Which clips fit")
      .field("subjects", &FittingSubjects::subjects, "Subjects of the library; none: nothing fits");
}

/// A clip of the library that is searched: what is written of it; there is no picture.
struct LibraryRecord {
  std::string id;
  std::string subject;
  std::string topic;
  std::string title;
  std::string description;
  std::vector<std::string> tags;
};

inline auto describe(schema::Tag<LibraryRecord>) {
  return schema::object<LibraryRecord>("LibraryRecord", "A clip without a picture")
      .field("id", &LibraryRecord::id, "Its id")
      .field("subject", &LibraryRecord::subject, "What it shows; several clips show the same")
      .field("topic", &LibraryRecord::topic, "Its topic")
      .field("title", &LibraryRecord::title, "Its title")
      .field("description", &LibraryRecord::description, "What can be seen; may be empty")
      .field("tags", &LibraryRecord::tags, "Words it is found by; may be empty");
}

namespace {

struct SampleLibrary {
  search::Index index;
  std::map<std::string, std::string, std::less<>> subject_of;  // by id of the record
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(Code::unavailable, "The library to search, " + path.string() + ", is not there.");
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

SampleLibrary load_library(const std::filesystem::path& path,
                           std::shared_ptr<const search::Lexicon> lexicon) {
  SampleLibrary library{.index = search::Index(asset_fields(), std::move(lexicon))};
  std::vector<search::Document> documents;
  std::string lines = read_file(path);
  for (std::string_view rest = lines; !rest.empty();) {
    std::size_t end = std::min(rest.find('\n'), rest.size());
    auto record = schema::parse<LibraryRecord>(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    library.subject_of[record.id] = record.subject;
    documents.push_back(document_of({.id = record.id,
                                     .title = record.title,
                                     .description = record.description,
                                     .tags = record.tags,
                                     .topic = record.topic}));
  }
  library.index.put(documents);
  return library;
}

std::vector<Offer> offers_for(const SampleLibrary& library, const Speech& speech) {
  std::vector<Offer> offers;
  for (const search::Hit& hit :
       library.index.search({.text = analyse(speech).query, .limit = rank_depth})) {
    offers.push_back({library.subject_of.find(hit.id)->second, hit.confidence});
  }
  return offers;
}

Task<eval::Report> evaluate(eval::Run run) {
  auto cases = eval::parse_set<Speech, FittingSubjects>(run.set, run.set_name);
  SampleLibrary library =
      load_library(run.shipped / "director" / "library.jsonl",
                   search::Lexicon::load(run.share / "lexicon" / search::Lexicon::file_name));
  std::vector<Retrieved> all;
  for (auto& each : cases) {
    all.push_back({.text = each.input.text,
                   .kind = each.tags.empty() ? "" : each.tags.front(),
                   .expected = each.expected.subjects,
                   .offers = offers_for(library, each.input),
                   .line = each.line});
    run.progress(all.size(), cases.size());
  }
  co_return eval::Report{
      .evaluation = "director.retrieve",
      .set = run.set_name,
      .cases = static_cast<std::int64_t>(all.size()),
      .limits = {"One author wrote library and queries; both are English and small. A paraphrase "
                 "shares no word with what fits.",
                 "apps/director/eval/README.md says how they came about."},
      .sides = {judge_retrieval(all, OverlayRules{}.confidence_min)}};
}

}  // namespace

const eval::Evaluation& retrieval_evaluation() {
  static const eval::Evaluation evaluation{
      .name = "director.retrieve",
      .summary = "Spoken sentences against a library of clips: recall@3, MRR, refusal",
      .shipped_set = "director/retrieve.jsonl",
      .run = evaluate};
  return evaluation;
}

}  // namespace antiphon::director
