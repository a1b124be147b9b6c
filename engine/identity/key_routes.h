#pragma once

#include "engine/http/router.h"
#include "engine/identity/identity.h"

namespace antiphon::identity {

struct KeyList;

/// Keys of machines, under `/api/v1/identity/keys`.
class KeyRoutes {
 public:
  /// What a key of a tenant has spent so far, in millionths.
  using SpentBy = std::function<std::int64_t(const std::string& tenant, const std::string& key_id)>;

  /// @param permissions  of a key for which none are named
  KeyRoutes(Identity& identity, std::vector<std::string> permissions, SpentBy spent_by)
      : identity_(identity), permissions_(std::move(permissions)), spent_by_(std::move(spent_by)) {}

  void mount(http::Router& router);

 private:
  Task<KeyList> list(Call call);

  Identity& identity_;
  std::vector<std::string> permissions_;
  SpentBy spent_by_;
};

/// What a key is made with, on the wire.
struct NewKey {
  std::string name;
  double budget = 0;
  std::vector<std::string> permissions;
  std::optional<std::int64_t> lifetime_days;
};

/// A key as it is shown.
struct KeyView {
  std::string id;
  std::string name;
  std::optional<std::string> key;
  double budget = 0;
  double spent = 0;
  std::vector<std::string> permissions;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
};

struct KeyList {
  std::vector<KeyView> keys;
};

schema::Object<NewKey> describe(schema::Tag<NewKey>);
schema::Object<KeyView> describe(schema::Tag<KeyView>);
schema::Object<KeyList> describe(schema::Tag<KeyList>);

}  // namespace antiphon::identity
