// D-10, D-33: an upload that breaks off at any byte goes on where it was, and becomes one clip.
#include "apps/director/upload/uploads.h"

#include <gmock/gmock.h>

#include "apps/director/test/library_rig.h"
#include "engine/base/encoding.h"

namespace antiphon::director {
namespace {

using ::testing::HasSubstr;

class UploadsTest : public LibraryRig {
 protected:
  void TearDown() override { run(tasks_.stop()); }

  /// The bytes of one request; `breaks` after them.
  static PartSource sent(std::string bytes, bool breaks = false) {
    auto left = std::make_shared<std::string>(std::move(bytes));
    return [left, breaks]() -> Task<std::string> {
      if (left->empty() && breaks) throw Error(Code::cancelled, "The client left.");
      constexpr std::size_t piece_bytes = 1000;
      std::string piece = left->substr(0, piece_bytes);
      left->erase(0, piece.size());
      co_return piece;
    };
  }
  PartialUpload create(std::optional<std::uint64_t> bytes,
                       std::string metadata = "filename YS53ZWJt") {
    return run(uploads_.create(call(), bytes, std::move(metadata)));
  }
  PartialUpload append(const std::string& id, std::uint64_t offset, std::string bytes,
                       std::optional<Checksum> checksum = {}, bool breaks = false) {
    return run(uploads_.append(
        call(), id,
        {.offset = offset, .checksum = checksum, .bytes = sent(std::move(bytes), breaks)}));
  }
  /// Says how large it is, without another byte.
  PartialUpload end(const PartialUpload& upload, std::uint64_t length) {
    return run(uploads_.append(call(), upload.id,
                               {.offset = upload.received, .bytes = sent(""), .length = length}));
  }
  void add_handlers(store::JobRunner& runner) override {
    runner.handle(std::string(Uploads::expire_kind),
                  [this](auto job) { return uploads_.expire(std::move(job)); });
  }
  std::uint64_t received(const std::string& id) { return run(uploads_.find(call(), id)).received; }

  TaskGroup tasks_{[](const std::exception_ptr&) {}};
  PartFiles part_files_{folder_.path() / "parts", files_};
  Uploads uploads_{
      {.database = *database_,
       .ledger = ledger_,
       .jobs = jobs_,
       .random = random_,
       .files = part_files_,
       .check = [](Call, ToldUpload) -> Task<> { co_return; },
       .take_in = [this](Call call, ToldUpload told, SentFile file) -> Task<std::string> {
         auto taken = co_await intake_.take_in(call, told.clip, std::move(file));
         co_return taken.asset.id;
       },
       .wants_unfinished = [this](Call, ToldUpload) -> Task<bool> { co_return wants_unfinished_; },
       .tasks = tasks_}};
  bool wants_unfinished_ = false;
};
ON_BOTH_DATABASES(UploadsTest);

TEST_P(UploadsTest, cut_at_any_byte_it_goes_on_and_becomes_the_same_clip) {
  std::string film = sample_film();
  SeededRandom random(7);
  PartialUpload upload = create(film.size());
  std::uint64_t offset = 0;
  while (offset < film.size()) {
    std::uint64_t count = std::min<std::uint64_t>(random.below(3000), film.size() - offset);
    bool breaks = offset + count < film.size();
    try {
      upload = append(upload.id, offset, film.substr(offset, count), {}, breaks);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::cancelled) << error.message();
    }
    offset += count;
    ASSERT_EQ(received(upload.id), offset) << "what came before the break is safe";
  }
  EXPECT_EQ(upload.state, UploadState::taken);
  EXPECT_EQ(find(upload.asset_id)->content_hash, sha256_hex(film));
  EXPECT_EQ(find(upload.asset_id)->file_name, "a.webm");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "parts"));
}

// A process that ends between the bytes and the row leaves bytes that nobody was told of.
TEST_P(UploadsTest, bytes_behind_the_safe_ones_are_dropped) {
  std::string film = sample_film();
  PartialUpload upload = create(film.size());
  append(upload.id, 0, film.substr(0, 1000));
  std::ofstream(folder_.path() / "parts" / upload.id, std::ios::binary | std::ios::app)
      << std::string(5000, 'x');
  upload = append(upload.id, 1000, film.substr(1000));
  EXPECT_EQ(find(upload.asset_id)->content_hash, sha256_hex(film));
}

