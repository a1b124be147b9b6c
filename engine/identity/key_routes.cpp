#include "engine/identity/key_routes.h"

#include <cmath>

#include "engine/identity/limits.h"

namespace antiphon::identity {

namespace {

constexpr double micros_per_unit = 1'000'000;
constexpr double budget_max = 1'000'000'000;
constexpr std::int64_t lifetime_days_max = 3650;

}  // namespace

schema::Object<NewKey> describe(schema::Tag<NewKey>) {
  return schema::object<NewKey>("NewKey", "What a machine's key is made with")
      .field("name", &NewKey::name, "To know it by", schema::min_length(1),
             schema::max_length(key_name_characters_max))
      .field("budget", &NewKey::budget,
             "What it may cost in all, in the price table's currency; 0: no limit of its own",
             schema::min(0), schema::max(budget_max), schema::defaulted)
      .field("permissions", &NewKey::permissions,
             "What it may do, at most what who makes it may; none: what OpenAI's clients do",
             schema::max_items(key_permissions_max), schema::each({schema::max_length(100)}),
             schema::defaulted)
      .field("lifetimeDays", &NewKey::lifetime_days, "How long it holds; absent: until revoked",
             schema::min(1), schema::max(lifetime_days_max), schema::unit("days"));
}

schema::Object<KeyView> describe(schema::Tag<KeyView>) {
  return schema::object<KeyView>("Key", "A machine's key")
      .field("id", &KeyView::id, "Its id", schema::id("key"))
      .field("name", &KeyView::name, "To know it by")
      .field("key", &KeyView::key, "The key itself: told once, when it is made")
      .field("budget", &KeyView::budget,
             "What it may cost in all, in the price table's currency; 0: no limit of its own")
      .field("spent", &KeyView::spent, "What it has cost so far, in the same currency")
      .field("permissions", &KeyView::permissions, "What it may do")
      .field("createdAt", &KeyView::created_at, "When it was made")
      .field("expiresAt", &KeyView::expires_at, "Until when it holds; absent: until revoked");
}

schema::Object<KeyList> describe(schema::Tag<KeyList>) {
  return schema::object<KeyList>("KeyList", "The keys of a tenant")
      .field("keys", &KeyList::keys, "In the order in which they were made");
}

namespace {

struct KeyPath {
  std::string key_id;
};
auto describe(schema::Tag<KeyPath>) {
  return schema::object<KeyPath>("KeyPath").field("keyId", &KeyPath::key_id, "Which key");
}

double in_units(std::int64_t micros) { return static_cast<double>(micros) / micros_per_unit; }

KeyView view_of(ApiKey key) {
  return {.id = std::move(key.id),
          .name = std::move(key.name),
          .budget = in_units(key.budget_micros),
          .permissions = std::move(key.permissions),
          .created_at = key.created_at,
          .expires_at = key.expires_at};
}

// Nobody gives away more than there is.
void check_permissions(const Principal& who, const std::vector<std::string>& permissions) {
  for (const std::string& permission : permissions) {
    if (!who.may(permission)) {
      throw Error(Code::forbidden,
                  fmt::format("A key cannot have {}, as you have it not.", permission));
    }
  }
}

Task<http::Created<KeyView>> create_key(Identity* identity, std::vector<std::string> usual,
                                        Call call, NewKey wanted) {
  if (wanted.permissions.empty()) wanted.permissions = std::move(usual);
  check_permissions(call.principal(), wanted.permissions);
  NewApiKey key{.name = std::move(wanted.name),
                .permissions = std::move(wanted.permissions),
                .budget_micros = std::llround(wanted.budget * micros_per_unit)};
  if (wanted.lifetime_days) key.lifetime = std::chrono::days(*wanted.lifetime_days);
  auto issued = co_await identity->create_key(call.tenant(), std::move(key), call);
  KeyView view = view_of(std::move(issued.key));
  view.key = std::move(issued.secret);
  std::string location = "/api/v1/identity/keys/" + view.id;
  co_return http::Created<KeyView>{std::move(view), std::move(location)};
}

}  // namespace

void KeyRoutes::mount(http::Router& router) {
  const std::string root = "/api/v1/identity/keys";
  // The key is told once: it is not kept to be told again.
  router.add({.method = http::Method::post,
              .path = root,
              .permission = "identity:key:create",
              .rate = http::RateClass::create,
              .summary = "A key for a machine",
              .takes_key = false},
             [this](Call call, NewKey wanted) {
               return create_key(&identity_, permissions_, std::move(call), std::move(wanted));
             });
  router.add({.path = root,
              .permission = "identity:key:read",
              .summary = "The keys of machines, and what each has spent"},
             this, &KeyRoutes::list);
  router.add({.method = http::Method::del,
              .path = root + "/{keyId}",
              .permission = "identity:key:delete",
              .rate = http::RateClass::write,
              .summary = "Revoke a key"},
             [this](Call call, KeyPath path) -> Task<http::NoContent> {
               co_await identity_.revoke_key(call.tenant(), path.key_id, call);
               co_return http::NoContent{};
             });
}

Task<KeyList> KeyRoutes::list(Call call) {
  KeyList list;
  for (ApiKey& key : co_await identity_.keys(call.tenant(), call)) {
    KeyView& view = list.keys.emplace_back(view_of(std::move(key)));
    view.spent = in_units(spent_by_(call.tenant(), view.id));
  }
  co_return list;
}

}  // namespace antiphon::identity
