#include "engine/store/tx.h"

#include <cmath>

#include "engine/base/encoding.h"

namespace antiphon::store {
namespace {

constexpr Statement select_now{"store.now", "SELECT {now}"};

// What only one of the databases would take is refused for both.
void check(const Value& value) {
  if (auto* text = std::get_if<std::string>(&value.content())) {
    if (!is_utf8(*text) || text->find('\0') != std::string::npos) {
      throw Error(Code::invalid, "Text must be UTF-8 without NUL characters.");
    }
  }
  if (auto* number = std::get_if<double>(&value.content()); number && std::isnan(*number)) {
    throw Error(Code::invalid, "A number must not be NaN.");
  }
}

}  // namespace

std::string_view to_text(Dialect dialect) {
  return dialect == Dialect::sqlite ? "sqlite" : "postgresql";
}

Tx::Result Tx::run(const Statement& statement, std::span<const Value> values) {
  expect_unspoilt();
  trace::Span span(trace_, statement.name, trace::Kind::client);
  span.set("db.system.name", to_text(dialect()));
  try {
    for (const Value& value : values) check(value);
    return run_now(statement, values);
  } catch (const Error& error) {
    span.fail(to_text(error.code()));
    failure_ = std::current_exception();
  } catch (...) {
    span.fail("fault");
    failure_ = std::current_exception();
  }
  std::rethrow_exception(failure_);
}

Timestamp Tx::now() { return query(select_now)[0].time(0); }

void Tx::start_afresh() {
  on_commit_.clear();
  failure_ = nullptr;
  trace_ = {};
}

void Tx::expect_unspoilt() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace antiphon::store
