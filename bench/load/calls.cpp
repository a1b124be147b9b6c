#include "bench/load/calls.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>

#include "bench/load/chat_answer.h"
#include "bench/load/http_connection.h"

namespace antiphon::bench {
namespace {

constexpr std::size_t events_per_wait_max = 512;
constexpr std::chrono::seconds silence_max{30};
constexpr std::size_t told_bytes_max = 2000;  // of a wrong answer

std::string fixed_words(std::size_t count) {
  std::string text;
  for (std::size_t i = 1; i < count; ++i) text += fmt::format(" w{:03}", i);
  return text;
}

std::string head_of(const CallsOptions& options, std::size_t number, std::size_t body_bytes) {
  const Target& target = options.target;
  std::string head = fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
      target.path, target.host, target.port, body_bytes);
  if (!target.tokens.empty()) {
    const std::string& token = target.tokens[number % target.tokens.size()];
    head += fmt::format("Authorization: Bearer {}\r\n", token);
  }
  for (const std::string& header : options.headers) head += header + "\r\n";
  return head += "\r\n";
}

class Calls {
 public:
  explicit Calls(const CallsOptions& options)
      : options_(options),
        fixed_words_(fixed_words(options.words)),
        callers_(options.connections),
        poll_(::epoll_create1(EPOLL_CLOEXEC)) {}
  ~Calls() { ::close(poll_); }
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  std::string run();

 private:
  struct Caller {
    std::unique_ptr<HttpConnection> connection;
    std::string request;
    ChatAnswer answer;
    Instant began;
    bool is_waiting = false;  // for an answer
    bool has_content = false;
  };

  void connect(std::size_t place);
  void begin_due(Instant start);
  void ask(std::size_t place);
  void serve();
  void on_readable(std::size_t place);
  void on_body(Caller& caller, std::string_view bytes);
  void on_answer(std::size_t place);
  std::string report(Duration took);

  const CallsOptions& options_;
  std::string fixed_words_;
  std::vector<Caller> callers_;
  int poll_;
  Instant end_;
  std::size_t begun_ = 0;  // callers that have asked once
  std::size_t asked_ = 0;
  std::size_t answered_ = 0;
  std::size_t repeated_ = 0;
  std::size_t content_events_ = 0;
  std::size_t body_bytes_ = 0;
  Latencies first_;
  Latencies whole_;
};

std::string Calls::run() {
  Instant start = Clock::now();
  end_ = start + options_.length;
  do {
    begin_due(start);
    serve();
  } while (Clock::now() < end_ || answered_ < asked_);
  return report(Clock::now() - start);
}

void Calls::connect(std::size_t place) {
  callers_[place].connection = nullptr;  // closed before the next takes its number
  callers_[place].connection = std::make_unique<HttpConnection>(options_.target);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = place}};
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, callers_[place].connection->descriptor(), &event);
}

// Callers that begin together would go on in step.
void Calls::begin_due(Instant start) {
  auto apart = options_.spread / static_cast<double>(callers_.size());
  while (begun_ < callers_.size() && Clock::now() >= start + apart * static_cast<double>(begun_)) {
    connect(begun_);
    ask(begun_++);
  }
}

void Calls::ask(std::size_t place) {
  Caller& caller = callers_[place];
  ++asked_;
  std::string text = fmt::format("q{}{}", options_.is_same ? 0 : asked_, fixed_words_);
  std::string body = fmt::format(
      R"({{"model":"{}","messages":[{{"role":"system","content":"Say it again."}},)"
      R"({{"role":"user","content":"{}"}}]{}{}}})",
      options_.model, text,
      options_.is_streamed ? R"(,"stream":true,"stream_options":{"include_usage":true})" : "",
      options_.is_same ? R"(,"seed":1)" : "");
  caller.answer = ChatAnswer(std::move(text), options_.is_streamed);
  caller.is_waiting = true;
  caller.has_content = false;
  caller.began = Clock::now();
  caller.request = head_of(options_, place, body.size()) + body;
  caller.connection->send(caller.request);
}

void Calls::serve() {
  std::array<epoll_event, events_per_wait_max> events;
  bool is_beginning = begun_ < callers_.size();
  int wait_ms = is_beginning ? 1 : 20;
  int count = ::epoll_wait(poll_, events.data(), events_per_wait_max, wait_ms);
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  for (int i = 0; i < count; ++i) on_readable(events[static_cast<std::size_t>(i)].data.u64);
  if (Clock::now() > end_ + silence_max) {
    throw std::runtime_error(fmt::format("{} answers did not come.", asked_ - answered_));
  }
}

void Calls::on_readable(std::size_t place) {
  Caller& caller = callers_[place];
  bool is_whole = caller.connection->read([&](std::string_view bytes) { on_body(caller, bytes); });
  if (is_whole) return on_answer(place);
  if (!caller.connection->is_stale()) return;
  connect(place);
  if (!caller.is_waiting) return;
  ++repeated_;
  caller.connection->send(caller.request);
}

void Calls::on_body(Caller& caller, std::string_view bytes) {
  body_bytes_ += bytes.size();
  caller.answer.add(bytes);
  if (caller.has_content || caller.answer.events() == 0) return;
  caller.has_content = true;
  first_.add(Clock::now() - caller.began);
}

void Calls::on_answer(std::size_t place) {
  Caller& caller = callers_[place];
  whole_.add(Clock::now() - caller.began);
  caller.is_waiting = false;
  caller.answer.end();
  int status = caller.connection->status();
  if (std::string fault = caller.answer.fault(); status != 200 || !fault.empty()) {
    throw std::runtime_error(
        fmt::format("A wrong answer, status {}: {}", status, fault.substr(0, told_bytes_max)));
  }
  ++answered_;
  content_events_ += caller.answer.events();
  if (!caller.connection->keeps_alive()) connect(place);
  if (Clock::now() < end_) ask(place);
}

std::string Calls::report(Duration took) {
  return fmt::format(
      R"({{"connections":{},"calls":{},"repeated":{},"seconds":{:.3f},"contentEvents":{},)"
      R"("bodyBytes":{},"firstMs":{},"wholeMs":{},"loadCpuSeconds":{:.2f}}})",
      callers_.size(), answered_, repeated_, std::chrono::duration<double>(took).count(),
      content_events_, body_bytes_, first_.to_json(), whole_.to_json(), cpu_seconds(::getpid()));
}

}  // namespace

std::string call(const CallsOptions& options) { return Calls(options).run(); }

}  // namespace antiphon::bench
