#include "apps/director/take/world_facts.h"

namespace antiphon::director {
namespace {

ToldClip told(const Asset& asset) {
  return {asset.id, asset.title, asset.description, asset.tags, asset.topic, asset.duration};
}

skill::Source source_of(std::string_view text) {
  if (text == skill::to_text(skill::Source::cache)) return skill::Source::cache;
  return text == skill::to_text(skill::Source::model) ? skill::Source::model : skill::Source::rules;
}

}  // namespace

std::string answer_fact(const skill::Answer<Analysis>& answer) {
  std::string source(skill::to_text(answer.provenance.source));
  if (answer.provenance.origin == skill::Source::rules) return source;
  return schema::to_json(ToldAnalysis{source, answer.value});
}

skill::Answer<Analysis> answer_of(const std::string& fact, const std::function<Analysis()>& rules) {
  if (!fact.starts_with('{')) return {rules(), {.source = source_of(fact)}};
  auto told = schema::parse<ToldAnalysis>(fact);
  return {std::move(told.analysis),
          {.source = source_of(told.source), .origin = skill::Source::model}};
}

ShelfChange change_between(const ShelfPointer& before, const Shelf& now) {
  ShelfChange change;
  for (const auto& [id, asset] : now.assets) {
    auto known = before ? find_on(*before, id) : nullptr;
    if (known == asset || (known && told(*known) == told(*asset))) continue;
    change.clips.push_back(told(*asset));
  }
  if (!before) return change;
  for (const auto& [id, asset] : before->assets) {
    if (!now.assets.contains(id)) change.gone.push_back(id);
  }
  return change;
}

ShelfPointer apply(const Shelf& before, ShelfChange change) {
  std::set<std::string> stale(change.gone.begin(), change.gone.end());
  std::vector<Asset> found;
  for (ToldClip& clip : change.clips) {
    stale.insert(clip.id);
    found.push_back({.id = std::move(clip.id),
                     .title = std::move(clip.title),
                     .description = std::move(clip.description),
                     .tags = std::move(clip.tags),
                     .topic = std::move(clip.topic),
                     .duration = clip.duration});
  }
  return changed_shelf(before, stale, std::move(found));
}

ToldOpinions told(const std::shared_ptr<const OpinionsByAsset>& opinions) {
  ToldOpinions all{.are_known = opinions != nullptr};
  if (!opinions) return all;
  for (const auto& [id, opinion] : *opinions) {
    all.opinions.push_back({id, opinion.thumb, opinion.standing});
  }
  return all;
}

std::shared_ptr<const OpinionsByAsset> opinions_of(const ToldOpinions& told) {
  if (!told.are_known) return nullptr;
  auto all = std::make_shared<OpinionsByAsset>();
  for (const ToldOpinion& opinion : told.opinions) {
    (*all)[opinion.asset_id] = {opinion.thumb, opinion.standing};
  }
  return all;
}

}  // namespace antiphon::director
