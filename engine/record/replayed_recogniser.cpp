#include "engine/record/replayed_recogniser.h"

#include <deque>

#include "engine/async/call.h"
#include "engine/async/mailbox.h"
#include "engine/async/task_group.h"

namespace antiphon::record {
namespace {

using speech::Recognition;
using speech::Transcript;

// Sound of a whole recording may wait: it is in memory for as long as it is not recognised.
constexpr std::size_t pieces_max = std::size_t{1} << 30;

// As long as a worker may take to answer: what was not told of some sound by then is not told.
constexpr Duration quiet_timeout = std::chrono::seconds(10);

// The results of a stream as they come, until somebody asks for them.
struct Results {
  std::deque<Transcript> transcripts;
  bool is_hearing = false;  // sound is on its way
  bool has_ended = false;
  std::exception_ptr failure;
  Waiter news;

  // Of utterances before this one nobody asks any more.
  void forget_before(std::uint64_t utterance) {
    while (!transcripts.empty() && transcripts.front().utterance < utterance) {
      transcripts.pop_front();
    }
  }
};

bool is_final(const Transcript& transcript) { return transcript.kind == Transcript::Kind::final; }

// Whether what `mark` means can be told from the results that are there.
bool is_decided(const Results& results, const RecognitionMark& mark) {
  if (results.has_ended) return true;
  for (const Transcript& told : results.transcripts) {
    if (told.utterance > mark.utterance) return true;
    if (told.utterance < mark.utterance) continue;
    if (is_final(told) || (mark.kind != "final" && told.end_sample >= mark.end_sample)) return true;
  }
  return false;
}

// The result that is marked; where the recogniser gives another one now, what it had told by then.
Transcript find(const Results& results, const RecognitionMark& mark) {
  Transcript found;
  for (const Transcript& told : results.transcripts) {
    bool fits = mark.kind == "final" ? is_final(told)
                                     : !is_final(told) && told.end_sample <= mark.end_sample;
    if (told.utterance == mark.utterance && fits) found = told;
  }
  return found;
}

Transcript::Kind kind_of(const RecognitionMark& mark) {
  using Kind = Transcript::Kind;
  return mark.kind == "final" ? Kind::final : mark.kind == "stable" ? Kind::stable : Kind::partial;
}

Task<> nothing() { co_return; }

class ReplayedStream final : public speech::RecogniserStream {
 public:
  ReplayedStream(std::shared_ptr<speech::RecogniserStream> stream,
                 std::vector<RecognitionMark> marks)
      : results_(std::make_shared<Results>()),
        sound_(std::make_shared<Sound>(pieces_max)),
        marks_(std::move(marks)) {
    tasks_.spawn(feed(stream, sound_, results_));
    tasks_.spawn(collect(stream, results_));
  }

  // Both take effect when they are called, not when they are awaited: of what is heard results came
  // before the recogniser was done with it.
  Task<> hear(std::vector<speech::Sample> samples) override {
    ENSURE(sound_->try_send(std::move(samples)), "a recording is shorter than that");
    return nothing();
  }

  Task<> finish() override {
    sound_->close();
    return nothing();
  }

  Task<std::optional<Recognition>> next() override {
    if (next_ >= marks_.size()) co_return std::nullopt;
    const RecognitionMark& mark = marks_[next_++];
    if (mark.kind == "end") co_return std::nullopt;
    if (mark.kind == "lost") co_return std::unexpected(lost_of(mark));
    results_->forget_before(mark.utterance);
    while (!is_decided(*results_, mark) && co_await comes_more()) {
    }
    if (results_->failure) std::rethrow_exception(results_->failure);
    Transcript found = find(*results_, mark);
    found.kind = kind_of(mark);
    found.utterance = mark.utterance;
    found.begin_sample = mark.begin_sample;
    found.end_sample = mark.end_sample;
    found.heard_at = Instant(std::chrono::nanoseconds(mark.heard_at));
    co_return found;
  }

 private:
  using Sound = Mailbox<std::vector<speech::Sample>>;

  // Not when all sound is heard and nothing was told of it for long.
  Task<bool> comes_more() {
    try {
      co_await within(Core::here().clock().steady() + quiet_timeout, results_->news.wait());
      co_return true;
    } catch (const Error& error) {
      if (error.code() != Code::timeout) throw;
    }
    co_return results_->is_hearing;
  }

  static Task<> feed(std::shared_ptr<speech::RecogniserStream> stream, std::shared_ptr<Sound> sound,
                     std::shared_ptr<Results> results) {
    try {
      while (auto samples = co_await sound->receive()) {
        results->is_hearing = true;
        co_await stream->hear(std::move(*samples));
        results->is_hearing = sound->size() > 0;
      }
      results->is_hearing = true;
      co_await stream->finish();
    } catch (const Error&) {
      results->failure = std::current_exception();
      results->has_ended = true;
      results->news.wake();
    }
  }

  // A loss that was not recorded shows as an utterance without words.
  static Task<> collect(std::shared_ptr<speech::RecogniserStream> stream,
                        std::shared_ptr<Results> results) {
    while (auto told = co_await stream->next()) {
      if (*told) results->transcripts.push_back(std::move(**told));
      results->news.wake();
    }
    results->has_ended = true;
    results->news.wake();
  }

  std::shared_ptr<Results> results_;
  std::shared_ptr<Sound> sound_;
  std::vector<RecognitionMark> marks_;
  std::size_t next_ = 0;
  TaskGroup tasks_{[](const std::exception_ptr&) {}};  // what fails is told by next()
};

}  // namespace

speech::HeardBefore heard_before(const std::vector<RecognitionMark>& marks) {
  speech::HeardBefore before;
  for (const RecognitionMark& mark : marks) {
    if (mark.kind == "lost") before.lost.insert(mark.utterance);
    if (mark.rung.empty()) continue;
    bool is_fast = mark.rung == to_text(speech::Rung::fast);
    before.rungs.resize(std::max<std::size_t>(before.rungs.size(), mark.utterance + 1),
                        speech::Rung::full);
    before.rungs[mark.utterance] = is_fast ? speech::Rung::fast : speech::Rung::full;
  }
  return before;
}

Task<std::unique_ptr<speech::RecogniserStream>> ReplayedRecogniser::open(
    speech::StreamOptions options) {
  options.before = std::make_shared<speech::HeardBefore>(heard_before(marks_));
  co_return std::make_unique<ReplayedStream>(co_await recogniser_.open(std::move(options)), marks_);
}

}  // namespace antiphon::record
