#include "apps/director/opinion/opinions.h"

namespace antiphon::director {
namespace {

std::string key_of(const Creator& creator) { return creator.tenant + ' ' + creator.id; }

}  // namespace

Opinions::Opinions(OpinionStore& store, app::Changes& changes)
    : store_(store),
      changes_(changes),
      subscription_(
          changes.subscribe(changed, [this](const std::string& key) { on_changed(key); })) {}

Task<> Opinions::refresh(Creator creator, Due due) {
  std::shared_ptr<Entry> kept = entry(creator);
  while (!kept->is_fresh) {
    unsigned changes_before = kept->changes;
    auto read = std::make_shared<const OpinionsByAsset>(co_await store_.of(creator, due));
    if (kept->changes != changes_before) continue;
    kept->value = std::move(read);
    kept->is_fresh = true;
  }
}

std::shared_ptr<const OpinionsByAsset> Opinions::known(const Creator& creator) const {
  auto found = entries_.find(key_of(creator));
  return found == entries_.end() ? nullptr : found->second->value;
}

Task<Opinion> Opinions::change(Creator creator, std::string asset_id,
                               std::function<Opinion(Opinion)> change, Due due) {
  Opinion opinion =
      co_await store_.change(creator, asset_id, std::move(change), Core::here().clock().now(), due);
  // Known here at once, before the change is told: a ban holds from now on.
  std::shared_ptr<Entry> kept = entry(creator);
  ++kept->changes;
  if (kept->value) {
    auto value = std::make_shared<OpinionsByAsset>(*kept->value);
    (*value)[asset_id] = opinion;
    kept->value = std::move(value);
  }
  changes_.publish(changed, key_of(creator));
  co_return opinion;
}

std::shared_ptr<Opinions::Entry> Opinions::entry(const Creator& creator) {
  if (entries_.size() >= creators_max) entries_.clear();
  std::shared_ptr<Entry>& kept = entries_[key_of(creator)];
  if (!kept) kept = std::make_shared<Entry>();
  return kept;
}

void Opinions::on_changed(const std::string& key) {
  auto found = entries_.find(key);
  if (found == entries_.end()) return;
  ++found->second->changes;
  found->second->is_fresh = false;
}

}  // namespace antiphon::director
