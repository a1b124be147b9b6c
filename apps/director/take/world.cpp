#include "apps/director/take/world.h"

#include "apps/director/take/world_facts.h"

namespace antiphon::director {
namespace {

/// The skills, the library and the opinions of this core.
class LiveWorld final : public World {
 public:
  LiveWorld(const WorldParts& parts, live::Session& session) : parts_(parts), session_(session) {}

  Task<skill::Answer<Analysis>> analyse(Speech speech, Call call) override {
    auto answer = co_await session_.outside(
        parts_.skills.run(&parts_.analyse, std::move(speech), std::move(call)));
    session_.fact(analysis_fact, [answer] { return answer_fact(answer); });
    co_return answer;
  }

  Task<std::vector<FoundClip>> search(std::string words, std::size_t limit, Due due) override {
    auto found = co_await session_.outside(search_now(clip_query(std::move(words), limit), due));
    note(found.shelf);
    co_return std::move(found.clips);
  }

  Task<std::shared_ptr<const Asset>> find(std::string asset_id, Due due) override {
    ShelfPointer shelf = co_await session_.outside(parts_.library.shelf(tenant(), due));
    note(shelf);
    co_return find_on(*shelf, asset_id);
  }

  std::shared_ptr<const Asset> default_clip() override {
    ShelfPointer shelf = parts_.library.last_known(tenant());
    note(shelf);
    return director::default_clip(shelf);
  }

  Task<> refresh_opinions(Due due) override {
    return session_.outside(parts_.opinions.refresh(creator(), due));
  }

  std::shared_ptr<const OpinionsByAsset> opinions() override {
    auto known = parts_.opinions.known(creator());
    bool is_same = known == std::exchange(noted_opinions_, known);
    session_.fact(opinions_fact, [known, is_same] {
      return is_same ? std::string(same) : schema::to_json(told(known));
    });
    return known;
  }

  Task<Opinion> change_opinion(std::string asset_id, std::function<Opinion(Opinion)> change,
                               Due due) override {
    Opinion opinion = co_await session_.outside(
        parts_.opinions.change(creator(), asset_id, std::move(change), due));
    session_.fact(opinion_fact, [asset_id, opinion] {
      return schema::to_json(ToldOpinion{asset_id, opinion.thumb, opinion.standing});
    });
    co_return opinion;
  }

 private:
  struct Found {
    ShelfPointer shelf;
    std::vector<FoundClip> clips;
  };

  Task<Found> search_now(search::Query query, Due due) {
    ShelfPointer shelf = co_await parts_.library.shelf(tenant(), due);
    auto clips = co_await parts_.library.search_on(shelf, std::move(query), due);
    co_return Found{std::move(shelf), std::move(clips)};
  }

  // Which library it was. What changed in a large one is worked out on the thread that writes.
  void note(const ShelfPointer& shelf) {
    ShelfPointer before = std::exchange(noted_shelf_, shelf);
    session_.fact(library_fact, [before, shelf] {
      return shelf == before ? std::string(same) : schema::to_json(change_between(before, *shelf));
    });
  }

  const std::string& tenant() const { return session_.owner().tenant; }
  Creator creator() const { return {tenant(), session_.owner().principal}; }

  WorldParts parts_;
  live::Session& session_;
  ShelfPointer noted_shelf_;
  std::shared_ptr<const OpinionsByAsset> noted_opinions_;
};

}  // namespace

std::unique_ptr<World> make_world(const WorldParts& parts, live::Session& session) {
  return std::make_unique<LiveWorld>(parts, session);
}

}  // namespace antiphon::director
