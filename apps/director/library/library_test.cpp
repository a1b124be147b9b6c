// D-33, E-50: the index of a library follows its clips one by one.
#include "apps/director/library/library.h"

#include <future>

#include "apps/director/library/clip_news.h"
#include "apps/director/test/library_rig.h"

namespace antiphon::director {
namespace {

class LibraryTest : public LibraryRig {
 protected:
  Asset put(std::string id, std::string title, ClipState state = ClipState::ready) {
    Asset asset{.id = id, .title = std::move(title), .content_hash = id, .state = state};
    write([&](store::Tx& tx) { AssetStore::insert(tx, "ten_a", asset); });
    return asset;
  }
  std::vector<std::string> found(Library& library, std::string words) {
    std::vector<std::string> ids;
    for (const FoundClip& clip : run(library.search("ten_a", std::move(words), 10, soon()))) {
      ids.push_back(clip.asset->id);
    }
    return ids;
  }
  /// Runs `body(Library&)` with a library that lives on the core.
  template <class F>
  void with_library(F body) {
    with_library(files_, std::move(body));
  }
  template <class F>
  void with_library(Pool& pool, F body) {
    TaskGroup tasks([](const std::exception_ptr&) {});
    std::optional<Library> library;
    run([&]() -> Task<> {
      library.emplace(assets_, changes_, pool, tasks, nullptr);
      co_return;
    }());
    body(*library);
    run([&]() -> Task<> {
      co_await tasks.stop();
      library.reset();
    }());
  }
  /// Runs `body()` while the pool, of one thread and one place, takes no more work.
  template <class F>
  void while_busy(Pool& pool, F body) {
    std::promise<void> free;
    std::shared_future<void> freed = free.get_future().share();
    TaskGroup work([](const std::exception_ptr&) {});
    auto occupy = [&](auto is_there) -> Task<> {
      work.spawn(pool.run(WorkClass::live, soon(), [freed](const StopFlag&) { freed.wait(); }));
      while (!is_there()) co_await sleep_for(std::chrono::milliseconds(1));
    };
    run(occupy([&] { return pool.busy() == 1; }));
    run(occupy([&] { return pool.queued() == 1; }));
    body();
    free.set_value();
    run(work.join());
  }
};
ON_BOTH_DATABASES(LibraryTest);

using Ids = std::vector<std::string>;

TEST_P(LibraryTest, a_clip_is_found_once_it_is_ready_and_no_longer_when_it_is_gone) {
  put("ast_1", "Waves of the sea");
  with_library([&](Library& library) {
    EXPECT_EQ(found(library, "sea"), Ids{"ast_1"});
    Asset second = put("ast_2", "Sea birds", ClipState::processing);
    tell_clip(changes_, "ten_a", second);
    EXPECT_EQ(found(library, "birds"), Ids{});
    second.state = ClipState::ready;
    write([&](store::Tx& tx) { AssetStore::update(tx, "ten_a", second); });
    tell_clip(changes_, "ten_a", second);
    EXPECT_EQ(found(library, "birds"), Ids{"ast_2"});
    second.title = "Gulls";
    write([&](store::Tx& tx) { AssetStore::update(tx, "ten_a", second); });
    tell_clip(changes_, "ten_a", second);
    EXPECT_EQ(found(library, "birds"), Ids{});
    EXPECT_EQ(found(library, "gulls"), Ids{"ast_2"});
    write([&](store::Tx& tx) { AssetStore::remove(tx, "ten_a", "ast_2"); });
    tell_clip_deleted(changes_, "ten_a", "ast_2");
    EXPECT_EQ(found(library, "gulls"), Ids{});
    EXPECT_EQ(found(library, "sea"), Ids{"ast_1"});
  });
}

TEST_P(LibraryTest, many_changes_at_once_are_read_anew) {
  put("ast_1", "Waves of the sea");
  with_library([&](Library& library) {
    EXPECT_EQ(found(library, "sea"), Ids{"ast_1"});
    put("ast_2", "Birds");
    for (std::size_t i = 0; i <= Library::stale_max; ++i) {
      changes_.publish(Library::clip_changed, Library::clip_key("ten_a", fmt::format("ast_{}", i)));
    }
    EXPECT_EQ(found(library, "birds"), Ids{"ast_2"});
    EXPECT_EQ(found(library, "sea"), Ids{"ast_1"});
  });
}

TEST_P(LibraryTest, a_change_that_met_a_busy_server_is_seen_later) {
  Pool pool({.name = "small", .threads = 1, .queue_max = 1});
  put("ast_1", "Waves of the sea");
  with_library(pool, [&](Library& library) {
    EXPECT_EQ(found(library, "sea"), Ids{"ast_1"});
    Asset second = put("ast_2", "Birds");
    tell_clip(changes_, "ten_a", second);
    while_busy(pool, [&] { EXPECT_THROW(found(library, "birds"), Error); });
    EXPECT_EQ(found(library, "birds"), Ids{"ast_2"});
  });
}

TEST_P(LibraryTest, a_large_library_is_searched_beside_the_core) {
  Pool pool({.name = "small", .threads = 1, .queue_max = 1});
  write([&](store::Tx& tx) {
    for (std::size_t i = 0; i <= searched_here_max; ++i) {
      std::string id = fmt::format("ast_{}", i);
      AssetStore::insert(tx, "ten_a",
                         {.id = id,
                          .title = i == 7 ? "Waves of the sea" : "Birds",
                          .content_hash = id,
                          .state = ClipState::ready});
    }
  });
  with_library(pool, [&](Library& library) {
    EXPECT_EQ(found(library, "sea"), Ids{"ast_7"});
    while_busy(pool, [&] { EXPECT_THROW(found(library, "sea"), Error); });
  });
}

}  // namespace
}  // namespace antiphon::director
