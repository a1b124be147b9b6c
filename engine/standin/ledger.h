#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/standin/script.h"

namespace antiphon::standin {

/// Which of the newest calls are told one by one.
inline constexpr std::size_t calls_kept_max = 10'000;
/// What is kept of a call's body.
inline constexpr std::size_t body_kept_bytes_max = std::size_t{16} << 10;

/// How a call ended.
enum class End {
  under_way,
  finished,       ///< all was sent that was to be sent
  refused,        ///< with a status of its own
  cut_by_client,  ///< the client left before
  cut_by_script
};

/// What is known of one call.
struct CallRecord {
  std::int64_t number = 0;  ///< from 1
  Api api = Api::lists;
  std::string model;
  bool is_streamed = false;
  End end = End::under_way;
  int status = 200;
  std::int64_t started_at_us = 0;  ///< since 1970, UTC
  std::int64_t ended_at_us = 0;
  double ended_after_ms = 0;
  std::int64_t pieces = 0;  ///< of the content, that were sent
  std::int64_t tokens_in = 0;
  std::int64_t tokens_out = 0;  ///< of what was sent
  std::string body;             ///< what was asked, where the script says to keep it
};

/// The calls of one kind to one model.
struct LedgerLine {
  Api api = Api::lists;
  std::string model;
  std::int64_t started = 0;
  std::int64_t finished = 0;
  std::int64_t refused = 0;
  std::int64_t cut_by_client = 0;
  std::int64_t cut_by_script = 0;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_out = 0;
};

/// What was counted since the start, or since the ledger was emptied.
struct LedgerView {
  LedgerLine total;
  std::vector<LedgerLine> lines;
  std::int64_t open_connections = 0;
  std::int64_t under_way = 0;
  std::int64_t greatest_concurrency = 0;
  std::vector<CallRecord> calls;  ///< the newest, oldest first
};

schema::Enumeration<End> describe(schema::Tag<End>);
schema::Object<CallRecord> describe(schema::Tag<CallRecord>);
schema::Object<LedgerLine> describe(schema::Tag<LedgerLine>);
schema::Object<LedgerView> describe(schema::Tag<LedgerView>);

/// Counts calls. Belongs to one core and outlives its entries.
class Ledger {
 public:
  /// A call under way. One that goes without an end was cut by its client.
  class Entry;

  std::shared_ptr<Entry> begin(const Occasion& occasion, std::string body);
  LedgerView view() const;
  /// Forgets what has ended; calls under way are counted no further.
  void empty();

 private:
  using Key = std::pair<Api, std::string>;

  std::int64_t started_ = 0;
  std::int64_t under_way_ = 0;
  std::int64_t greatest_ = 0;
  std::uint64_t page_ = 0;  // a new one with each emptying
  std::map<Key, LedgerLine> lines_;
  std::deque<std::shared_ptr<CallRecord>> calls_;
};

class Ledger::Entry {
 public:
  Entry(Ledger& ledger, std::shared_ptr<CallRecord> record);
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry();

  std::int64_t number() const { return record_->number; }
  void asked(std::int64_t tokens);
  /// A piece of the content was sent.
  void produced(std::int64_t tokens);
  void end(End end, int status = 200);

 private:
  LedgerLine* line();

  Ledger& ledger_;
  std::uint64_t page_;
  std::shared_ptr<CallRecord> record_;
};

}  // namespace antiphon::standin
