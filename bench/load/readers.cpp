#include "bench/load/readers.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "bench/load/loop.h"

namespace antiphon::bench {
namespace {

// A stalled reader must be felt by the server, not be hidden in a kernel's megabytes.
constexpr int receive_bytes = 8192;
constexpr std::chrono::seconds recovery_max{30};
constexpr std::chrono::milliseconds settling{500};

std::int64_t number_after(std::string_view text, std::string_view key) {
  auto at = text.find(key);
  std::int64_t number = -1;
  if (at == std::string_view::npos) return number;
  std::from_chars(text.data() + at + key.size(), text.data() + text.size(), number);
  return number;
}

std::string session_of(std::string_view welcome) {
  constexpr std::string_view key = R"("sessionId":")";
  auto at = welcome.find(key);
  if (at == std::string_view::npos)
    throw std::runtime_error(fmt::format("No welcome: {}", welcome));
  at += key.size();
  return std::string(welcome.substr(at, welcome.find('"', at) - at));
}

class Readers {
 public:
  explicit Readers(const ReadersOptions& options)
      : options_(options),
        loop_([this](std::size_t place, std::string_view text) { on_text(place, text); }) {}

  std::string run();

 private:
  struct Reader {
    std::int64_t seq = 0;  ///< of the last logged event
    std::int64_t epoch = 1;
    std::int64_t said = 0;  ///< number of the last final
    std::int64_t skipped = 0;
    bool stalled = false;
  };

  void connect();
  void relay_for(std::chrono::seconds length);
  void stall(bool is_stalled);
  void resume_ended();
  void recover();
  void ask_what_was_skipped();
  void on_text(std::size_t place, std::string_view text);
  void on_said(Reader& reader, std::string_view text);
  std::size_t complete() const;
  std::string report(double p99_before_ms, double p99_during_ms) const;

  const ReadersOptions& options_;
  Target target_;  ///< with the session
  Loop loop_;
  std::vector<Reader> readers_;
  std::int64_t relayed_ = 0;
  std::size_t holes_ = 0;
  std::size_t resumed_ = 0;
  std::size_t snapshots_ = 0;         ///< resumed without what was missed
  std::map<int, std::size_t> codes_;  ///< close code, 0 for none -> connections
  Latencies latencies_;               ///< of those that do not stall
  double rss_before_kib_ = 0;
  double rss_stalled_kib_ = 0;
  double rss_after_kib_ = 0;
};

std::string Readers::run() {
  connect();
  relay_for(options_.before);
  double before_ms = latencies_.percentile_ms(0.99);
  rss_before_kib_ = resident_kib(options_.server);
  latencies_.clear();
  stall(true);
  relay_for(options_.stall);
  double during_ms = latencies_.percentile_ms(0.99);
  rss_stalled_kib_ = resident_kib(options_.server);
  stall(false);
  recover();
  ask_what_was_skipped();
  rss_after_kib_ = resident_kib(options_.server);
  return report(before_ms, during_ms);
}

// The first socket opens the session, the others read it.
void Readers::connect() {
  target_ = options_.target;
  readers_.resize(options_.readers);
  auto first = std::make_unique<Socket>(target_, 0);
  target_.path += "?sessionId=" + session_of(first->welcome());
  for (std::size_t i = 0; i < options_.readers; ++i) {
    readers_[i].stalled = i > 0 && i <= options_.stalled;
    bool is_small = readers_[i].stalled;
    auto socket = i == 0 ? std::move(first)
                         : std::make_unique<Socket>(target_, i, is_small ? receive_bytes : 0);
    readers_[i].seq = number_after(socket->welcome(), R"("seq":)");
    readers_[i].epoch = number_after(socket->welcome(), R"("epoch":)");
    loop_.add(std::move(socket));
    loop_.run_until(Clock::now());
  }
  loop_.run_until(Clock::now() + settling);
}

void Readers::relay_for(std::chrono::seconds length) {
  auto interval = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / options_.rate));
  run_paced(loop_, Clock::now(), length, interval, [this](std::size_t, Instant due) {
    loop_.send(0, Socket::Opcode::text,
               fmt::format(R"({{"type":"relay","number":{},"due":{}}})", ++relayed_,
                           due.time_since_epoch().count()));
  });
  loop_.run_until(Clock::now() + settling);
}

