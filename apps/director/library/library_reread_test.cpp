#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/director/library/library.h"
#include "apps/director/test/take_rig.h"

namespace antiphon::director {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

Asset clip(std::string id, std::string title) {
  return {.id = std::move(id), .title = std::move(title), .duration = 4s};
}

Task<> search(Library& library, std::string words, std::vector<std::string>& ids) {
  Instant deadline = Core::here().clock().steady() + 1s;
  for (const FoundClip& found : co_await library.search("ten_1", std::move(words), 3, deadline)) {
    ids.push_back(found.asset->title);
  }
}

TEST(Library, follows_what_came_changed_and_went) {  // E-50
  testing::VirtualTime time;
  SeededRandom random(1);
  FewClips database(random);
  AssetStore store(database);
  app::Changes changes;
  Pool pool({.name = "test", .threads = 0});
  TaskGroup tasks([](const std::exception_ptr&) {});
  std::optional<Library> library;
  time.run([](std::optional<Library>& made, AssetStore& rows, app::Changes& told, TaskGroup& group,
              Pool& threads) -> Task<> {
    made.emplace(rows, told, threads, group, nullptr);
    co_return;
  }(library, store, changes, tasks, pool));
  auto titles = [&](std::string words) {
    std::vector<std::string> found;
    time.run(search(*library, std::move(words), found));
    return found;
  };
  auto has_now = [&](std::vector<Asset> assets) {
    database.assets = std::move(assets);
    time.run([](app::Changes& told) -> Task<> {
      told.publish(Library::changed, "ten_1");
      co_return;
    }(changes));
  };
  has_now({clip("ast_a", "Harbour"), clip("ast_b", "Forest")});
  EXPECT_THAT(titles("harbour"), ElementsAre("Harbour"));
  has_now({clip("ast_a", "Lighthouse"), clip("ast_c", "River")});
  EXPECT_THAT(titles("harbour"), IsEmpty());
  EXPECT_THAT(titles("forest"), IsEmpty());
  EXPECT_THAT(titles("lighthouse"), ElementsAre("Lighthouse"));
  EXPECT_THAT(titles("river"), ElementsAre("River"));
  time.run([](std::optional<Library>& made, TaskGroup& group) -> Task<> {
    co_await group.stop();
    made.reset();
  }(library, tasks));
}

}  // namespace
}  // namespace antiphon::director
