#include "engine/standin/ledger.h"

#include "engine/async/core.h"

namespace antiphon::standin {

schema::Enumeration<End> describe(schema::Tag<End>) {
  return schema::enumeration<End>("End", "How a call ended")
      .value("under-way", End::under_way)
      .value("finished", End::finished)
      .value("refused", End::refused)
      .value("cut-by-client", End::cut_by_client)
      .value("cut-by-script", End::cut_by_script);
}

schema::Object<CallRecord> describe(schema::Tag<CallRecord>) {
  return schema::object<CallRecord>("CallRecord", "One call")
      .field("number", &CallRecord::number, "From 1")
      .field("api", &CallRecord::api, "What was asked for")
      .field("model", &CallRecord::model, "As it was named")
      .field("isStreamed", &CallRecord::is_streamed, "Whether pieces were asked for")
      .field("end", &CallRecord::end, "How it ended")
      .field("status", &CallRecord::status, "Of the answer")
      .field("startedAtUs", &CallRecord::started_at_us, "Since 1970, UTC", schema::unit("us"))
      .field("endedAtUs", &CallRecord::ended_at_us, "0 while it is under way", schema::unit("us"))
      .field("endedAfterMs", &CallRecord::ended_after_ms, "Since its start", schema::unit("ms"))
      .field("pieces", &CallRecord::pieces, "Of the content, that were sent")
      .field("tokensIn", &CallRecord::tokens_in, "Of the question")
      .field("tokensOut", &CallRecord::tokens_out, "Of what was sent")
      .field("body", &CallRecord::body, "What was sent, if the script keeps it");
}

schema::Object<LedgerLine> describe(schema::Tag<LedgerLine>) {
  return schema::object<LedgerLine>("LedgerLine", "Calls of one kind to one model")
      .field("api", &LedgerLine::api, "What was asked for")
      .field("model", &LedgerLine::model, "As it was named")
      .field("started", &LedgerLine::started, "All")
      .field("finished", &LedgerLine::finished, "To their end")
      .field("refused", &LedgerLine::refused, "With a status of their own")
      .field("cutByClient", &LedgerLine::cut_by_client, "Whose client left")
      .field("cutByScript", &LedgerLine::cut_by_script, "As the script says")
      .field("tokensIn", &LedgerLine::tokens_in, "Of the questions")
      .field("tokensOut", &LedgerLine::tokens_out, "Of what was sent");
}

schema::Object<LedgerView> describe(schema::Tag<LedgerView>) {
  return schema::object<LedgerView>("Ledger", "What was counted")
      .field("total", &LedgerView::total, "Of all calls but those for lists")
      .field("lines", &LedgerView::lines, "By kind and model")
      .field("openConnections", &LedgerView::open_connections, "This one included")
      .field("underWay", &LedgerView::under_way, "Calls that have not ended")
      .field("greatestConcurrency", &LedgerView::greatest_concurrency, "Calls at the same time")
      .field("calls", &LedgerView::calls, "The newest");
}

namespace {

std::int64_t now_us() { return Core::here().clock().now().time_since_epoch().count(); }

void add(LedgerLine& to, const LedgerLine& line) {
  to.started += line.started;
  to.finished += line.finished;
  to.refused += line.refused;
  to.cut_by_client += line.cut_by_client;
  to.cut_by_script += line.cut_by_script;
  to.tokens_in += line.tokens_in;
  to.tokens_out += line.tokens_out;
}

std::int64_t& count_of(LedgerLine& line, End end) {
  switch (end) {
    case End::under_way: return line.started;
    case End::finished: return line.finished;
    case End::refused: return line.refused;
    case End::cut_by_client: return line.cut_by_client;
    case End::cut_by_script: return line.cut_by_script;
  }
  return line.started;
}

}  // namespace

std::shared_ptr<Ledger::Entry> Ledger::begin(const Occasion& occasion, std::string body) {
  auto record = std::make_shared<CallRecord>();
  record->number = ++started_;
  record->api = occasion.api;
  record->model = occasion.model;
  record->is_streamed = occasion.is_streamed;
  record->started_at_us = now_us();
  if (body.size() <= body_kept_bytes_max) record->body = std::move(body);
  LedgerLine& line = lines_[{occasion.api, occasion.model}];
  line.api = occasion.api;
  line.model = occasion.model;
  ++line.started;
  greatest_ = std::max(greatest_, ++under_way_);
  calls_.push_back(record);
  if (calls_.size() > calls_kept_max) calls_.pop_front();
  return std::make_shared<Entry>(*this, std::move(record));
}

LedgerView Ledger::view() const {
  LedgerView view{.under_way = under_way_, .greatest_concurrency = greatest_};
  for (const auto& [key, line] : lines_) {
    if (key.first != Api::lists) add(view.total, line);
    view.lines.push_back(line);
  }
  for (const auto& record : calls_) view.calls.push_back(*record);
  return view;
}

void Ledger::empty() {
  ++page_;
  started_ = under_way_ = greatest_ = 0;
  lines_.clear();
  calls_.clear();
}

Ledger::Entry::Entry(Ledger& ledger, std::shared_ptr<CallRecord> record)
    : ledger_(ledger), page_(ledger.page_), record_(std::move(record)) {}

Ledger::Entry::~Entry() { end(End::cut_by_client); }

// Null once the page was turned.
LedgerLine* Ledger::Entry::line() {
  return page_ == ledger_.page_ ? &ledger_.lines_[{record_->api, record_->model}] : nullptr;
}

void Ledger::Entry::asked(std::int64_t tokens) {
  record_->tokens_in += tokens;
  if (LedgerLine* of = line()) of->tokens_in += tokens;
}

void Ledger::Entry::produced(std::int64_t tokens) {
  ++record_->pieces;
  record_->tokens_out += tokens;
  if (LedgerLine* of = line()) of->tokens_out += tokens;
}

void Ledger::Entry::end(End end, int status) {
  if (record_->end != End::under_way) return;
  record_->end = end;
  record_->status = status;
  record_->ended_at_us = now_us();
  record_->ended_after_ms =
      static_cast<double>(record_->ended_at_us - record_->started_at_us) / 1000.0;
  LedgerLine* of = line();
  if (!of) return;
  ++count_of(*of, end);
  --ledger_.under_way_;
}

}  // namespace antiphon::standin
