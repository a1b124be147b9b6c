#include "engine/record/replayer.h"

#include "engine/async/call.h"
#include "engine/live/log_file.h"
#include "engine/schema/json.h"

namespace antiphon::record {
namespace {

// For the answer of something that is done again: a recogniser, most likely.
constexpr Duration rest_timeout = std::chrono::seconds(120);
constexpr int progress_interval = 512;  // steps

// Keeps no log.
class NoFile final : public live::LogFile {
 public:
  void append(std::string_view) override {}
  void sync() override {}
};

class NoFiles final : public live::LogFiles {
 public:
  std::unique_ptr<live::LogFile> create(const std::string&) override {
    return std::make_unique<NoFile>();
  }
  std::string read(const std::string&) override { return {}; }
  void replace(const std::string&, std::string_view) override {}
  bool exists(const std::string&) override { return false; }
  void remove(const std::string&) override {}
  std::vector<std::string> list(const std::string&) override { return {}; }
  std::string boot_id() override { return {}; }
};

// A client of which only counts that it is there.
class Presence final : public live::Reader {
 public:
  explicit Presence(live::Session& session) : session_(session) {}
  std::uint64_t on_events() override { return session_.position().seq; }
  void on_taken(const std::string&) override {}
  void on_ended(live::CloseCode, std::string_view) override {}

 private:
  live::Session& session_;
};

std::string_view text_of(const live::Step& step) {
  static constexpr std::string_view texts[] = {
      "the app begins",          "a message comes",    "sound comes",
      "a rate is chosen",        "a reader comes",     "a reader leaves",
      "events are acknowledged", "inputs are handled", "a call is answered",
      "the session is closed"};
  static_assert(std::size(texts) == std::variant_size_v<live::Step>);
  return texts[step.index()];
}

}  // namespace

// The session and what it stands on.
struct Replayer::Stage {
  explicit Stage(const Header& header)
      : journal(live::EventLog(files, "replay", 1, {}), Core::here(), nullptr),
        session(std::make_shared<live::Session>(
            live::Session::Place{Core::here(), journal, limits, counters, log, [](auto&) {}},
            live::SessionOwner{header.session_id, header.app, header.tenant, header.principal},
            live::Position{})) {
    journal.start();
  }

