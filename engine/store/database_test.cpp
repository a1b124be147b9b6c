#include "engine/store/database.h"

#include "engine/async/task_group.h"
#include "engine/store/both_databases.h"

namespace antiphon::store {
namespace {

constexpr Statement insert_item{"items.insert", "INSERT INTO items (id, number) VALUES ($1, $2)"};
constexpr Statement insert_item_if_new{
    "items.insert_if_new", "INSERT INTO items (id, number) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
constexpr Statement add_to_item{"items.add", "UPDATE items SET number = number + $2 WHERE id = $1"};
constexpr Statement number_of_item{"items.number", "SELECT number FROM items WHERE id = $1"};
constexpr Statement count_items{"items.count", "SELECT COUNT(*), SUM(number) FROM items"};
constexpr Statement delete_item{"items.delete", "DELETE FROM items WHERE id = $1"};
constexpr Statement insert_part{"parts.insert", "INSERT INTO parts (id, item_id) VALUES ($1, $2)"};
constexpr Statement insert_value{
    "everything.insert",
    "INSERT INTO everything (id, number, fraction, words, content) VALUES ($1, $2, $3, $4, $5)"};
constexpr Statement select_value{
    "everything.by_id", "SELECT number, fraction, words, content FROM everything WHERE id = $1"};
constexpr Statement count_up{"numbers.up_to",
                             "WITH RECURSIVE numbers(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL "
                             "SELECT n + 1 FROM numbers WHERE n < $1) SELECT n FROM numbers"};

class DatabaseTest : public testing::BothDatabases {
 protected:
  void SetUp() override {
    run(database_->exclusive(soon(), [](Tx& tx) {
      tx.run_script(
          "CREATE TABLE items (id TEXT PRIMARY KEY, number BIGINT NOT NULL);"
          "CREATE TABLE parts (id TEXT PRIMARY KEY, item_id TEXT NOT NULL REFERENCES items (id));"
          "CREATE TABLE everything (id TEXT PRIMARY KEY, number BIGINT, fraction DOUBLE PRECISION,"
          " words TEXT, content {bytes});");
    }));
  }

  std::int64_t count() {
    return run(database_->read(soon(), [](Tx& tx) { return tx.query(count_items)[0].integer(0); }));
  }
  void insert(std::string id, std::int64_t number) {
    run(database_->write(soon(), [=](Tx& tx) { tx.execute(insert_item, id, number); }));
  }
  template <class F>
  Code code_of(F attempt) {
    try {
      attempt();
    } catch (const Error& error) {
      detail_ = error.detail();
      message_ = error.message();
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Code::internal;
  }

  std::string detail_, message_;
};

ON_BOTH_DATABASES(DatabaseTest);

// A closure of an app that has gone would read freed memory.
TEST_P(DatabaseTest, settling_waits_for_a_transaction_whose_caller_has_left) {
  auto body = [this]() -> Task<> {
    std::atomic<bool> begun = false;
    std::atomic<bool> may_end = false;
    std::atomic<bool> ended = false;
    TaskGroup callers([](const std::exception_ptr&) {});
    callers.spawn(database_->write(soon(), [&](Tx&) {
      begun = true;
      while (!may_end) std::this_thread::yield();
      ended = true;
    }));
    while (!begun) co_await sleep_for(std::chrono::milliseconds(1));
    callers.cancel();
    bool settled = false;
    auto settling = [&]() -> Task<> {
      co_await database_->settle();
      settled = true;
    };
    TaskGroup waiting([](const std::exception_ptr&) {});
    waiting.spawn(settling());
    co_await sleep_for(std::chrono::milliseconds(5));
    EXPECT_FALSE(settled);
    may_end = true;
    co_await waiting.join();
    EXPECT_TRUE(ended);
    co_await callers.join();
  };
  run(body());
}

TEST_P(DatabaseTest, gives_back_every_value_as_it_was) {
  std::string all_bytes;
  for (int i = 0; i < 512; ++i) all_bytes += static_cast<char>(i % 256);
  std::string words = "It's \"quoted\"; -- $1 \\ ? 日本語 👍\n";
  auto smallest = std::numeric_limits<std::int64_t>::min();
  auto largest = std::numeric_limits<std::int64_t>::max();
  run(database_->write(soon(), [=](Tx& tx) {
    tx.execute(insert_value, "a", smallest, 0.1, words, Bytes{all_bytes});
    tx.execute(insert_value, "b", largest, -1.7976931348623157e308, "", Bytes{""});
    tx.execute(insert_value, "c", std::nullopt, std::optional<double>(), std::nullopt,
               std::nullopt);
    tx.execute(insert_value, "d", true, std::numeric_limits<double>::infinity(), "x", Bytes{"x"});
  }));
  run(database_->read(soon(), [=](Tx& tx) {
    Rows a = tx.query(select_value, "a");
    EXPECT_EQ(a[0].integer(0), smallest);
    EXPECT_EQ(a[0].real(1), 0.1);
    EXPECT_EQ(a[0].text(2), words);
    EXPECT_EQ(a[0].bytes(3), all_bytes);
    Rows b = tx.query(select_value, "b");
    EXPECT_EQ(b[0].integer(0), largest);
    EXPECT_EQ(b[0].real(1), -1.7976931348623157e308);
    EXPECT_EQ(b[0].optional_text(2), "");
    EXPECT_EQ(b[0].optional_bytes(3), "");
    Rows c = tx.query(select_value, "c");
    EXPECT_EQ(c[0].optional_integer(0), std::nullopt);
    EXPECT_EQ(c[0].optional_real(1), std::nullopt);
    EXPECT_EQ(c[0].optional_text(2), std::nullopt);
    EXPECT_EQ(c[0].optional_bytes(3), std::nullopt);
    Rows d = tx.query(select_value, "d");
    EXPECT_TRUE(d[0].boolean(0));
    EXPECT_EQ(d[0].real(1), std::numeric_limits<double>::infinity());
  }));
}

TEST_P(DatabaseTest, refuses_text_and_numbers_that_only_one_database_would_take) {
  for (Value value :
       {Value(std::string("a\0b", 3)), Value("\xff"), Value("\xed\xa0\x80"), Value(std::nan(""))}) {
    EXPECT_EQ(code_of([&] {
                run(database_->write(soon(), [=](Tx& tx) {
                  tx.execute(insert_value, "a", 1, 1.0, value, std::nullopt);
                }));
              }),
              Code::invalid);
  }
}

TEST_P(DatabaseTest, tells_how_many_rows_a_statement_changed) {
  run(database_->write(soon(), [](Tx& tx) {
    EXPECT_EQ(tx.execute(insert_item, "a", 1), 1);
    EXPECT_EQ(tx.execute(add_to_item, "a", 1), 1);
    EXPECT_EQ(tx.execute(add_to_item, "nobody", 1), 0);
    EXPECT_EQ(tx.execute(number_of_item, "a"), 0);
    EXPECT_FALSE(tx.insert_if_new(insert_item_if_new, "a", 5));
    EXPECT_TRUE(tx.insert_if_new(insert_item_if_new, "b", 5));
    Rows sums = tx.query(count_items);
    EXPECT_EQ(sums[0].integer(0), 2);
    EXPECT_EQ(sums[0].integer(1), 7);
  }));
}

TEST_P(DatabaseTest, a_closure_that_throws_leaves_nothing) {
  EXPECT_THROW(run(database_->write(soon(),
                                    [](Tx& tx) {
                                      tx.execute(insert_item, "a", 1);
                                      throw std::runtime_error("changed my mind");
                                    })),
               std::runtime_error);
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, a_failed_statement_spoils_its_transaction_even_when_caught) {
  insert("a", 1);
  EXPECT_EQ(code_of([&] {
              run(database_->write(soon(), [](Tx& tx) {
                tx.execute(insert_item, "b", 1);
                try {
                  tx.execute(insert_item, "a", 2);
                } catch (const Error&) {
                }
              }));
            }),
            Code::conflict);
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, violations_are_conflicts_without_values) {
  insert("secret-value", 1);
  EXPECT_EQ(code_of([&] { insert("secret-value", 2); }), Code::conflict);
  EXPECT_EQ((message_ + detail_).find("secret-value"), std::string::npos) << detail_;
  EXPECT_NE(detail_.find("items.insert"), std::string::npos) << detail_;
  EXPECT_EQ(code_of([&] {
              run(database_->write(soon(),
                                   [](Tx& tx) { tx.execute(insert_part, "p", "secret-value-2"); }));
            }),
            Code::conflict);
  EXPECT_EQ((message_ + detail_).find("secret-value-2"), std::string::npos) << detail_;
  run(database_->write(soon(), [](Tx& tx) { tx.execute(insert_part, "p", "secret-value"); }));
  EXPECT_EQ(
      code_of([&] {
        run(database_->write(soon(), [](Tx& tx) { tx.execute(delete_item, "secret-value"); }));
      }),
      Code::conflict);
}

TEST_P(DatabaseTest, so_many_transactions_wait_and_the_next_is_refused) {
  auto narrow = make_database(database_.url(), {.connections_min = 1,
                                                .connections_max = 1,
                                                .acquire_max = std::chrono::seconds(30),
                                                .queue_max = 1});
  auto goes_on = std::make_shared<std::atomic<bool>>(false);
  auto runs = std::make_shared<std::atomic<bool>>(false);
  auto store = [&](std::string id) {
    return narrow->write(soon(), [id = std::move(id), goes_on, runs](Tx& tx) {
      *runs = true;
      while (!*goes_on) std::this_thread::yield();
      tx.execute(insert_item, id, 1);
    });
  };
  run([&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    group.spawn(store("first"));
    while (!*runs) co_await sleep_for(std::chrono::milliseconds(1));
    group.spawn(store("waiting"));
    co_await sleep_for(std::chrono::milliseconds(1));
    try {
      co_await store("refused");
      ADD_FAILURE() << "There was room for it.";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::unavailable);
      EXPECT_THAT(error.detail(), ::testing::HasSubstr("the queue of"));
    }
    *goes_on = true;
    co_await group.join();
  }());
  EXPECT_EQ(count(), 2);
}

TEST_P(DatabaseTest, a_read_cannot_write) {
  EXPECT_EQ(code_of([&] {
              run(database_->read(soon(), [](Tx& tx) { tx.execute(insert_item, "a", 1); }));
            }),
            Code::internal);
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, asking_a_row_for_what_it_has_not_is_a_fault) {
  insert("a", 1);
  auto row_fault = [&](auto ask) {
    return code_of([&] {
      run(database_->read(soon(), [ask](Tx& tx) { ask(tx.query(number_of_item, "a")); }));
    });
  };
  EXPECT_EQ(row_fault([](const Rows& rows) { rows[0].text(0); }), Code::internal);
  EXPECT_EQ(row_fault([](const Rows& rows) { rows[0].integer(1); }), Code::internal);
  EXPECT_EQ(row_fault([](const Rows& rows) { rows[1].integer(0); }), Code::internal);
}

TEST_P(DatabaseTest, sql_that_does_not_compile_is_named) {
  Statement broken{"items.broken", "SELECT id FROM nowhere"};
  EXPECT_EQ(code_of([&] { run(database_->read(soon(), [=](Tx& tx) { tx.query(broken); })); }),
            Code::internal);
  EXPECT_NE(detail_.find("items.broken"), std::string::npos);
  EXPECT_NE(detail_.find("nowhere"), std::string::npos) << detail_;
}

// docs/limits.md: a query that forgot its LIMIT does not take the memory of everybody.
TEST_P(DatabaseTest, a_query_gives_so_many_rows_and_no_more) {
  auto rows = [&](std::size_t wanted) {
    return run(database_->read(soon(), [wanted](Tx& tx) {
      return tx.query(count_up, static_cast<std::int64_t>(wanted)).size();
    }));
  };
  EXPECT_EQ(rows(Tx::result_rows_max), Tx::result_rows_max);
  EXPECT_EQ(code_of([&] { rows(Tx::result_rows_max + 1); }), Code::too_large);
  EXPECT_EQ(detail_, "numbers.up_to");
}

TEST_P(DatabaseTest, its_clock_is_about_now) {
  Timestamp now = run(database_->read(soon(), [](Tx& tx) { return tx.now(); }));
  EXPECT_LT(std::chrono::abs(now - clock_.now()), std::chrono::minutes(1));
}

// E-60: grouped writes; E-61: all or nothing of each.
TEST_P(DatabaseTest, concurrent_writers_do_not_hurt_each_other) {
  insert("sum", 0);
  int failures = 0;
  auto writer = [&](int number) -> Task<> {
    try {
      co_await database_->write(soon(), [number](Tx& tx) {
        tx.execute(insert_item, fmt::format("w{}", number), 0);
        tx.execute(add_to_item, "sum", 1);
        if (number % 4 == 0) throw std::runtime_error("only mine");
        if (number % 4 == 1) tx.execute(insert_item, "sum", 0);
      });
    } catch (const std::exception&) {
      ++failures;
    }
  };
  run([&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    for (int i = 0; i < 200; ++i) group.spawn(writer(i));
    co_await group.join();
  }());
  EXPECT_EQ(failures, 100);
  EXPECT_EQ(count(), 101);
  run(database_->read(
      soon(), [](Tx& tx) { EXPECT_EQ(tx.query(number_of_item, "sum")[0].integer(0), 100); }));
}

TEST_P(DatabaseTest, what_follows_a_commit_happens_only_after_one) {
  auto told = std::make_shared<std::atomic<int>>(0);
  run(database_->write(soon(), [told](Tx& tx) {
    tx.execute(insert_item, "a", 1);
    tx.after_commit([told] { ++*told; });
  }));
  EXPECT_EQ(*told, 1);
  EXPECT_EQ(code_of([&] {
              run(database_->write(soon(), [told](Tx& tx) {
                tx.after_commit([told] { ++*told; });
                tx.execute(insert_item, "a", 1);
              }));
            }),
            Code::conflict);
  EXPECT_EQ(*told, 1);
}

TEST_P(DatabaseTest, a_query_that_runs_too_long_ends_at_its_deadline) {
  Statement endless{"endless",
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                    "SELECT COUNT(*) FROM n"};
  EXPECT_EQ(code_of([&] {
              run(database_->read(clock_.steady() + std::chrono::milliseconds(200),
                                  [=](Tx& tx) { tx.query(endless); }));
            }),
            Code::timeout);
  EXPECT_EQ(code_of([&] {
              run(database_->write(clock_.steady() + std::chrono::milliseconds(200),
                                   [=](Tx& tx) { tx.query(endless); }));
            }),
            Code::timeout);
  insert("a", 1);
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, what_was_written_is_there_after_a_restart) {
  insert("a", 1);
  database_.reopen();
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace antiphon::store
