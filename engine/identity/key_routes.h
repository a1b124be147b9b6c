#pragma once

#include "engine/http/router.h"
#include "engine/identity/identity.h"

namespace antiphon::identity {

/// Keys of machines, under `/api/v1/identity/keys`.
class KeyRoutes {
 public:
  /// @param permissions  of a key for which none are named
  KeyRoutes(Identity& identity, std::vector<std::string> permissions)
      : identity_(identity), permissions_(std::move(permissions)) {}

  void mount(http::Router& router);

 private:
  Identity& identity_;
  std::vector<std::string> permissions_;
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
