#include "engine/store/blobs.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/store/fresh_database.h"

namespace antiphon::store {
namespace {

namespace fs = std::filesystem;

class BlobsTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  Instant soon() const { return clock_.steady() + std::chrono::seconds(60); }
  std::size_t files() const {
    auto all = fs::recursive_directory_iterator(folder_.path());
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [](const fs::directory_entry& entry) { return entry.is_regular_file(); }));
  }
  template <class T>
  Code code_of(Task<T> task) {
    try {
      run(std::move(task));
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Code::internal;
  }
  // Gives `pieces` pieces of 1,000 bytes, then ends, or throws.
  static BlobSource source(int pieces, bool breaks = false) {
    auto left = std::make_shared<int>(pieces);
    return [left, breaks]() -> Task<std::string> {
      if ((*left)-- > 0) co_return std::string(1000, 'x');
      if (breaks) throw Error(Code::cancelled, "The sender left.");
      co_return "";
    };
  }

  SystemClock clock_;
  SystemRandom random_;
  Core core_{0, clock_};
  Pool pool_{{.name = "file", .threads = 2}};
  TemporaryFolder folder_;
  DiskBlobs blobs_{folder_.path(), pool_, random_};
  std::string absent_ = std::string(64, 'a');
};

// E-63: content-hashed.
TEST_F(BlobsTest, the_same_content_is_stored_once) {
  std::string content("some\0thing", 10);
  Blob first = run(blobs_.put(soon(), content));
  Blob second = run(blobs_.put(soon(), content));
  EXPECT_EQ(first.hash, sha256_hex(content));
  EXPECT_EQ(first.hash, second.hash);
  EXPECT_EQ(first.bytes, 10u);
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(run(blobs_.read(soon(), first.hash, 0, 100)), content);
  EXPECT_EQ(run(blobs_.put(soon(), "")).hash, sha256_hex(""));
}

// E-63: streamed.
TEST_F(BlobsTest, stores_a_stream_piece_by_piece) {
  Blob blob = run(blobs_.put(soon(), source(3000), 3'000'000));
  EXPECT_EQ(blob.bytes, 3'000'000u);
  EXPECT_EQ(blob.hash, sha256_hex(std::string(3'000'000, 'x')));
  EXPECT_TRUE(run(blobs_.verify(soon(), blob.hash)));
}

TEST_F(BlobsTest, a_cut_write_leaves_nothing) {
  EXPECT_EQ(code_of(blobs_.put(soon(), source(5, true), 1 << 20)), Code::cancelled);
  EXPECT_EQ(files(), 0u);
}

TEST_F(BlobsTest, too_much_leaves_nothing) {
  EXPECT_EQ(code_of(blobs_.put(soon(), source(5), 4999)), Code::too_large);
  EXPECT_EQ(files(), 0u);
  EXPECT_EQ(run(blobs_.put(soon(), source(5), 5000)).bytes, 5000u);
}

TEST_F(BlobsTest, what_a_crash_left_half_written_is_cleared_at_the_start) {
  std::ofstream(folder_.path() / "partial" / "upl_left") << "half";
  Blob kept = run(blobs_.put(soon(), "whole"));
  DiskBlobs after(folder_.path(), pool_, random_);
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(run(after.size(soon(), kept.hash)), 5u);
}

TEST_F(BlobsTest, reads_ranges) {
  Blob blob = run(blobs_.put(soon(), "0123456789"));
  EXPECT_EQ(run(blobs_.read(soon(), blob.hash, 3, 4)), "3456");
  EXPECT_EQ(run(blobs_.read(soon(), blob.hash, 8, 100)), "89");
  EXPECT_EQ(run(blobs_.read(soon(), blob.hash, 10, 1)), "");
  EXPECT_EQ(run(blobs_.read(soon(), blob.hash, ~std::uint64_t{0}, 1)), "");
}

TEST_F(BlobsTest, absent_blobs_are_told) {
  EXPECT_EQ(run(blobs_.size(soon(), absent_)), std::nullopt);
  EXPECT_EQ(code_of(blobs_.read(soon(), absent_, 0, 1)), Code::not_found);
  EXPECT_EQ(code_of(blobs_.verify(soon(), absent_)), Code::not_found);
  EXPECT_EQ(code_of(blobs_.local_file(soon(), absent_)), Code::not_found);
  EXPECT_FALSE(run(blobs_.remove(soon(), absent_)));
}

TEST_F(BlobsTest, a_hash_is_never_a_path) {
  for (std::string hash : {"", "../../etc/passwd", "AA", "partial/x"}) {
    EXPECT_EQ(code_of(blobs_.read(soon(), hash, 0, 1)), Code::invalid) << hash;
  }
  EXPECT_EQ(code_of(blobs_.remove(soon(), std::string(64, 'A'))), Code::invalid);
}

TEST_F(BlobsTest, a_changed_file_does_not_verify) {
  Blob blob = run(blobs_.put(soon(), "right"));
  fs::path file = run(blobs_.local_file(soon(), blob.hash));
  EXPECT_TRUE(run(blobs_.verify(soon(), blob.hash)));
  std::ofstream(file) << "wrong";
  EXPECT_FALSE(run(blobs_.verify(soon(), blob.hash)));
}

TEST_F(BlobsTest, a_removed_blob_is_gone) {
  Blob blob = run(blobs_.put(soon(), "short-lived"));
  EXPECT_TRUE(run(blobs_.remove(soon(), blob.hash)));
  EXPECT_EQ(run(blobs_.size(soon(), blob.hash)), std::nullopt);
}

}  // namespace
}  // namespace antiphon::store
