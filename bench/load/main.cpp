// bench_load: puts load on a server's sockets from one thread and prints one JSON object.

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "bench/load/calls.h"
#include "bench/load/conversation.h"
#include "bench/load/readers.h"

namespace antiphon::bench {
namespace {

void raise_limits() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::prctl(PR_SET_TIMERSLACK, 1UL);  // else what is due is sent up to 50 us late
}

std::vector<std::string> read_lines(const std::string& name) {
  std::ifstream file(name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

void add_address(CLI::App& command, Target& target) {
  command.add_option("--host", target.host, "IPv4 address of the server");
  command.add_option("--port", target.port, "Its port")->required();
  command.add_option("--path", target.path, "Path; {i} is the number of the socket");
  command.add_option_function<std::string>(
      "--tokens", [&target](const std::string& name) { target.tokens = read_lines(name); },
      "File of bearer tokens, one a line, used in turn");
}

void add_target(CLI::App& command, Target& target, pid_t& server) {
  add_address(command, target);
  command.add_flag("--native", target.is_native, "Speak antiphon.v1");
  command.add_option("--server", server, "Process whose memory and CPU time is told");
}

void add_conversation(CLI::App& root) {
  auto* command = root.add_subcommand("converse", "Questions, each answered by so many frames");
  auto options = std::make_shared<ConversationOptions>();
  add_target(*command, options->target, options->server);
  command->add_option("--connections", options->connections, "How many sockets");
  command->add_option("--rate", options->rate, "Messages a second, all in all; 0: closed loop");
  command->add_option("--warm-up", options->warm_up, "Seconds that do not count");
  command->add_option("--seconds", options->length, "Seconds that count");
  command->add_option("--frames", options->frames, "Frames of an answer");
  command->add_flag("--speak", options->speaks, "Send 20 ms of sound in place of questions");
  command->add_option("--at-most", options->at_most, "Questions of a connection; 0: no limit");
  command->add_option("--rest", options->rest, "Seconds of rest before memory is read");
  command->callback([options] { fmt::print("{}\n", converse(*options)); });
}

void add_readers(CLI::App& root) {
  auto* command = root.add_subcommand("readers", "Readers of one session, of whom some stall");
  auto options = std::make_shared<ReadersOptions>();
  add_target(*command, options->target, options->server);
  command->add_option("--readers", options->readers, "How many");
  command->add_option("--stalled", options->stalled, "How many of them stop reading");
  command->add_option("--rate", options->rate, "Finals a second, with a partial each");
  command->add_option("--before", options->before, "Seconds before the stall");
  command->add_option("--stall", options->stall, "Seconds of it");
  command->callback([options] { fmt::print("{}\n", read_with_stalls(*options)); });
}

void add_calls(CLI::App& root) {
  auto* command = root.add_subcommand("calls", "Calls of a model that gives the question back");
  auto options = std::make_shared<CallsOptions>();
  options->target.path = "/v1/chat/completions";
  add_address(*command, options->target);
  command->add_option("--header", options->headers, "'name: value' of every call")
      ->allow_extra_args(false);
  command->add_option("--model", options->model, "Who is asked");
  command->add_option("--connections", options->connections, "Callers at the same time");
  command->add_option("--seconds", options->length, "For how long they ask");
  command->add_option_function<std::int64_t>(
      "--spread",
      [options](const std::int64_t& ms) { options->spread = std::chrono::milliseconds(ms); },
      "Milliseconds over which the callers begin");
  command->add_option("--words", options->words, "Of a question, and so of its answer");
  command->add_flag("--stream", options->is_streamed, "Ask for streams");
  command->add_flag("--same", options->is_same, "Ask all the same, with a seed");
  command->callback([options] { fmt::print("{}\n", call(*options)); });
}

int run(int argc, char** argv) {
  CLI::App root("Puts load on a server's sockets");
  root.require_subcommand(1);
  add_conversation(root);
  add_readers(root);
  add_calls(root);
  raise_limits();
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_load: {}\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace antiphon::bench

int main(int argc, char** argv) { return antiphon::bench::run(argc, argv); }
