// E-33, E-38, E-39: each fault of a provider, through the whole program: what the client sees, how
// often was asked, what it cost. docs/model-faults.md is made of what is seen here.

#include <gmock/gmock.h>
#include <stdlib.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "test/system/fault_rig.h"
#include "test/system/models_system.h"

namespace antiphon::testing {
namespace {

constexpr const char* page_path = "docs/model-faults.md";
constexpr int attempts_max = 3;
// Below the connections that a server keeps to one origin on one core.
constexpr std::size_t abreast = 40;

std::string text_of_file(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// What the server has charged to a key, over all of its rows.
struct Bill {
  std::int64_t calls = 0;
  std::int64_t failures = 0;
  std::int64_t attempts = 0;
  Tokens tokens;
  double cost = 0;
};

// What the model server counted of a model.
struct Produced {
  std::int64_t calls = 0;
  Tokens tokens;
  std::vector<std::int64_t> started_us;
};
using ProducedByModel = std::map<std::string, Produced, std::less<>>;

// A key and the rows that are asked with it, one after the other.
struct Lane {
  std::string id;
  std::string key;
  Bill bill;
};

class ModelFaultsTest : public ModelsSystemTest {
 protected:
  ModelFaultsTest() { patience_ = std::chrono::minutes(10); }

  Task<> start(const std::vector<FaultRow>& rows) {
    co_await start_models();
    co_await script(script_of(rows));
    antiphon::Endpoint refusing;
    refusing_ = co_await serve_testing("model-server", refusing);
    co_await http_.send(refusal_of(refusing), soon());
    co_await start_server(config_of(rows, upstream_.text(), refusing.text()));
    owner_ = co_await owner_token(*server_);
  }
  static http::ClientRequest refusal_of(const antiphon::Endpoint& model_server) {
    http::ClientRequest request{.method = http::Method::put,
                                .endpoint = model_server,
                                .target = "/script",
                                .body = R"({"refuseForMs":3600000})"};
    request.headers.set("Content-Type", "application/json");
    return request;
  }

  Task<Lane> make_lane() {
    auto made = co_await ask_json(*server_, http::Method::post, "/api/v1/identity/keys",
                                  R"({"name":"lane"})", owner_);
    co_return Lane{.id = made.at("/id").text(), .key = made.at("/key").text()};
  }

  Task<Bill> bill_of(const Lane& lane) {
    auto told = co_await ask_json(*server_, http::Method::get,
                                  "/api/v1/usage?limit=200&account=" + lane.id, "", owner_);
    Bill bill;
    for (const schema::Value& row : told.at("/items").items()) {
      bill.calls += row.at("/calls").integer();
      bill.failures += row.at("/failures").integer();
      bill.attempts += row.at("/attempts").integer();
      bill.tokens.in += row.at("/tokensIn").integer();
      bill.tokens.out += row.at("/tokensOut").integer();
      bill.cost += row.at("/cost").number();
    }
    co_return bill;
  }

  // Asks, and notes what the client saw and what the server then has charged.
  Task<> ask_row(FaultRow* row, Lane* lane) {
    auto answer =
        co_await crowd_.send(to_front("/v1/chat/completions", row->question(), lane->key), soon());
    ClientView view = read_answer(answer);
    Bill before = lane->bill;
    lane->bill = co_await bill_of(*lane);
    SCOPED_TRACE(row->name());
    EXPECT_EQ(lane->bill.calls - before.calls, 1);
    row->has_failed = lane->bill.failures > before.failures;
    row->attempts = lane->bill.attempts - before.attempts;
    row->cost = lane->bill.cost - before.cost;
    row->came.outcome.sees = words_for(view);
    row->came.billed = {lane->bill.tokens.in - before.tokens.in,
                        lane->bill.tokens.out - before.tokens.out};
    check_view(*row, view, answer.headers);
  }

  // All of them, each lane taking the next that nobody has.
  Task<> ask_all(std::vector<FaultRow>* rows) {
    std::size_t next = 0;
    TaskGroup lanes([](const std::exception_ptr& failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
    });
    auto walk = [&]() -> Task<> {
      Lane lane = co_await make_lane();
      while (next < rows->size()) co_await ask_row(&(*rows)[next++], &lane);
    };
    for (std::size_t i = 0; i < abreast; ++i) lanes.spawn(walk());
    co_await lanes.join();
  }

  Task<ProducedByModel> produced() {
    auto told = co_await settled_ledger();
    ProducedByModel all;
    for (const schema::Value& call : told.at("/calls").items()) {
      Produced& of = all[call.at("/model").text()];
      ++of.calls;
      of.tokens.in += call.at("/tokensIn").integer();
      of.tokens.out += call.at("/tokensOut").integer();
      of.started_us.push_back(call.at("/startedAtUs").integer());
    }
    co_return all;
  }

  static void check_view(const FaultRow& row, const ClientView& view, const http::Headers& headers);
  static void add_produced(FaultRow& row, const ProducedByModel& all);
  static void check_row(const FaultRow& row, const Produced& first);

  std::string owner_;
  std::unique_ptr<RunningProgram> refusing_;
  http::NetworkHttpClient crowd_{
      network_, {.reach = http::Reach::everywhere, .pool = {.connections_max = 2 * abreast}}};
};

// What holds of every answer, whatever the fault.
void ModelFaultsTest::check_view(const FaultRow& row, const ClientView& view,
                                 const http::Headers& headers) {
  if (view.status == 200) {
    EXPECT_FALSE(view.text.empty()) << "an empty success";
    EXPECT_NE(view.is_complete, view.code == "truncated") << "neither whole nor told to be cut";
    if (!row.fault->loses_a_line) {
      EXPECT_TRUE(faultless_text.starts_with(view.text)) << view.text;
      EXPECT_EQ(view.is_complete, view.text == faultless_text && view.code.empty())
          << "cut, and looks whole";
    }
  } else {
    EXPECT_TRUE(view.text.empty());
    EXPECT_NE(view.code, "");
    EXPECT_TRUE(headers.get("x-should-retry") == "false" || !headers.get("Retry-After").empty())
        << "a client would try again without a word about when";
  }
  EXPECT_EQ(row.has_failed, view.status != 200 || !view.is_complete) << "as the server counts";
  EXPECT_GE(row.came.billed.out, count_words(view.text)) << "less billed than delivered";
  EXPECT_LE(row.attempts, attempts_max) << "a storm of retries";
  double cost = static_cast<double>(row.came.billed.in) * price_in +
                static_cast<double>(row.came.billed.out) * price_out;
  EXPECT_NEAR(row.cost, cost, 1e-6);
}

void ModelFaultsTest::add_produced(FaultRow& row, const ProducedByModel& all) {
  auto of = [&](const std::string& model) {
    auto found = all.find(model);
    return found == all.end() ? Produced() : found->second;
  };
  Produced first = of(row.model());
  Produced second = of(row.second_model());
  row.came.produced = {first.tokens.in + second.tokens.in, first.tokens.out + second.tokens.out};
  row.came.outcome.calls = row.has_second ? fmt::format("{} + {}", first.calls, second.calls)
                                          : fmt::format("{}", first.calls);
  if (!row.fault->is_refusing) EXPECT_EQ(first.calls + second.calls, row.attempts);
  check_row(row, first);
}

void ModelFaultsTest::check_row(const FaultRow& row, const Produced& first) {
  const Outcomes& expected = outcomes_of(*row.fault, row.kind);
  const Outcome& of = row.has_second ? expected.with_second : expected.alone;
  EXPECT_EQ(row.came.outcome.sees, of.sees);
  EXPECT_EQ(row.came.outcome.calls, of.calls);
  bool is_told = row.fault->then.find("noUsage") == std::string::npos;
  if (!row.has_failed && row.attempts == 1 && is_told) {
    EXPECT_EQ(row.came.billed, row.came.produced) << "other than the provider says";
  }
  for (std::size_t i = 1; i < first.started_us.size(); ++i) {
    auto apart = std::chrono::microseconds(first.started_us[i] - first.started_us[i - 1]);
    EXPECT_GE(apart, row.fault->apart) << "asked again before its time";
  }
}

// Rows come by twos: alone, and with a second instance.
std::vector<SeenFault> joined(const std::vector<FaultRow>& rows) {
  std::vector<SeenFault> seen;
  for (std::size_t i = 0; i + 1 < rows.size(); i += 2) {
    seen.push_back({.fault = rows[i].fault,
                    .kind = rows[i].kind,
                    .is_streamed = rows[i].is_streamed,
                    .alone = rows[i].came,
                    .with_second = rows[i + 1].came});
  }
  return seen;
}

// A server refuses to start with a variable that it does not know: it gets none of ours.
bool is_told_to_write() {
  constexpr const char* variable = "ANTIPHON_WRITE_DOCUMENTS";
  bool is_told = ::getenv(variable) != nullptr;
  ::unsetenv(variable);
  return is_told;
}

void compare_page(const std::string& text, bool may_write) {
  if (may_write) std::ofstream(page_path) << text;
  EXPECT_EQ(text_of_file(page_path), text)
      << page_path << " has drifted from the program; `make openapi` writes it anew.";
}

TEST_F(ModelFaultsTest, E33_each_fault_has_its_row) {
  bool may_write = is_told_to_write();
  std::vector<FaultRow> rows = rows_of(all_faults());
  run([&]() -> Task<> {
    co_await start(rows);
    co_await ask_all(&rows);
    ProducedByModel all = co_await produced();
    for (FaultRow& row : rows) {
      SCOPED_TRACE(row.name());
      add_produced(row, all);
    }
    co_await crowd_.stop();
    co_await stop_all();
    co_await stop(*refusing_);
  }());
  compare_page(fault_page(joined(rows)), may_write);
}

// A stream that its client leaves in the middle.
struct Left {
  std::string name;
  std::int64_t at_us = 0;
};

class ModelClientLeavesTest : public ModelsSystemTest {
 protected:
  static constexpr std::size_t streams = 200;
  static constexpr std::size_t open_at_once = 40;
  static constexpr std::int64_t closed_within_us = 50'000;  // at the 99th of a hundred
  static constexpr int rounds_max = 3;

  Task<> start() {
    co_await start_models();
    co_await script(R"({"otherwise":{"stallAt":1},"keepBodies":true})");
    co_await start_server(fmt::format(
        "[[providers]]\nname = \"standin\"\nkind = \"openai\"\nurl = \"http://{}/v1\"\n"
        "[gateway]\ncheck_every_ms = 0\n"
        "[[gateway.instances]]\nname = \"standin\"\nmodels = [\"small\"]\nconcurrency_max = {}\n",
        upstream_.text(), open_at_once));
    key_ = co_await make_key(0);
  }

  using Open = std::unique_ptr<http::ClientAnswer>;
  // Its first words are there, and no more come.
  Task<Open> open_stream(std::string name) {
    std::string body = fmt::format(R"({{"model":"small","stream":true,)"
                                   R"("messages":[{{"role":"user","content":"{} and more"}}]}})",
                                   name);
    auto answer =
        co_await crowd_.open(to_front("/v1/chat/completions", std::move(body), key_), soon());
    if (!answer) throw Error(Code::unavailable, answer.error().message);
    std::array<char, 4096> piece;
    auto count = co_await (*answer)->read_some(piece);
    if (!count) throw Error(Code::unavailable, count.error().message);
    co_return std::move(*answer);
  }

  Task<> leave_some(std::size_t first, std::vector<Left>* left) {
    std::vector<std::pair<std::string, Open>> open;
    for (std::size_t i = 0; i < open_at_once; ++i) {
      std::string name = fmt::format("stream-{}.", first + i);
      open.emplace_back(name, co_await open_stream(name));
    }
    for (auto& [name, answer] : open) {
      left->push_back({name, clock_.now().time_since_epoch().count()});
      answer.reset();
      co_await sleep_for(std::chrono::milliseconds(2));
    }
  }

  // Between the client's leaving and the model server's seeing it.
  static std::vector<std::int64_t> delays_of(const std::vector<Left>& left,
                                             const schema::Value& ledger) {
    std::vector<std::int64_t> delays;
    for (const schema::Value& call : ledger.at("/calls").items()) {
      EXPECT_EQ(call.at("/end").text(), "cut-by-client");
      auto of = std::ranges::find_if(left, [&](const Left& one) {
        return call.at("/body").text().find(one.name) != std::string::npos;
      });
      if (of != left.end()) delays.push_back(call.at("/endedAtUs").integer() - of->at_us);
    }
    std::ranges::sort(delays);
    return delays;
  }

  std::string key_;
  http::NetworkHttpClient crowd_{
      network_, {.reach = http::Reach::everywhere, .pool = {.connections_max = open_at_once + 1}}};
};

// Other work on the machine makes a round late, but not one after the other.
TEST_F(ModelClientLeavesTest, E33_the_upstream_is_closed_when_the_client_leaves) {
  run([&]() -> Task<> {
    co_await start();
    std::int64_t p99 = closed_within_us + 1;
    for (int round = 0; round < rounds_max && p99 > closed_within_us; ++round) {
      co_await empty_ledger();
      std::vector<Left> left;
      while (left.size() < streams) co_await leave_some(left.size(), &left);
      auto delays = delays_of(left, co_await settled_ledger());
      EXPECT_EQ(delays.size(), streams);
      if (delays.size() != streams) break;
      EXPECT_GE(delays.front(), 0);
      p99 = delays[delays.size() * 99 / 100 - 1];
      fmt::print("upstream closed after its client left, {} streams: median {} us, p99 {} us\n",
                 delays.size(), delays[delays.size() / 2], p99);
    }
    RecordProperty("p99_us", static_cast<int>(p99));
    EXPECT_LE(p99, closed_within_us);
    co_await crowd_.stop();
    co_await stop_all();
  }());
}

}  // namespace
}  // namespace antiphon::testing
