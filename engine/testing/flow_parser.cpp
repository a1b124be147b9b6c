// The language of flows. A step begins at the start of a line; indented lines after it belong to
// it: `Name: text` lines (headers; stdout and stderr of a command), everything else is a
// continuation of the step's text. `#` begins a comment line.
//
//   settings, before the first step
//     program NAME                      instead of antiphon
//     arguments WORD…                   further arguments of its `serve`
//     environment NAME=VALUE…           of the server
//   who asks
//     as owner | nobody | guest | tenant NAME
//   requests
//     METHOD TARGET [BODY]              the body goes as it stands, as application/json
//     wait METHOD TARGET [BODY]         again and again until the answer fits
//     raw "BYTES"                       a JSON string, on a connection of its own
//     expect STATUS [PATTERN | text "TEXT PATTERN"]      follows each of them
//   sockets
//     socket S TARGET                   opens; with `expect STATUS …` after it, is refused
//     S> TEXT | S> hex BYTES | S> close CODE             sends a frame
//     S< PATTERN | S< close CODE ["TEXT PATTERN"]        the next frame
//     S<~ …                             the same, but others may come before it
//     cut S                             drops the connection
//     resume S                          connects again, hello with the place reached
//   the server
//     restart term | kill
//     run [NAME=VALUE…] PROGRAM WORD… then `exits CODE`   words with spaces in "quotes"
//     file NAME                         below the data folder; the indented lines are its text
//     deadline MILLISECONDS             of each later step; 10000 at first
//
// `$name` stands for what was captured (pattern.h). $server ("http://127.0.0.1:PORT"), $data,
// $pid, $secret (the owner's) and $code (of the sign-in link) are there from the start.

#include <algorithm>
#include <charconv>
#include <set>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "engine/testing/flow.h"
#include "engine/testing/flow_lines.h"

namespace antiphon::testing {
namespace {

// What has to come after the last step, or may: a refusal.
enum class Due { nothing, answer, refusal, exit };

class FlowParser {
 public:
  FlowParser(std::string_view text, std::string file) : text_(text) {
    flow_.file = std::move(file);
  }

  Flow parse() {
    for (FlowBlock& block : split_flow(text_, flow_.file)) {
      line_ = block.line;
      try {
        read(block);
      } catch (const Error& error) {
        throw Error(Code::invalid, fmt::format("{}:{}: {}", flow_.file, line_, error.message()));
      }
    }
    if (is_unfinished()) {
      throw Error(Code::invalid,
                  fmt::format("{}:{}: nothing is expected of this step", flow_.file, line_));
    }
    return std::move(flow_);
  }

 private:
  void read(FlowBlock& block) {
    std::string_view rest = block.text;
    std::string_view word = take_word(rest);
    if (word == "expect") return read_expect(rest, block);
    if (word == "exits") return read_exits(rest, block);
    if (is_unfinished()) throw Error(Code::invalid, "nothing is expected of the step before");
    due_ = Due::nothing;
    if (read_setting(word, rest) || read_frame(word, rest)) return;
    read_step(word, rest, block);
  }