void Readers::stall(bool is_stalled) {
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    if (readers_[i].stalled) loop_.stall(i, is_stalled);
  }
}

void Readers::resume_ended() {
  for (std::size_t place : loop_.take_ended()) {
    Reader& reader = readers_[place];
    ++codes_[loop_.at(place).close_code().value_or(0)];
    auto hello = fmt::format(R"({{"type":"hello","resumeFrom":{{"epoch":{},"seq":{}}}}})",
                             reader.epoch, reader.seq);
    auto socket = std::make_unique<Socket>(target_, place, receive_bytes, hello);
    ++resumed_;
    if (socket->welcome().find(R"("recovered":true)") == std::string::npos) ++snapshots_;
    loop_.replace(place, std::move(socket));
  }
}

void Readers::recover() {
  Instant deadline = Clock::now() + recovery_max;
  while (complete() < readers_.size() && Clock::now() < deadline) {
    loop_.run_until(Clock::now() + std::chrono::milliseconds(20));
    resume_ended();
  }
}

void Readers::ask_what_was_skipped() {
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    loop_.send(i, Socket::Opcode::text, R"({"type":"ping"})");
  }
  loop_.run_until(Clock::now() + settling);
}

void Readers::on_text(std::size_t place, std::string_view text) {
  Reader& reader = readers_[place];
  if (text.starts_with(R"({"type":"pong")")) {
    reader.skipped = number_after(text, R"("skipped":)");
  }
  std::int64_t seq = number_after(text, R"("seq":)");
  if (seq == reader.seq) return;
  if (seq != reader.seq + 1) ++holes_;
  reader.seq = seq;
  if (text.starts_with(R"({"type":"said")")) on_said(reader, text);
}

void Readers::on_said(Reader& reader, std::string_view text) {
  std::int64_t number = number_after(text, R"("number":)");
  if (number != reader.said + 1) ++holes_;
  reader.said = number;
  if (reader.stalled) return;
  latencies_.add(Clock::now() - Instant(Duration(number_after(text, R"("due":)"))));
}

std::size_t Readers::complete() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      readers_, [this](const Reader& reader) { return reader.said == relayed_; }));
}

std::string Readers::report(double p99_before_ms, double p99_during_ms) const {
  std::size_t told = 0;
  for (const Reader& reader : readers_) told += reader.stalled && reader.skipped > 0;
  std::string codes;
  for (auto [code, count] : codes_) {
    codes += fmt::format(R"({}"{}":{})", codes.empty() ? "" : ",", code, count);
  }
  double stalled = static_cast<double>(std::max<std::size_t>(options_.stalled, 1));
  return fmt::format(
      R"({{"readers":{},"stalled":{},"relayed":{},"complete":{},"holes":{},"resumed":{},)"
      R"("snapshots":{},"toldSkipped":{},"closeCodes":{{{}}},"p99BeforeMs":{:.3f},)"
      R"("p99DuringMs":{:.3f},"kibPerStalled":{:.1f},"rssBeforeKib":{:.0f},)"
      R"("rssStalledKib":{:.0f},"rssAfterKib":{:.0f}}})",
      readers_.size(), options_.stalled, relayed_, complete(), holes_, resumed_, snapshots_, told,
      codes, p99_before_ms, p99_during_ms, (rss_stalled_kib_ - rss_before_kib_) / stalled,
      rss_before_kib_, rss_stalled_kib_, rss_after_kib_);
}

}  // namespace

std::string read_with_stalls(const ReadersOptions& options) { return Readers(options).run(); }

}  // namespace antiphon::bench
