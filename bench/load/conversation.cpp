#include "bench/load/conversation.h"

#include <fmt/format.h>
#include <unistd.h>

#include <deque>

namespace antiphon::bench {
namespace {

constexpr std::size_t questions = 1000;   // different ones, so that the server's cache is one
constexpr std::size_t sound_bytes = 640;  // 20 ms at 16,000 samples a second
constexpr std::string_view last_frame = R"("final":true})";
constexpr std::string_view earlier_frame = R"("final":false})";

class Conversation {
 public:
  explicit Conversation(const ConversationOptions& options)
      : options_(options),
        loop_([this](std::size_t place, std::string_view text) { on_text(place, text); }) {}

  std::string run();

 private:
  struct Spent {
    double server = 0;  ///< CPU seconds
    double own = 0;
  };
  struct Speaker {
    std::deque<Instant> due;  ///< of the questions that are not answered yet
    std::size_t frames = 0;   ///< of the answer that is coming
    std::size_t asked = 0;
  };

  void connect();
  Spent spent() const;
  void converse_for(std::chrono::seconds length);
  void ask_for(std::chrono::seconds length);
  void ask(std::size_t place, Instant due);
  void on_text(std::size_t place, std::string_view text);
  void on_answer(std::size_t place);
  std::size_t unanswered() const;
  void await_answers();
  std::string report(double seconds, Spent spent);

  const ConversationOptions& options_;
  Loop loop_;
  std::vector<Speaker> speakers_;
  bool asks_on_ = false;  ///< closed loop: each answer brings the next question
  Latencies first_;
  Latencies last_;
  std::size_t answers_ = 0;
  std::size_t frames_ = 0;
  std::size_t frame_bytes_ = 0;
  std::size_t wrong_ = 0;
  std::size_t other_ = 0;
  double rss_before_kib_ = 0;
  double rss_connected_kib_ = 0;
  double rss_after_kib_ = 0;
};

std::string Conversation::run() {
  rss_before_kib_ = resident_kib(options_.server);
  connect();
  rss_connected_kib_ = resident_kib(options_.server);
  converse_for(options_.warm_up);
  first_.clear();
  last_.clear();
  answers_ = frames_ = frame_bytes_ = other_ = 0;
  Instant start = Clock::now();
  Spent before = spent();
  converse_for(options_.length);
  std::chrono::duration<double> took = Clock::now() - start;
  Spent after = spent();
  loop_.run_until(Clock::now() + options_.rest);
  rss_after_kib_ = resident_kib(options_.server);
  return report(took.count(), {after.server - before.server, after.own - before.own});
}

Conversation::Spent Conversation::spent() const {
  return {.server = cpu_seconds(options_.server), .own = cpu_seconds(::getpid())};
}

void Conversation::connect() {
  speakers_.resize(options_.connections);
  for (std::size_t i = 0; i < options_.connections; ++i) {
    loop_.add(std::make_unique<Socket>(options_.target, i));
  }
  loop_.run_until(Clock::now() + std::chrono::milliseconds(500));  // what greets a new reader
}

void Conversation::converse_for(std::chrono::seconds length) {
  ask_for(length);
  await_answers();
}

void Conversation::ask_for(std::chrono::seconds length) {
  Instant start = Clock::now();
  if (options_.rate > 0) {
    auto interval = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / options_.rate));
    run_paced(loop_, start, length, interval,
              [this](std::size_t i, Instant due) { ask(i % speakers_.size(), due); });
    return;
  }
  asks_on_ = true;
  for (std::size_t i = 0; i < speakers_.size(); ++i) ask(i, Clock::now());
  loop_.run_until(start + length);
  asks_on_ = false;
}

void Conversation::ask(std::size_t place, Instant due) {
  static const std::string sound(sound_bytes, '\1');
  Speaker& speaker = speakers_[place];
  if (options_.at_most > 0 && speaker.asked == options_.at_most) return;
  std::size_t number = ++speaker.asked;
  speaker.due.push_back(due);
  if (options_.speaks) return loop_.send(place, Socket::Opcode::binary, sound);
  loop_.send(place, Socket::Opcode::text,
             fmt::format(R"({{"type":"message","number":{},"text":"What is {}?"}})", number,
                         (place + number * 7) % questions));
}

void Conversation::on_text(std::size_t place, std::string_view text) {
  if (!text.starts_with(R"({"type":"chunk")")) {
    ++other_;
    return;
  }
  Speaker& speaker = speakers_[place];
  ++frames_;
  frame_bytes_ += text.size();
  if (++speaker.frames == 1 && !speaker.due.empty()) {
    first_.add(Clock::now() - speaker.due.front());
  }
  bool is_last = speaker.frames == options_.frames;
  if (!text.ends_with(is_last ? last_frame : earlier_frame) || speaker.due.empty()) {
    ++wrong_;
    return;
  }
  if (is_last) on_answer(place);
}

void Conversation::on_answer(std::size_t place) {
  Speaker& speaker = speakers_[place];
  last_.add(Clock::now() - speaker.due.front());
  speaker.due.pop_front();
  speaker.frames = 0;
  ++answers_;
  if (asks_on_) ask(place, Clock::now());
}

std::size_t Conversation::unanswered() const {
  std::size_t count = 0;
  for (const Speaker& speaker : speakers_) count += speaker.due.size();
  return count;
}

// What is on the way is waited for, ten seconds at most; what then lacks is told as `unanswered`.
void Conversation::await_answers() {
  Instant deadline = Clock::now() + std::chrono::seconds(10);
  while (unanswered() > 0 && Clock::now() < deadline) {
    loop_.run_until(Clock::now() + std::chrono::milliseconds(10));
  }
}

std::string Conversation::report(double seconds, Spent spent) {
  double frames = static_cast<double>(std::max<std::size_t>(frames_, 1));
  return fmt::format(
      R"({{"connections":{},"answers":{},"seconds":{:.3f},"frames":{},"frameBytes":{:.1f},)"
      R"("wrong":{},"other":{},"unanswered":{},"ended":{},"firstMs":{},"lastMs":{},)"
      R"("serverCpuSeconds":{:.2f},"loadCpuSeconds":{:.2f},"rssBeforeKib":{:.0f},)"
      R"("rssConnectedKib":{:.0f},"rssAfterKib":{:.0f}}})",
      speakers_.size(), answers_, seconds, frames_, static_cast<double>(frame_bytes_) / frames,
      wrong_, other_, unanswered(), loop_.take_ended().size(), first_.to_json(), last_.to_json(),
      spent.server, spent.own, rss_before_kib_, rss_connected_kib_, rss_after_kib_);
}

}  // namespace

std::string converse(const ConversationOptions& options) { return Conversation(options).run(); }

}  // namespace antiphon::bench
