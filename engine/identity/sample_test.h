#pragma once

// Identities in a database of their own, with a clock that the test moves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/temporary_folder.h"
#include "engine/identity/identity.h"
#include "engine/store/migration.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::identity {

using namespace std::chrono_literals;

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() {
    database_ = store::make_database("sqlite:" + (folder_.path() / "db").string());
    run(migrated());
  }

  Task<> migrated() {
    co_await store::migrate(*database_, {{"engine", store::engine_migrations()}}, Instant::max());
  }
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }

  TemporaryFolder folder_;
  testing::FakeClock clock_;
  SystemClock machine_clock_;
  SystemRandom random_;
  Core core_{0, machine_clock_};
  Pool hashing_{{.name = "hashing"}};
  SignInCodes codes_{clock_, random_};
  std::unique_ptr<store::Database> database_;
  Identity identity() {
    return Identity({.database = *database_,
                     .hashing = hashing_,
                     .clock = clock_,
                     .random = random_,
                     .codes = codes_});
  }
};

}  // namespace antiphon::identity
