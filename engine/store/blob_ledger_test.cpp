// E-63: quotas, owners and what is swept.
#include "engine/store/blob_ledger.h"

#include <gtest/gtest.h>

#include "engine/async/task_group.h"
#include "engine/base/encoding.h"
#include "engine/store/both_databases.h"
#include "engine/store/migration.h"

namespace antiphon::store {
namespace {

using namespace std::chrono_literals;

class BlobLedgerTest : public testing::BothDatabases {
 protected:
  void SetUp() override { run(migrate(*database_, {{"engine", engine_migrations()}}, soon())); }

  static BlobSource source(std::string content) {
    auto left = std::make_shared<std::string>(std::move(content));
    return [left]() -> Task<std::string> { co_return std::exchange(*left, {}); };
  }
  Task<UploadedBlob> put(std::string content, std::string tenant = "ten_a") {
    return ledger_.put(call(std::move(tenant)), source(std::move(content)), 1 << 20);
  }
  template <class F>
  auto write(F closure) {
    return run(database_->write(soon(), std::move(closure)));
  }
  UploadedBlob keep(std::string content, std::string owner, std::string tenant = "ten_a") {
    auto uploaded = run(put(std::move(content), tenant));
    write([&](Tx& tx) { ledger_.adopt(tx, tenant, uploaded, owner); });
    return uploaded;
  }
  BlobUse use(std::string tenant = "ten_a") {
    return write([&](Tx& tx) { return ledger_.use(tx, tenant); });
  }
  void release(std::string owner, std::string tenant = "ten_a") {
    write([&](Tx& tx) { ledger_.release(tx, tenant, owner); });
  }
  bool is_stored(const std::string& content) {
    return run(blobs_.size(soon(), sha256_hex(content))).has_value();
  }

  Pool pool_{{.name = "file", .threads = 4}};
  TemporaryFolder folder_;
  metrics::Registry registry_;
  DiskBlobs blobs_{folder_.path(), pool_, random_};
  BlobLedger ledger_{*database_,
                     blobs_,
                     random_,
                     {.quota_bytes = 1000, .garbage_kept = 0s, .metrics = &registry_}};
};
ON_BOTH_DATABASES(BlobLedgerTest);

TEST_P(BlobLedgerTest, a_content_counts_once_for_a_tenant) {
  keep("12345", "ast_1");
  keep("12345", "ast_2");
  EXPECT_EQ(use().bytes, 5);
  EXPECT_EQ(use().objects, 1);
  release("ast_1");
  EXPECT_EQ(use().bytes, 5) << "the other still has it";
  release("ast_2");
  EXPECT_EQ(use().bytes, 0);
  EXPECT_EQ(use().objects, 0);
}

TEST_P(BlobLedgerTest, a_full_quota_says_limit_and_use) {
  keep(std::string(900, 'a'), "ast_1");
  try {
    run(put(std::string(101, 'b')));
    FAIL() << "101 bytes do not fit";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::quota_exceeded);
    EXPECT_EQ(error.message(),
              "The quota for files is 1000 bytes and 900 are used; 101 more do not fit.");
  }
  EXPECT_FALSE(is_stored(std::string(101, 'b')));
  EXPECT_EQ(use().bytes, 900);
  keep(std::string(100, 'c'), "ast_2");
  EXPECT_NO_THROW(run(put(std::string(500, 'd'), "ten_b"))) << "another tenant has its own";
  write([&](Tx& tx) { ledger_.set_quota(tx, "ten_a", 1200); });
  EXPECT_NO_THROW(run(put(std::string(200, 'e'))));
  EXPECT_TRUE(registry_.to_text().contains("antiphon_blob_quota_refusals_total 1"));
}

TEST_P(BlobLedgerTest, a_quota_is_exact_when_many_come_at_once) {
  int stored = 0;
  int refused = 0;
  run([&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    auto try_to_put = [&](char letter) -> Task<> {
      try {
        co_await put(std::string(300, letter));
        ++stored;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::quota_exceeded) << error.what();
        ++refused;
      }
    };
    for (char letter = 'a'; letter < 'a' + 20; ++letter) group.spawn(try_to_put(letter));
    co_await group.join();
  }());
  EXPECT_EQ(stored, 3);
  EXPECT_EQ(refused, 17);
  EXPECT_EQ(use().bytes, 900);
}

