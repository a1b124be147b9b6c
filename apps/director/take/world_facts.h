#pragma once

#include <map>
#include <string>
#include <vector>

#include "apps/director/analysis/analysis.h"
#include "apps/director/library/shelf.h"
#include "apps/director/opinion/opinion.h"
#include "engine/schema/describe.h"
#include "engine/skill/skill.h"

// What a take's world puts on the tape of a recorded session, and reads from it. A text may be
// `same`: as the last one of its kind.

namespace antiphon::director {

inline constexpr std::string_view analysis_fact = "analysis";  ///< as answer_fact says
inline constexpr std::string_view library_fact = "library";    ///< a ShelfChange
inline constexpr std::string_view opinions_fact = "opinions";  ///< all of the creator's
inline constexpr std::string_view opinion_fact = "opinion";    ///< one that was changed
inline constexpr std::string_view same = "";

/// An analysis that rules did not give: nothing works it out again.
struct ToldAnalysis {
  std::string source;  ///< cache or model
  Analysis analysis;
};

inline auto describe(schema::Tag<ToldAnalysis>) {
  return schema::object<ToldAnalysis>("ToldAnalysis", "What a model said of words")
      .field("source", &ToldAnalysis::source, "Who answered: cache or model",
             schema::one_of({"cache", "model"}))
      .field("analysis", &ToldAnalysis::analysis, "What they are about");
}

/// What of a clip the search reads and a take tells.
struct ToldClip {
  std::string id;
  std::string title;
  std::string description;
  std::vector<std::string> tags;
  std::string topic;
  std::chrono::milliseconds duration{};
  bool operator==(const ToldClip&) const = default;
};

inline auto describe(schema::Tag<ToldClip>) {
  return schema::object<ToldClip>("ToldClip", "A clip as a recorded take knew it")
      .field("id", &ToldClip::id, "Its id")
      .field("title", &ToldClip::title, "Its title")
      .field("description", &ToldClip::description, "What it shows")
      .field("tags", &ToldClip::tags, "Words for it")
      .field("topic", &ToldClip::topic, "Its topic")
      .field("durationMs", &ToldClip::duration, "Its length");
}

/// From one state of a library to the next.
struct ShelfChange {
  std::vector<std::string> gone;
  std::vector<ToldClip> clips;
};

inline auto describe(schema::Tag<ShelfChange>) {
  return schema::object<ShelfChange>("ShelfChange", "What changed in a library")
      .field("gone", &ShelfChange::gone, "Ids of clips that are not there any more")
      .field("clips", &ShelfChange::clips, "Clips that are new, or different");
}

struct ToldOpinion {
  std::string asset_id;
  Thumb thumb = Thumb::none;
  Standing standing = Standing::free;
};

inline auto describe(schema::Tag<ToldOpinion>) {
  return schema::object<ToldOpinion>("ToldOpinion", "What a creator thinks of a clip")
      .field("assetId", &ToldOpinion::asset_id, "The clip")
      .field("thumb", &ToldOpinion::thumb, "How the creator likes it")
      .field("standing", &ToldOpinion::standing, "What the creator has decided");
}

struct ToldOpinions {
  bool are_known = false;
  std::vector<ToldOpinion> opinions;
};

inline auto describe(schema::Tag<ToldOpinions>) {
  return schema::object<ToldOpinions>("ToldOpinions", "What a creator thinks")
      .field("areKnown", &ToldOpinions::are_known, "Whether they could be read")
      .field("opinions", &ToldOpinions::opinions, "By clip");
}

/// Who answered, where rules give the same again; else a ToldAnalysis.
std::string answer_fact(const skill::Answer<Analysis>& answer);
/// The answer of then.
/// @param rules  give it where the fact does not hold it
skill::Answer<Analysis> answer_of(const std::string& fact, const std::function<Analysis()>& rules);

/// @param before  null: an empty library
ShelfChange change_between(const ShelfPointer& before, const Shelf& now);
ShelfPointer apply(const Shelf& before, ShelfChange change);

/// @param opinions  null: not known
ToldOpinions told(const std::shared_ptr<const OpinionsByAsset>& opinions);
std::shared_ptr<const OpinionsByAsset> opinions_of(const ToldOpinions& told);

}  // namespace antiphon::director
