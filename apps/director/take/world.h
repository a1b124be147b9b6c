#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/director/analysis/analysis.h"
#include "apps/director/library/library.h"
#include "apps/director/opinion/opinions.h"
#include "engine/live/session.h"
#include "engine/skill/skill.h"

namespace antiphon::director {

/// What a take asks of the world around it. Every answer reaches the take as a step of its session,
/// and what of it cannot be worked out again goes on the session's tape (E-24).
class World {
 public:
  virtual ~World() = default;

  /// @throws Error when there is no answer in time
  virtual Task<skill::Answer<Analysis>> analyse(Speech speech, Call call) = 0;
  /// As Library::search and Library::find, in the tenant's library.
  virtual Task<std::vector<FoundClip>> search(std::string words, std::size_t limit, Due due) = 0;
  virtual Task<std::shared_ptr<const Asset>> find(std::string asset_id, Due due) = 0;
  /// As default_clip (shelf.h), of the library as it was last known.
  virtual std::shared_ptr<const Asset> default_clip() = 0;
  /// As Opinions, those of the session's creator.
  virtual Task<> refresh_opinions(Due due) = 0;
  virtual std::shared_ptr<const OpinionsByAsset> opinions() = 0;
  virtual Task<Opinion> change_opinion(std::string asset_id, std::function<Opinion(Opinion)> change,
                                       Due due) = 0;
};

/// What a world of a running server is made of.
struct WorldParts {
  skill::Skills& skills;
  const skill::Skill<Speech, Analysis>& analyse;
  Library& library;
  Opinions& opinions;
};

std::unique_ptr<World> make_world(const WorldParts& parts, live::Session& session);

}  // namespace antiphon::director