TEST_P(BlobLedgerTest, the_sweep_takes_what_nobody_uses_and_nothing_else) {
  keep("mine", "ast_1");
  keep("shared", "ast_2");
  keep("shared", "ast_3", "ten_b");
  release("ast_1");
  release("ast_2");
  EXPECT_TRUE(is_stored("mine")) << "only the sweep takes files away";
  EXPECT_EQ(run(ledger_.sweep(soon())), 1);
  EXPECT_FALSE(is_stored("mine"));
  EXPECT_TRUE(is_stored("shared"));
  EXPECT_EQ(run(ledger_.sweep(soon())), 0);
  release("ast_3", "ten_b");
  EXPECT_EQ(run(ledger_.sweep(soon())), 1);
}

TEST_P(BlobLedgerTest, what_is_used_again_stays) {
  keep("back", "ast_1");
  release("ast_1");
  keep("back", "ast_2");
  EXPECT_EQ(run(ledger_.sweep(soon())), 0);
  EXPECT_TRUE(is_stored("back"));
}

// A crash between an upload and the transaction of its cause.
TEST_P(BlobLedgerTest, an_upload_without_an_owner_goes) {
  BlobLedger hasty(*database_, blobs_, random_,
                   {.quota_bytes = 1000, .upload_max = -1h, .garbage_kept = 0s});
  auto uploaded = run(put("orphan"));
  EXPECT_EQ(use().bytes, 6);
  EXPECT_EQ(run(ledger_.sweep(soon())), 0) << "it may still get its owner";
  EXPECT_EQ(run(hasty.sweep(soon())), 1);
  EXPECT_FALSE(is_stored("orphan"));
  EXPECT_EQ(use().bytes, 0);
  EXPECT_THROW(write([&](Tx& tx) { ledger_.adopt(tx, "ten_a", uploaded, "ast_1"); }), Error);
}

// The claim comes before the file: an upload that breaks leaves neither.
TEST_P(BlobLedgerTest, a_cut_upload_claims_nothing) {
  auto pieces = std::make_shared<int>(3);
  BlobSource breaks = [pieces]() -> Task<std::string> {
    if ((*pieces)-- > 0) co_return std::string(10, 'x');
    throw Error(Code::cancelled, "The sender left.");
  };
  EXPECT_THROW(run(ledger_.put(call(), breaks, 1 << 20)), Error);
  EXPECT_EQ(use().bytes, 0);
}

TEST_P(BlobLedgerTest, a_content_put_after_the_look_is_not_taken) {
  Blob blob = run(blobs_.put(soon(), "fresh"));
  EXPECT_FALSE(run(blobs_.remove(soon(), blob.hash, clock_.now() - 1min)));
  EXPECT_TRUE(run(blobs_.remove(soon(), blob.hash, clock_.now() + 1min)));
  EXPECT_FALSE(run(blobs_.remove(soon(), blob.hash, clock_.now() + 1min)));
}

TEST_P(BlobLedgerTest, a_tenant_shares_only_what_it_has) {
  auto uploaded = keep("12345", "ast_1");
  auto share = [&](std::string tenant) {
    write([&](Tx& tx) { ledger_.share(tx, tenant, uploaded.blob.hash, "ast_9"); });
  };
  EXPECT_THROW(share("ten_b"), Error);
  share("ten_a");
  release("ast_1");
  EXPECT_EQ(run(ledger_.sweep(soon())), 0);
  EXPECT_EQ(use().objects, 1);
}

}  // namespace
}  // namespace antiphon::store
