#pragma once

#include <expected>
#include <memory>
#include <string>

#include "engine/http/message.h"
#include "engine/standin/ledger.h"
#include "engine/standin/wire.h"

namespace antiphon::standin {

/// A call that was let in: what becomes of it, and where it is counted.
struct Cue {
  Behaviour behaviour;
  std::shared_ptr<Ledger::Entry> entry;
};

/// Where calls come in: counted, looked up in the script, and ended there if that says so. Belongs
/// to one core and outlives the tasks.
class Stage {
 public:
  Stage(Scripts& scripts, Ledger& ledger) : scripts_(scripts), ledger_(ledger) {}

  /// What is known of a call before it is answered.
  struct Arrival {
    Occasion occasion;
    std::string key;
    std::string body;  ///< as the ledger keeps it
    Refuse refuse = nullptr;
    bool is_open = false;  ///< no key is asked for
  };
  /// The call's cue, or the answer that it has already.
  Task<std::expected<Cue, http::Response>> enter(Arrival arrival);

  /// Counts a call that could not be understood.
  void refused(Api api, int status) { ledger_.begin({.api = api}, "")->end(End::refused, status); }

  /// While connections are refused, those that are open are of no use either.
  void refuse_until(Instant end) { refused_until_ = end; }

  const Scripts& scripts() const { return scripts_; }

 private:
  Scripts& scripts_;
  Ledger& ledger_;
  Instant refused_until_{};
};

/// Closes the connection without an answer.
[[noreturn]] void drop_connection();

/// Sends a streamed answer as the cue says.
http::Response perform(Cue cue, Programme programme);
/// Sends a body in one piece, as the cue says. @param tokens  that it is worth
http::Response perform_whole(Cue cue, std::string body, std::string content_type,
                             std::int64_t tokens);

}  // namespace antiphon::standin