  NoFiles files;
  live::Limits limits;
  live::Counters counters{nullptr};
  std::optional<log::Logger> log;
  live::Journal journal;
  std::shared_ptr<live::Session> session;
  std::vector<std::unique_ptr<Presence>> readers;
};

// What a step told when it was recorded.
struct Replayer::Expected {
  std::vector<std::string> events;
  bool is_whole = true;  ///< the recording did not end in the middle of it
};

Replayer::Replayer(Recording& recording, MakeHandler make)
    : recording_(recording), make_(std::move(make)) {}

Replayer::~Replayer() = default;

Task<Replayed> Replayer::run(ReplayOptions options) {
  options_ = std::move(options);
  stage_ = std::make_unique<Stage>(recording_.header());
  live::Session& session = *stage_->session;
  session.start(make_(session));
  std::exception_ptr failure;
  try {
    co_await play();
  } catch (...) {
    failure = std::current_exception();
  }
  for (auto& reader : stage_->readers) session.detach(*reader);
  co_await session.stop();
  co_await stage_->journal.stop();
  if (failure) std::rethrow_exception(failure);
  co_return result_;
}

Task<> Replayer::play() {
  live::Moment start = recording_.header().start();
  Instant begun = Core::here().clock().steady();
  for (int count = 1; !result_.difference; ++count) {
    auto entry = recording_.next();
    if (!entry || std::holds_alternative<RecordEnded>(*entry)) co_return;
    auto* taken = std::get_if<StepTaken>(&*entry);
    if (!taken) throw Error(Code::invalid, "The recording does not begin with a step.");
    moment_ = taken->moment;
    result_.length = moment_.steady - start.steady;
    if (options_.at_real_speed) co_await sleep_until(begun + result_.length);
    Expected next = expected();
    co_await take(taken->step);
    compare(next);
    if (options_.on_progress && count % progress_interval == 0) {
      options_.on_progress(static_cast<double>(recording_.position()) /
                           static_cast<double>(recording_.size()));
    }
  }
}

Replayer::Expected Replayer::expected() {
  Expected expected;
  facts_.clear();
  while (const Entry* ahead = recording_.peek()) {
    if (std::holds_alternative<StepTaken>(*ahead)) return expected;
    if (auto* end = std::get_if<RecordEnded>(ahead)) {
      expected.is_whole = end->reason.empty();
      return expected;
    }
    Entry entry = *recording_.next();
    if (auto* fact = std::get_if<FactLearnt>(&entry)) {
      facts_.push_back(std::move(*fact));
    } else {
      expected.events.push_back(std::move(std::get<EventTold>(entry).json));
    }
  }
  expected.is_whole = false;
  return expected;
}

Task<> Replayer::take(const live::Step& step) {
  told_.clear();
  try {
    if (auto* answered = std::get_if<live::Answered>(&step)) {
      answer(*answered);
    } else {
      take_now(step);
    }
  } catch (const Error&) {
    // A client was refused, as it was then.
  }
  if (!result_.difference) co_await until_rest();
}

void Replayer::take_now(const live::Step& step) {
  live::Session& session = *stage_->session;
  if (std::holds_alternative<live::Begun>(step)) {
    session.set_tape(std::shared_ptr<live::Tape>(std::shared_ptr<void>(), this));
    session.handler().on_begin(recording_.header().wish);
  } else if (auto* message = std::get_if<live::MessageCame>(&step)) {
    take_message(*message);
  } else if (auto* sound = std::get_if<live::SoundCame>(&step)) {
    result_.sound +=
        std::chrono::nanoseconds(sound->samples.size() * std::nano::den / session.audio_rate());
    session.receive_audio(sound->samples, sound->offset);
  } else if (auto* rate = std::get_if<live::RateChosen>(&step)) {
    session.set_audio_rate(rate->rate);
  } else if (std::holds_alternative<live::ReaderCame>(step)) {
    stage_->readers.push_back(std::make_unique<Presence>(session));
    session.attach(*stage_->readers.back());
  } else if (std::holds_alternative<live::ReaderLeft>(step)) {
    if (stage_->readers.empty()) return differ(std::string(text_of(step)), "nobody reads");
    session.detach(*stage_->readers.back());
    stage_->readers.pop_back();
  } else if (auto* seen = std::get_if<live::EventAcknowledged>(&step)) {
    session.acknowledge(seen->seq);
  } else if (auto* closed = std::get_if<live::ClosedFromOutside>(&step)) {
    session.close(closed->reason);
  } else if (!session.run_turn()) {
    differ(std::string(text_of(step)), "nothing waits to be handled");
  }
}

void Replayer::take_message(const live::MessageCame& message) {
  Presence sender(*stage_->session);
  stage_->session->receive({.action = message.action,
                            .body = schema::parse_value(message.body),
                            .id = message.id,
                            .sender = std::make_shared<Principal>()},
                           sender);
}

void Replayer::answer(const live::Answered& answered) {
  auto found = waiting_.find(answered.call);
  if (found == waiting_.end()) {
    return differ(fmt::format("call {} is answered", answered.call), "nothing asks for that");
  }
  failure_ = answered.failure;
  ++active_;
  found->second->wake();
}

Task<> Replayer::answered(std::uint64_t call, live::Moment& moment) {
  auto waiter = waiting_[call] = std::make_shared<Waiter>();
  child_rested();
  try {
    co_await waiter->wait();
  } catch (...) {
    ++active_;  // until the task is over
    throw;
  }
  waiting_.erase(call);
  moment = moment_;
  if (auto failure = std::exchange(failure_, std::nullopt)) {
    throw Error(failure->code, failure->message);
  }
}

void Replayer::child_rested() {
  if (--active_ == 0) rest_.wake();
}

Task<> Replayer::until_rest() {
  Instant deadline = Core::here().clock().steady() + rest_timeout;
  auto rest = [this]() -> Task<> {
    while (active_ > 0) co_await rest_.wait();
  };
  try {
    if (active_ > 0) co_await within(deadline, rest());
  } catch (const Error&) {
    differ("an answer comes", "it does not come");
  }
}

std::string Replayer::fact(std::string_view kind, std::move_only_function<std::string()>) {
  if (facts_.empty() || facts_.front().kind != kind) {
    std::string there = facts_.empty() ? "nothing" : facts_.front().kind;
    differ(fmt::format("{} is learnt", there), fmt::format("{} is asked for", kind));
    throw Error(Code::conflict, "The replay has left the recording.");
  }
  std::string value = std::move(facts_.front().value);
  facts_.pop_front();
  return value;
}

void Replayer::compare(const Expected& expected) {
  for (std::size_t i = 0; i < std::max(told_.size(), expected.events.size()); ++i) {
    bool is_recorded = i < expected.events.size(), is_told = i < told_.size();
    if (!is_recorded && !expected.is_whole) return;
    if (is_recorded && is_told && expected.events[i] == told_[i]) {
      ++result_.events;
      if (options_.on_event) options_.on_event(told_[i]);
      continue;
    }
    return differ(is_recorded ? expected.events[i] : "", is_told ? told_[i] : "");
  }
}

void Replayer::differ(std::string recorded, std::string replayed) {
  if (result_.difference) return;
  result_.difference = {result_.events + 1, result_.length, std::move(recorded),
                        std::move(replayed)};
}

}  // namespace antiphon::record
