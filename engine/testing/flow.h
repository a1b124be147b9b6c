#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/testing/pattern.h"

// Flows: plain-text transcripts that are run against a real server. The grammar stands in
// flow_parser.cpp.

namespace antiphon::testing {

/// A line `Name: text` below a step. In what is sent it is taken as it is, in what is expected the
/// text is a text pattern; `$name` is filled in in both.
struct NamedText {
  std::string name;
  std::string text;
};

/// What an answer has to look like.
struct Answer {
  int status = 0;
  std::optional<Pattern> json;      ///< of the body
  std::optional<std::string> text;  ///< text pattern of a body that is no JSON
  std::vector<NamedText> headers;
};

/// Whose credentials the next steps carry.
struct ActAs {
  enum class Who { owner, nobody, guest, tenant };
  Who who = Who::owner;
  std::string tenant;
};

struct SendRequest {
  std::string method;
  std::string target;
  std::string body;
  std::vector<NamedText> headers;
  bool repeated = false;  ///< until the answer fits
  Answer answer;
};

/// Bytes on a connection of their own.
struct SendRaw {
  std::string bytes;
  Answer answer;
};

struct OpenSocket {
  std::string socket;
  std::string target;
  std::vector<NamedText> headers;
  std::optional<Answer> refused;  ///< nothing: it opens
};

struct SendFrame {
  enum class Kind { text, binary, close };
  std::string socket;
  Kind kind = Kind::text;
  std::string bytes;  ///< of a close: its code
};

struct ReceiveFrame {
  std::string socket;
  bool skipping = false;        ///< others may come before it
  std::optional<Pattern> json;  ///< nothing: a close frame
  int close_code = 0;
  std::optional<std::string> close_reason;  ///< a text pattern
};

/// Drops the connection without a word.
struct CutSocket {
  std::string socket;
};

/// Connects again and says hello with the place of the last frame that came.
struct ResumeSocket {
  std::string socket;
};

struct RestartServer {
  bool kill = false;  ///< by SIGKILL; otherwise it is asked to end, and must do so well
};

/// Runs a program of the project, which has to end by itself.
struct RunCommand {
  std::vector<std::string> environment;  ///< NAME=value
  std::vector<std::string> arguments;
  int exit_code = 0;
  std::vector<NamedText> outputs;  ///< "stdout" and "stderr" with text patterns
};

struct WriteFile {
  std::string name;  ///< relative to the data folder
  std::string text;
};

using Action = std::variant<ActAs, SendRequest, SendRaw, OpenSocket, SendFrame, ReceiveFrame,
                            CutSocket, ResumeSocket, RestartServer, RunCommand, WriteFile>;

struct Step {
  int line = 0;
  std::chrono::milliseconds deadline{10'000};
  Action action;
};

struct Flow {
  std::string file;
  std::string program = "antiphon";
  std::vector<std::string> arguments;    ///< of `serve`, besides address and folder
  std::vector<std::string> environment;  ///< of the server: NAME=value
  std::vector<Step> steps;

  /// The tenants that its steps act as.
  std::vector<std::string> tenants() const;
};

/// @param file  for messages
/// @throws Error{Code::invalid} "FILE:LINE: what is wrong"
Flow parse_flow(std::string_view text, std::string file);

}  // namespace antiphon::testing