TEST_P(UploadsTest, a_server_that_ended_before_the_last_look_makes_up_for_it) {
  std::string film = sample_film();
  PartialUpload upload = create(film.size());
  append(upload.id, 0, film.substr(0, 1000));
  std::ofstream(folder_.path() / "parts" / upload.id, std::ios::binary) << film;
  upload.received = film.size();
  write([&](store::Tx& tx) { UploadStore::update(tx, "ten_a", upload); });
  upload = run(uploads_.find(call(), upload.id));
  EXPECT_EQ(upload.state, UploadState::taken);
  EXPECT_EQ(find(upload.asset_id)->content_hash, sha256_hex(film));
}

TEST_P(UploadsTest, only_the_next_byte_is_taken) {
  PartialUpload upload = create(10);
  append(upload.id, 0, "12345");
  EXPECT_EQ(code_of([&] { append(upload.id, 0, "12345"); }), Code::conflict);
  EXPECT_EQ(code_of([&] { append(upload.id, 6, "7890"); }), Code::conflict);
  EXPECT_EQ(code_of([&] { append(upload.id, 5, "678901"); }), Code::too_large);
  EXPECT_EQ(received(upload.id), 5u);
}

TEST_P(UploadsTest, bytes_with_a_wrong_checksum_do_not_count) {
  PartialUpload upload = create(10);
  append(upload.id, 0, "123");
  try {
    append(upload.id, 3, "45", Checksum{ChecksumKind::sha1, sha1("54")});
    FAIL() << "the checksum is another's";
  } catch (const TusError& error) {
    EXPECT_EQ(error.status(), 460);
  }
  EXPECT_EQ(received(upload.id), 3u);
  EXPECT_EQ(
      code_of([&] { append(upload.id, 3, "4", Checksum{ChecksumKind::sha1, sha1("45")}, true); }),
      Code::cancelled);
  EXPECT_EQ(received(upload.id), 3u) << "a part of what has a checksum is nothing";
  append(upload.id, 3, "45", Checksum{ChecksumKind::sha1, sha1("45")});
  EXPECT_EQ(received(upload.id), 5u);
}

TEST_P(UploadsTest, one_request_at_a_time_holds_an_upload) {
  PartialUpload upload = create(10);
  auto held = run(part_files_.open(upload.id, soon()));
  ASSERT_TRUE(held);
  try {
    append(upload.id, 0, "12345");
    FAIL() << "it is held";
  } catch (const TusError& error) {
    EXPECT_EQ(error.status(), 423);
  }
  held.reset();
  append(upload.id, 0, "12345");
}

TEST_P(UploadsTest, what_is_no_film_is_refused_at_its_last_byte) {
  PartialUpload upload = create(12);
  EXPECT_EQ(code_of([&] { append(upload.id, 0, "plain words\n"); }), Code::unsupported);
  upload = run(uploads_.find(call(), upload.id));
  EXPECT_EQ(upload.state, UploadState::refused);
  EXPECT_THAT(upload.problem, HasSubstr("This is text"));
  EXPECT_EQ(use().bytes, 0);
  EXPECT_EQ(code_of([&] { append(upload.id, 12, ""); }), Code::gone);
}

TEST_P(UploadsTest, a_terminated_upload_is_gone_with_its_bytes) {
  PartialUpload upload = create(10);
  append(upload.id, 0, "12345");
  run(uploads_.terminate(call(), upload.id));
  EXPECT_EQ(code_of([&] { received(upload.id); }), Code::not_found);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "parts"));
}

TEST_P(UploadsTest, another_tenants_upload_is_not_there) {
  PartialUpload upload = create(10);
  EXPECT_EQ(code_of([&] { run(uploads_.find(call("ten_b"), upload.id)); }), Code::not_found);
  EXPECT_EQ(code_of([&] { run(uploads_.terminate(call("ten_b"), upload.id)); }), Code::not_found);
}

TEST_P(UploadsTest, limits_are_told_before_a_byte_is_sent) {
  EXPECT_EQ(code_of([&] { create(clip_bytes_max + 1); }), Code::too_large);
  EXPECT_EQ(code_of([&] { create(0); }), Code::unprocessable);
  EXPECT_EQ(code_of([&] { create(1, "title !"); }), Code::invalid);
  write([&](store::Tx& tx) { ledger_.set_quota(tx, "ten_a", 150); });
  create(100);
  EXPECT_EQ(code_of([&] { create(51); }), Code::quota_exceeded);
  create(50);
  write([&](store::Tx& tx) { ledger_.set_quota(tx, "ten_a", std::nullopt); });
  for (std::int64_t open = 2; open < Uploads::open_max; ++open) create(1);
  EXPECT_EQ(code_of([&] { create(1); }), Code::quota_exceeded);
}

