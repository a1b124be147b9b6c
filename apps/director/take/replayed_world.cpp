#include "apps/director/take/replayed_world.h"

#include "apps/director/take/world_facts.h"

namespace antiphon::director {
namespace {

Task<> nothing() { co_return; }

class ReplayedWorld final : public World {
 public:
  ReplayedWorld(const skill::Skill<Speech, Analysis>& analyse,
                std::shared_ptr<const search::Lexicon> lexicon, live::Session& session)
      : analyse_(analyse),
        session_(session),
        empty_(std::make_shared<Shelf>(search::Index(asset_fields(), std::move(lexicon)))) {}

  Task<skill::Answer<Analysis>> analyse(Speech speech, Call) override {
    co_await session_.outside(nothing());
    co_return answer_of(session_.fact(analysis_fact, nullptr), [&] {
      return schema::parse<Analysis>(schema::to_json(analyse_.rules(speech)));
    });
  }

  Task<std::vector<FoundClip>> search(std::string words, std::size_t limit, Due) override {
    co_await session_.outside(nothing());
    read_shelf();
    const Shelf& shelf = *(shelf_ ? shelf_ : empty_);
    co_return found_on(shelf, shelf.index.search(clip_query(std::move(words), limit)));
  }

  Task<std::shared_ptr<const Asset>> find(std::string asset_id, Due) override {
    co_await session_.outside(nothing());
    read_shelf();
    co_return find_on(*(shelf_ ? shelf_ : empty_), asset_id);
  }

  std::shared_ptr<const Asset> default_clip() override {
    read_shelf();
    return director::default_clip(shelf_);
  }

  Task<> refresh_opinions(Due) override { return session_.outside(nothing()); }

  std::shared_ptr<const OpinionsByAsset> opinions() override {
    std::string text = session_.fact(opinions_fact, nullptr);
    if (text != same) opinions_ = opinions_of(schema::parse<ToldOpinions>(text));
    return opinions_;
  }

  Task<Opinion> change_opinion(std::string, std::function<Opinion(Opinion)>, Due) override {
    co_await session_.outside(nothing());
    auto opinion = schema::parse<ToldOpinion>(session_.fact(opinion_fact, nullptr));
    co_return Opinion{opinion.thumb, opinion.standing};
  }

 private:
  void read_shelf() {
    std::string text = session_.fact(library_fact, nullptr);
    if (text == same) return;
    schema::ParseOptions large{.bytes_max = text.size(), .values_max = text.size()};
    shelf_ = apply(*(shelf_ ? shelf_ : empty_), schema::parse<ShelfChange>(text, large));
  }

  const skill::Skill<Speech, Analysis>& analyse_;
  live::Session& session_;
  ShelfPointer empty_;
  ShelfPointer shelf_;  ///< null: nobody had read the library
  std::shared_ptr<const OpinionsByAsset> opinions_;
};

}  // namespace

std::unique_ptr<World> make_replayed_world(const skill::Skill<Speech, Analysis>& analyse,
                                           std::shared_ptr<const search::Lexicon> lexicon,
                                           live::Session& session) {
  return std::make_unique<ReplayedWorld>(analyse, std::move(lexicon), session);
}

}  // namespace antiphon::director
