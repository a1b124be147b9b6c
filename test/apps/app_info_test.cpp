#include <gtest/gtest.h>

#include <set>

#include "engine/http/openapi.h"
#include "engine/live/engine_events.h"
#include "server/core_server.h"
#include "test/apps/apps.h"

namespace antiphon::apps_test {
namespace {

using Names = std::set<std::string, std::less<>>;

const Names engine_permissions{"public",
                               "identity:self:read",
                               "identity:token:create",
                               "identity:key:create",
                               "identity:key:read",
                               "identity:key:delete",
                               "front:chat:create",
                               "front:embedding:create",
                               "front:model:read",
                               "front:transcription:create",
                               "front:speech:create",
                               "jobs:job:read",
                               "jobs:job:cancel",
                               "jobs:job:retry",
                               "speech:synthesis:create",
                               "usage:model:read"};

Names names_of(const std::vector<std::string_view>& list) { return {list.begin(), list.end()}; }

Names permissions_of_routes(std::string_view app) {
  Names used;
  with_router(all_apps(), [&](const http::Router& router) {
    for (const auto& route : router.routes()) {
      if (route->info.permission.starts_with(std::string(app) + ":")) {
        used.insert(route->info.permission);
      }
    }
  });
  return used;
}

// E-11, E-71: no route asks for a permission that nobody declares, and none is declared in vain.
TEST(AppInfoTest, permissions_are_those_of_the_routes) {
  Names declared = engine_permissions;
  for (const app::AppInfo* info : all_apps()) {
    declared.merge(names_of(info->permissions));
    EXPECT_EQ(permissions_of_routes(info->name), names_of(info->permissions)) << info->name;
  }
  with_router(all_apps(), [&](const http::Router& router) {
    for (const auto& route : router.routes()) {
      EXPECT_TRUE(declared.contains(route->info.permission))
          << route->info.path << " needs " << route->info.permission << ", which no app declares";
    }
  });
}

// A path says whose it is: what stands under an app's name asks for that app's permissions.
TEST(AppInfoTest, routes_of_an_app_ask_for_its_own_permissions) {
  with_router(all_apps(), [](const http::Router& router) {
    for (const auto& route : router.routes()) {
      std::string group = http::group_of(route->info);
      if (group == "server" || route->info.permission == http::public_permission) continue;
      EXPECT_TRUE(route->info.permission.starts_with(group + ":")) << route->info.path;
    }
  });
}

TEST(AppInfoTest, guests_may_do_less_than_everybody) {
  for (const app::AppInfo* info : all_apps()) {
    Names all = names_of(info->permissions);
    for (std::string_view guest : info->guest_permissions) {
      EXPECT_TRUE(all.contains(guest)) << guest << " is no permission of " << info->name;
    }
  }
}

// E-11: people and programs read what a route is for.
TEST(AppInfoTest, every_shown_route_has_a_summary) {
  with_router(all_apps(), [](const http::Router& router) {
    for (const auto& route : router.routes()) {
      EXPECT_TRUE(route->info.is_hidden || !route->info.summary.empty()) << route->info.path;
    }
  });
}

// E-11: what comes back has a shape, or at least a kind.
TEST(AppInfoTest, every_answer_with_a_body_says_what_it_is) {
  with_router(all_apps(), [](const http::Router& router) {
    for (const auto& route : router.routes()) {
      bool has_body = route->info.success == 200 || route->info.success == 201;
      if (route->info.is_hidden || !has_body) continue;
      EXPECT_TRUE(route->reply || route->info.reply || !route->info.media_type.empty())
          << route->info.path;
    }
  });
}

// E-20: `type`, `seq` and `ts` are the frame's own.
TEST(AppInfoTest, events_have_bodies_and_sentences) {
  for (const app::AppInfo* info : all_apps()) {
    EXPECT_FALSE(info->events.empty()) << info->name;
    for (const live::EventType* type : info->events) {
      EXPECT_FALSE(type->doc.empty()) << type->name;
      ASSERT_NE(type->body, nullptr) << type->name;
      for (const schema::Field& field : type->body().fields) {
        EXPECT_FALSE(Names({"type", "seq", "ts"}).contains(field.name)) << type->name;
        EXPECT_FALSE(field.doc.empty()) << type->name << '.' << field.name;
      }
      for (const live::EventType* engine : live::engine_events()) {
        EXPECT_NE(type->name, engine->name) << "is an event of the engine";
      }
    }
  }
}

// E-16
TEST(AppInfoTest, nothing_is_mounted_at_the_reserved_path) {
  with_router(all_apps(), [](const http::Router& router) {
    std::string path = std::string(server::reserved_path) + "calls";
    EXPECT_EQ(router.find(http::Method::get, path).route, nullptr);
    EXPECT_NE(router.find(http::Method::get, "/ws/director").route, nullptr);
  });
}

TEST(AppInfoTest, names_are_their_own) {
  Names names;
  for (const app::AppInfo* info : all_apps()) {
    EXPECT_TRUE(names.emplace(info->name).second) << info->name;
    EXPECT_FALSE(info->summary.empty()) << info->name;
    EXPECT_FALSE(info->migrations.empty()) << info->name;
  }
}

}  // namespace
}  // namespace antiphon::apps_test
