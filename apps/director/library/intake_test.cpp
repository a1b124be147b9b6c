// D-10: files become clips, once and whole, or are refused and leave nothing.
#include "apps/director/library/intake.h"

#include <gmock/gmock.h>

#include "apps/director/library/claiming.h"
#include "apps/director/test/library_rig.h"
#include "engine/base/encoding.h"

namespace antiphon::director {
namespace {

using ::testing::HasSubstr;

class IntakeTest : public LibraryRig {};
ON_BOTH_DATABASES(IntakeTest);

TEST_P(IntakeTest, a_film_becomes_a_clip_that_can_be_shown) {
  std::string film = sample_film();
  TakenIn taken = take_in(film, {.title = "Sea",
                                 .description = "Waves",
                                 .tags = {"water", "blue"},
                                 .topic = "nature",
                                 .sentiment = Sentiment::positive,
                                 .licence = "CC-BY-4.0",
                                 .attribution = "Someone"});
  EXPECT_TRUE(taken.is_new);
  EXPECT_EQ(taken.asset.state, ClipState::processing);
  EXPECT_EQ(taken.asset.content_type, "video/webm");
  Asset asset = prepared(taken.asset.id);
  EXPECT_EQ(asset.state, ClipState::ready) << asset.problem;
  EXPECT_EQ(asset.title, "Sea");
  EXPECT_EQ(asset.tags, (std::vector<std::string>{"water", "blue"}));
  EXPECT_EQ(asset.licence, "CC-BY-4.0");
  EXPECT_EQ(asset.attribution, "Someone");
  EXPECT_EQ(asset.width, 64);
  EXPECT_EQ(asset.duration.count(), 1000);
  EXPECT_EQ(asset.content_hash, sha256_hex(film));
  EXPECT_EQ(asset.preview_hash, "") << "browsers play it as it is";
  EXPECT_TRUE(is_stored(asset.thumbnail_hash));
}

TEST_P(IntakeTest, what_browsers_do_not_play_gets_a_preview) {
  Asset asset = prepared(take_in(sample_film(0, "avi"), {}, "film.avi").asset.id);
  EXPECT_EQ(asset.state, ClipState::ready) << asset.problem;
  EXPECT_EQ(asset.content_type, "video/x-msvideo");
  ASSERT_TRUE(is_stored(asset.preview_hash));
  auto facts = run(film_.look_into(run(blobs_.local_file(soon(), asset.preview_hash)), soon()));
  EXPECT_EQ(media::media_type(facts), "video/webm");
}

TEST_P(IntakeTest, names_of_files_in_every_script_stay_as_they_are) {
  int number = 0;
  for (std::string name :
       {"höst.webm", "海の波.webm", "море.webm", "بحر.webm", "समुद्र.webm", "🌊 & co; \"q\".webm",
        "../../etc/passwd", "a\\b.webm", "e\xcc\x81.webm", " .webm"}) {
    TakenIn taken = take_in(sample_film(number++), {}, name);
    EXPECT_EQ(find(taken.asset.id)->file_name, name);
  }
  EXPECT_EQ(title_of_file("../../etc/passwd"), "passwd");
  EXPECT_EQ(title_of_file("海の波.webm"), "海の波");
  EXPECT_EQ(title_of_file(""), "Clip");
  EXPECT_EQ(title_of_file(".webm"), ".webm");
}

TEST_P(IntakeTest, the_same_content_is_one_clip) {
  std::string film = sample_film();
  TakenIn first = take_in(film, {.title = "First"});
  TakenIn again = take_in(film, {.title = "Again"}, "other.webm");
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.asset.id, first.asset.id);
  EXPECT_EQ(again.asset.title, "First");
  EXPECT_EQ(use().bytes, static_cast<std::int64_t>(film.size())) << "no claim is left over";
  auto theirs = run(intake_.take_in(call("ten_b"), {}, {"film.webm", content_of(film)}));
  EXPECT_TRUE(theirs.is_new) << "another tenant's library is its own";
}

TEST_P(IntakeTest, what_is_refused_leaves_nothing) {
  Error text = refusal("These are words, no film.\n", "film.mp4");
  EXPECT_EQ(text.code(), Code::unsupported);
  EXPECT_THAT(text.message(), HasSubstr("This is text"));
  EXPECT_EQ(refusal("").code(), Code::unprocessable);
  std::string film = sample_film(0, "mp4");
  EXPECT_EQ(refusal(film.substr(0, film.size() / 2)).code(), Code::unprocessable);
  EXPECT_EQ(refusal(film, std::string(1025, 'a')).fields().at(0).rule, "max_length");
  EXPECT_EQ(refusal(film, "\xff.webm").fields().at(0).rule, "utf8");
  EXPECT_EQ(refusal(film, "a\nb").fields().at(0).rule, "format");
  EXPECT_EQ(use().bytes, 0);
  EXPECT_TRUE(run(assets_.page("ten_a", {}, std::nullopt, 10, soon())).empty());
}

TEST_P(IntakeTest, a_full_quota_is_told) {
  write([&](store::Tx& tx) { ledger_.set_quota(tx, "ten_a", 10); });
  EXPECT_EQ(refusal(sample_film()).code(), Code::quota_exceeded);
}

// Its head is whole, so that it comes in; what follows cannot be decoded.
TEST_P(IntakeTest, a_film_that_breaks_behind_its_head_fails_clearly) {
  std::string film = make_film(0, "mp4", "+faststart");
  constexpr std::size_t few_bytes = 40;
  Asset asset = prepared(take_in(film.substr(0, film.find("mdat") + few_bytes)).asset.id);
  EXPECT_EQ(asset.state, ClipState::failed);
  EXPECT_THAT(asset.problem, HasSubstr("cut off"));
  auto again = run(intake_.prepare_again(call(), asset.id));
  EXPECT_EQ(again.state, ClipState::processing);
  EXPECT_EQ(again.problem, "");
  EXPECT_EQ(prepared(asset.id).state, ClipState::failed);
}

TEST_P(IntakeTest, a_clip_that_is_ready_is_not_prepared_again) {
  Asset asset = prepared(take_in(sample_film()).asset.id);
  EXPECT_THROW(run(intake_.prepare_again(call(), asset.id)), Error);
  EXPECT_THROW(run(intake_.prepare_again(call("ten_b"), asset.id)), Error);
}

TEST_P(IntakeTest, a_clip_that_is_deleted_gives_its_files_back) {
  Asset asset = prepared(take_in(sample_film(0, "avi")).asset.id);
  write([&](store::Tx& tx) {
    EXPECT_TRUE(AssetStore::remove(tx, "ten_a", asset.id));
    ledger_.release(tx, "ten_a", asset.id);
  });
  EXPECT_EQ(use().bytes, 0);
  EXPECT_EQ(use().objects, 0);
}

TEST_P(IntakeTest, a_clip_that_is_deleted_while_it_is_prepared_leaves_nothing) {
  Asset asset = take_in(sample_film(0, "avi")).asset;
  write([&](store::Tx& tx) {
    AssetStore::remove(tx, "ten_a", asset.id);
    ledger_.release(tx, "ten_a", asset.id);
  });
  EXPECT_EQ(prepared(asset.id).title, "is gone");
  EXPECT_EQ(use().bytes, 0);
}

// What was said of it while ffmpeg worked is not lost.
TEST_P(IntakeTest, an_edit_during_the_preparation_stays) {
  Asset asset = take_in(sample_film(0, "avi"), {}, "film.avi").asset;
  TaskGroup edits([](const std::exception_ptr& error) { std::rethrow_exception(error); });
  bool is_edited = false;
  app::Changes::Subscription told;
  auto edit = [&](const std::string& json) {
    if (is_edited || schema::parse<ClipNews>(json).progress == 0) return;
    is_edited = true;
    edits.spawn(database_->write(soon(), [asset, now = clock_.now()](store::Tx& tx) {
      AssetStore::update(tx, "ten_a", edited(asset, {.title = "Edited"}, now));
    }));
  };
  run([](app::Changes& changes, app::Changes::Subscription& kept,
         std::function<void(const std::string&)> listener) -> Task<> {
    kept = changes.subscribe(clip_news, std::move(listener));
    co_return;
  }(changes_, told, edit));
  Asset ready = prepared(asset.id);
  run(edits.join());
  EXPECT_TRUE(is_edited);
  EXPECT_EQ(ready.state, ClipState::ready) << ready.problem;
  EXPECT_EQ(ready.title, "Edited");
}

// A clip of a library from before clips were in the ledger of blobs.
TEST_P(IntakeTest, clips_come_into_the_ledger_that_were_not_in_it) {
  auto content = run(blobs_.put(soon(), sample_film()));
  auto picture = run(blobs_.put(soon(), std::string("a picture")));
  std::string lost(64, 'a');
  write([&](store::Tx& tx) {
    AssetStore::insert(
        tx, "ten_a", {.id = "ast_1", .content_hash = content.hash, .thumbnail_hash = picture.hash});
    AssetStore::insert(tx, "ten_a",
                       {.id = "ast_2", .content_hash = lost, .thumbnail_hash = picture.hash});
    jobs_.enqueue(tx,
                  {.tenant = "ten_a", .kind = std::string(Claiming::job_kind), .payload = "{}"});
  });
  Claiming claiming({.database = *database_,
                     .blobs = blobs_,
                     .ledger = ledger_,
                     .assets = assets_,
                     .files = files_});
  store::JobRunner runner(*database_, jobs_, random_, {.poll = std::chrono::milliseconds(20)});
  runner.handle(std::string(Claiming::job_kind),
                [&](auto job) { return claiming.run(std::move(job)); });
  auto work = [&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    group.spawn(runner.run());
    Instant patience = soon();
    while (clock_.steady() < patience && !(co_await assets_.unclaimed("ten_a", soon())).empty()) {
      co_await sleep_for(std::chrono::milliseconds(5));
    }
    runner.stop();
    co_await group.join();
  };
  run(work());
  EXPECT_EQ(find("ast_1")->bytes, static_cast<std::int64_t>(content.bytes));
  EXPECT_EQ(use().bytes, static_cast<std::int64_t>(content.bytes + picture.bytes));
  EXPECT_EQ(find("ast_2")->state, ClipState::failed);
}

TEST_P(IntakeTest, lists_are_newest_first_and_filtered) {
  auto add = [&](std::string id, int minute, std::string topic, ClipState state) {
    write([&](store::Tx& tx) {
      AssetStore::insert(tx, "ten_a",
                         {.id = id,
                          .topic = topic,
                          .content_hash = id,
                          .created_at = Timestamp(std::chrono::minutes(minute)),
                          .state = state});
    });
  };
  add("ast_1", 1, "sea", ClipState::ready);
  add("ast_2", 2, "land", ClipState::ready);
  add("ast_3", 2, "sea", ClipState::failed);
  add("ast_4", 3, "sea", ClipState::ready);
  auto ids = [&](AssetFilter filter, std::optional<AssetPosition> after = {}, int limit = 10) {
    std::vector<std::string> found;
    for (const Asset& asset : run(assets_.page("ten_a", filter, after, limit, soon()))) {
      found.push_back(asset.id);
    }
    return found;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids({}), (Ids{"ast_4", "ast_3", "ast_2", "ast_1"}));
  EXPECT_EQ(ids({}, AssetPosition{Timestamp(std::chrono::minutes(2)), "ast_3"}),
            (Ids{"ast_2", "ast_1"}));
  EXPECT_EQ(ids({}, {}, 2), (Ids{"ast_4", "ast_3"}));
  EXPECT_EQ(ids({.topic = "sea"}), (Ids{"ast_4", "ast_3", "ast_1"}));
  EXPECT_EQ(ids({.topic = "sea", .state = "ready"}), (Ids{"ast_4", "ast_1"}));
  EXPECT_EQ(ids({.state = "failed"}), (Ids{"ast_3"}));
  EXPECT_EQ(ids({.kind = "still"}), Ids{});
  EXPECT_EQ(ids({.content_hash = "ast_2"}), (Ids{"ast_2"}));
  EXPECT_EQ(ids({.topic = "sea", .content_hash = "ast_2"}), Ids{});
  auto topics = run(assets_.topics("ten_a", soon()));
  ASSERT_EQ(topics.size(), 2u);
  EXPECT_EQ(topics[1].topic, "sea");
  EXPECT_EQ(topics[1].assets, 3);
}

}  // namespace
}  // namespace antiphon::director