TEST_P(UploadsTest, a_size_may_be_told_with_the_last_part) {  // D-33
  std::string film = sample_film();
  PartialUpload upload = create(std::nullopt);
  append(upload.id, 0, film.substr(0, 1000));
  upload = append(upload.id, 1000, film.substr(1000));
  EXPECT_EQ(upload.state, UploadState::open) << "nobody said that this is all";
  EXPECT_EQ(received(upload.id), film.size());
  EXPECT_EQ(code_of([&] { end(upload, film.size() - 1); }), Code::conflict);
  EXPECT_EQ(code_of([&] { end(upload, clip_bytes_max + 1); }), Code::too_large);
  upload = end(upload, film.size());
  EXPECT_EQ(upload.state, UploadState::taken);
  EXPECT_EQ(find(upload.asset_id)->content_hash, sha256_hex(film));
}

TEST_P(UploadsTest, a_size_that_was_told_stays) {
  PartialUpload upload = create(std::nullopt);
  upload = append(upload.id, 0, "12345");
  upload = end(upload, 10);
  EXPECT_EQ(upload.bytes, 10u);
  EXPECT_EQ(code_of([&] { end(upload, 11); }), Code::conflict);
  EXPECT_EQ(code_of([&] { append(upload.id, 5, "678901"); }), Code::too_large);
  EXPECT_EQ(code_of([&] { end(create(std::nullopt), 0); }), Code::unprocessable);
}

TEST_P(UploadsTest, one_without_a_size_takes_its_room_as_it_grows) {
  write([&](store::Tx& tx) { ledger_.set_quota(tx, "ten_a", 150); });
  PartialUpload upload = create(std::nullopt);
  append(upload.id, 0, std::string(100, 'x'));
  EXPECT_EQ(code_of([&] { create(51); }), Code::quota_exceeded);
  EXPECT_EQ(code_of([&] { append(upload.id, 100, std::string(51, 'x')); }), Code::quota_exceeded);
  EXPECT_EQ(received(upload.id), 100u) << "what was acknowledged stays";
  append(upload.id, 100, std::string(50, 'x'));
}

TEST_P(UploadsTest, what_has_expired_is_told_and_taken_away) {
  PartialUpload upload = create(10);
  append(upload.id, 0, "12345");
  upload.expires_at = clock_.now() - std::chrono::seconds(1);
  write([&](store::Tx& tx) { UploadStore::update(tx, "ten_a", upload); });
  EXPECT_EQ(code_of([&] { received(upload.id); }), Code::gone);
  EXPECT_EQ(code_of([&] { append(upload.id, 5, "6"); }), Code::gone);
  write([&](store::Tx& tx) {
    jobs_.enqueue(tx,
                  {.tenant = "ten_a", .kind = std::string(Uploads::expire_kind), .payload = "{}"});
  });
  work_until(
      [this]() -> Task<bool> { co_return std::filesystem::is_empty(folder_.path() / "parts"); });
  EXPECT_EQ(code_of([&] { received(upload.id); }), Code::not_found);
}

// D-20: what a browser had sent when it was closed is better than nothing.
TEST_P(UploadsTest, one_that_was_never_finished_is_taken_in_as_far_as_it_came) {
  std::string film = sample_film();
  PartialUpload upload = create(std::nullopt);
  upload = append(upload.id, 0, film);
  upload.expires_at = clock_.now() - std::chrono::seconds(1);
  write([&](store::Tx& tx) {
    UploadStore::update(tx, "ten_a", upload);
    jobs_.enqueue(tx,
                  {.tenant = "ten_a", .kind = std::string(Uploads::expire_kind), .payload = "{}"});
  });
  wants_unfinished_ = true;
  work_until(
      [this]() -> Task<bool> { co_return std::filesystem::is_empty(folder_.path() / "parts"); });
  upload = run(uploads_.find(call(), upload.id));
  EXPECT_EQ(upload.state, UploadState::taken);
  EXPECT_EQ(find(upload.asset_id)->content_hash, sha256_hex(film));
}

}  // namespace
}  // namespace antiphon::director