  bool read_setting(std::string_view word, std::string_view rest) {
    if (word == "deadline") {
      deadline_ = std::chrono::milliseconds(number(take_word(rest), 1, 600'000));
      return true;
    }
    if (word != "program" && word != "arguments" && word != "environment") return false;
    if (!flow_.steps.empty()) {
      throw Error(Code::invalid, fmt::format("{} stands before the first step", word));
    }
    if (word == "program") {
      flow_.program = std::string(take_word(rest));
    } else {
      auto& list = word == "arguments" ? flow_.arguments : flow_.environment;
      for (std::string& one : split_words(rest)) list.push_back(std::move(one));
    }
    return true;
  }

  void read_step(std::string_view word, std::string_view rest, FlowBlock& block) {
    if (word == "as") {
      add(act_as(rest));
    } else if (word == "raw") {
      add(SendRaw{.bytes = quoted(rest)});
      due_ = Due::answer;
    } else if (word == "socket") {
      std::string name(take_word(rest));
      sockets_.insert(name);
      add(OpenSocket{.socket = name, .target = target(take_word(rest)), .headers = block.named});
      due_ = Due::refusal;
    } else if (word == "cut") {
      add(CutSocket{known_socket(take_word(rest))});
    } else if (word == "resume") {
      add(ResumeSocket{known_socket(take_word(rest))});
    } else if (word == "restart") {
      add(RestartServer{.kill = one_of(take_word(rest), {"term", "kill"}) == "kill"});
    } else if (word == "run") {
      add(command(rest));
      due_ = Due::exit;
    } else if (word == "file") {
      add(WriteFile{std::string(take_word(rest)), block.raw});
    } else {
      read_request(word, rest, block);
    }
  }

  void read_request(std::string_view word, std::string_view rest, FlowBlock& block) {
    bool repeated = word == "wait";
    if (repeated) word = take_word(rest);
    bool is_method =
        !word.empty() && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!is_method) throw Error(Code::invalid, fmt::format("\"{}\" is no step of a flow", word));
    std::string to = target(take_word(rest));
    add(SendRequest{.method = std::string(word),
                    .target = std::move(to),
                    .body = std::string(rest),
                    .headers = block.named,
                    .repeated = repeated});
    due_ = Due::answer;
  }

  void read_expect(std::string_view rest, FlowBlock& block) {
    if (due_ != Due::answer && due_ != Due::refusal) {
      throw Error(Code::invalid, "expect follows a request, raw or socket");
    }
    Answer answer{.status = number(take_word(rest), 100, 599), .headers = block.named};
    std::string_view body = rest;
    if (take_word(body) == "text") {
      answer.text = quoted(body);
    } else if (!rest.empty()) {
      answer.json = Pattern::parse(rest);
    }
    Action& action = flow_.steps.back().action;
    if (auto* request = std::get_if<SendRequest>(&action)) {
      request->answer = std::move(answer);
    } else if (auto* raw = std::get_if<SendRaw>(&action)) {
      raw->answer = std::move(answer);
    } else if (auto* opening = std::get_if<OpenSocket>(&action)) {
      opening->refused = std::move(answer);
    }
    due_ = Due::nothing;
  }

  void read_exits(std::string_view rest, FlowBlock& block) {
    if (due_ != Due::exit) throw Error(Code::invalid, "exits follows run");
    auto& command = std::get<RunCommand>(flow_.steps.back().action);
    command.exit_code = number(take_word(rest), 0, 255);
    for (const NamedText& output : block.named) one_of(output.name, {"stdout", "stderr"});
    command.outputs = block.named;
    due_ = Due::nothing;
  }

  bool read_frame(std::string_view word, std::string_view rest) {
    std::size_t arrow = word.find_first_of("<>");
    if (arrow == std::string_view::npos || arrow == 0) return false;
    std::string socket = known_socket(word.substr(0, arrow));
    std::string_view sign = word.substr(arrow);
    if (one_of(sign, {">", "<", "<~"}) == ">") {
      add(frame_to_send(std::move(socket), rest));
    } else {
      add(frame_to_receive(std::move(socket), rest, sign == "<~"));
    }
    return true;
  }

  static SendFrame frame_to_send(std::string socket, std::string_view rest) {
    SendFrame frame{.socket = std::move(socket), .bytes = std::string(rest)};
    std::string_view word = take_word(rest);
    if (word == "hex") {
      auto bytes = parse_hex(rest);
      if (!bytes) throw Error(Code::invalid, "hex is followed by pairs of hexadecimal digits");
      frame.kind = SendFrame::Kind::binary;
      frame.bytes = std::move(*bytes);
    } else if (word == "close") {
      frame.kind = SendFrame::Kind::close;
      frame.bytes = std::to_string(number(take_word(rest), 1000, 4999));
    }
    return frame;
  }

  static ReceiveFrame frame_to_receive(std::string socket, std::string_view rest, bool skipping) {
    ReceiveFrame frame{.socket = std::move(socket), .skipping = skipping};
    std::string_view after = rest;
    if (take_word(after) == "close") {
      frame.close_code = number(take_word(after), 1000, 4999);
      if (!after.empty()) frame.close_reason = quoted(after);
    } else {
      frame.json = Pattern::parse(rest);
    }
    return frame;
  }

  static ActAs act_as(std::string_view rest) {
    using Who = ActAs::Who;
    std::string_view who = one_of(take_word(rest), {"owner", "nobody", "guest", "tenant"});
    if (who == "nobody") return {Who::nobody, ""};
    if (who == "guest") return {Who::guest, ""};
    if (who == "owner") return {Who::owner, ""};
    if (rest.empty()) throw Error(Code::invalid, "as tenant NAME: the name is missing");
    return {Who::tenant, std::string(take_word(rest))};
  }

  static RunCommand command(std::string_view rest) {
    RunCommand run{.arguments = split_words(rest)};
    auto first = std::ranges::find_if(run.arguments,
                                      [](const std::string& word) { return !word.contains('='); });
    run.environment.assign(run.arguments.begin(), first);
    run.arguments.erase(run.arguments.begin(), first);
    if (run.arguments.empty()) throw Error(Code::invalid, "run names a program");
    return run;
  }

  static std::string quoted(std::string_view text) {
    if (!text.starts_with('"')) throw Error(Code::invalid, "a text in quotes is missing");
    return schema::parse_value(text).text();
  }

  static std::string target(std::string_view text) {
    if (!text.starts_with('/') && !text.starts_with('$')) {
      throw Error(Code::invalid, fmt::format("\"{}\": a target begins with / or $name", text));
    }
    return std::string(text);
  }

  static int number(std::string_view text, int min, int max) {
    int value = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || value < min || value > max) {
      throw Error(Code::invalid,
                  fmt::format("\"{}\" should be a number from {} to {}", text, min, max));
    }
    return value;
  }

  static std::string_view one_of(std::string_view word, std::initializer_list<const char*> words) {
    for (std::string_view allowed : words) {
      if (word == allowed) return allowed;
    }
    throw Error(Code::invalid,
                fmt::format("\"{}\" should be one of {}", word, fmt::join(words, ", ")));
  }

  std::string known_socket(std::string_view name) const {
    if (!sockets_.contains(std::string(name))) {
      throw Error(Code::invalid, fmt::format("there is no socket \"{}\"", name));
    }
    return std::string(name);
  }

  bool is_unfinished() const { return due_ == Due::answer || due_ == Due::exit; }

  void add(Action action) {
    flow_.steps.push_back({.line = line_, .deadline = deadline_, .action = std::move(action)});
  }

  std::string_view text_;
  Flow flow_;
  int line_ = 0;
  std::chrono::milliseconds deadline_ = Step{}.deadline;
  std::set<std::string> sockets_;
  Due due_ = Due::nothing;
};

}  // namespace

std::vector<std::string> Flow::tenants() const {
  std::set<std::string> names;
  for (const Step& step : steps) {
    auto* as = std::get_if<ActAs>(&step.action);
    if (as && as->who == ActAs::Who::tenant) names.insert(as->tenant);
  }
  return {names.begin(), names.end()};
}

Flow parse_flow(std::string_view text, std::string file) {
  return FlowParser(text, std::move(file)).parse();
}

}  // namespace antiphon::testing
